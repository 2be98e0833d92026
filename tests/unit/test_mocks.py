"""Whatever replaces a method of httpx or httpcore stands in for the network."""

from __future__ import annotations

import functools
from typing import Any
from unittest import mock

import httpcore
import httpx
import pytest

from llama_deploy_client import Client, SyncClient

URL = "http://127.0.0.1:9"  # where nothing listens

BLOCKING = [
    (httpx.Client, "send"),
    (httpx.Client, "_send_single_request"),
    (httpx.HTTPTransport, "handle_request"),
    (httpcore.ConnectionPool, "handle_request"),
]
ASYNC = [
    (httpx.AsyncClient, "send"),
    (httpx.AsyncClient, "_send_single_request"),
    (httpx.AsyncHTTPTransport, "handle_async_request"),
    (httpcore.AsyncConnectionPool, "handle_async_request"),
]


def answer(kind: type, name: str) -> Any:
    """A method that answers, with all the names of the one that it replaces, as VCR.py's have."""
    request = httpx.Request("GET", URL)

    def made() -> httpx.Response | httpcore.Response:
        if kind.__module__.startswith("httpx"):
            return httpx.Response(200, json=[{"name": "mocked"}], request=request)
        return httpcore.Response(200, content=b'[{"name": "mocked"}]')

    @functools.wraps(getattr(kind, name))
    def method(*_: Any, **__: Any) -> Any:
        return made()

    @functools.wraps(getattr(kind, name))
    async def async_method(*_: Any, **__: Any) -> Any:
        return made()

    return async_method if "Async" in kind.__name__ else method


@pytest.mark.parametrize(("kind", "name"), BLOCKING)
def test_a_method_that_was_replaced_answers_a_blocking_call(kind: type, name: str) -> None:
    client = SyncClient(api_server_url=URL, max_retries=0)
    with mock.patch.object(kind, name, answer(kind, name)):
        assert [each.id for each in client.apiserver.deployments.list()] == ["mocked"]


@pytest.mark.parametrize(("kind", "name"), ASYNC)
async def test_a_method_that_was_replaced_answers_an_async_call(kind: type, name: str) -> None:
    client = Client(api_server_url=URL, max_retries=0)
    with mock.patch.object(kind, name, answer(kind, name)):
        assert [each.id for each in await client.apiserver.deployments.list()] == ["mocked"]
