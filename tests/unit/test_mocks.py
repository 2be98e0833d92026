"""Whatever replaces a method of httpx or httpcore stands in for the network."""

from __future__ import annotations

import functools
import subprocess
import sys
from enum import Enum
from typing import Any
from unittest import mock

import httpcore
import httpx
import pytest

from llama_deploy_client import Client, ServerUnreachableError, SyncClient
from llama_deploy_client._transport.mocks import foreign_methods

URL = "http://127.0.0.1:9"  # where nothing listens

BLOCKING = [
    (httpx.Client, "send"),
    (httpx.Client, "_send_single_request"),
    (httpx.Client, "request"),
    (httpx.Client, "get"),
    (httpx.HTTPTransport, "handle_request"),
    (httpcore.ConnectionPool, "handle_request"),
]
ASYNC = [
    (httpx.AsyncClient, "send"),
    (httpx.AsyncClient, "_send_single_request"),
    (httpx.AsyncClient, "request"),
    (httpx.AsyncClient, "get"),
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


def test_a_method_of_another_class_of_httpx_counts_as_well() -> None:
    client = SyncClient(api_server_url=URL, max_retries=0)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=[{"name": "mocked"}]))

    class Holder:
        handle_request = transport.handle_request  # httpx's own code

    with mock.patch.object(httpx.HTTPTransport, "handle_request", Holder.handle_request):
        assert [each.id for each in client.apiserver.deployments.list()] == ["mocked"]


class Answering(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """In place of httpx's transports."""

    def __init__(self, **_: Any) -> None: ...

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=[{"name": "mocked"}])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=[{"name": "mocked"}])


def test_a_class_that_was_replaced_answers_a_blocking_call() -> None:
    client = SyncClient(api_server_url=URL, max_retries=0)
    with mock.patch("httpx.HTTPTransport", Answering):
        assert [each.id for each in client.apiserver.deployments.list()] == ["mocked"]
    with pytest.raises(ServerUnreachableError):
        client.apiserver.deployments.list()


async def test_a_class_that_was_replaced_answers_an_async_call() -> None:
    client = Client(api_server_url=URL, max_retries=0)
    with mock.patch("httpx.AsyncHTTPTransport", Answering):
        assert [each.id for each in await client.apiserver.deployments.list()] == ["mocked"]
    with pytest.raises(ServerUnreachableError):
        await client.apiserver.deployments.list()


def test_no_library_for_tests_need_be_there() -> None:
    program = f"""
import httpx
from llama_deploy_client import SyncClient
httpx.HTTPTransport.handle_request = lambda *_: httpx.Response(200, json=[{{"name": "mocked"}}])
print(SyncClient(api_server_url={URL!r}).apiserver.deployments.list()[0].id)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "mocked\n", done.stderr


def test_nothing_is_foreign_unless_it_was_replaced() -> None:
    values = [*vars(httpx).values(), *vars(httpcore).values()]
    kinds = [each for each in values if isinstance(each, type) and not issubclass(each, Enum)]
    assert len(kinds) > 50
    assert not [kind for kind in kinds if foreign_methods(kind)]
