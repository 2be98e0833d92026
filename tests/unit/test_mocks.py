"""A method or class of httpx or httpcore that was replaced stands in for the network."""

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
BODY = b'[{"name": "mocked"}]'

METHODS: list[tuple[Any, str]] = [
    *((httpx.Client, name) for name in ("send", "_send_single_request", "request", "get")),
    (httpx.HTTPTransport, "handle_request"),
    (httpcore.ConnectionPool, "handle_request"),
    *((httpx.AsyncClient, name) for name in ("send", "_send_single_request", "request", "get")),
    (httpx.AsyncHTTPTransport, "handle_async_request"),
    (httpcore.AsyncConnectionPool, "handle_async_request"),
]


async def names(kind: str) -> list[str]:
    """List the deployments with the side that this name belongs to."""
    if "Async" in kind:
        client = Client(api_server_url=URL, max_retries=0)
        return [each.id for each in await client.apiserver.deployments.list()]
    blocking = SyncClient(api_server_url=URL, max_retries=0)
    return [each.id for each in blocking.apiserver.deployments.list()]


def replacement(kind: type, name: str) -> Any:
    """A method that responds, under the name and module of the original, as VCR.py's have."""
    request = httpx.Request("GET", URL)

    def respond(*_: Any, **__: Any) -> Any:
        if kind.__module__.startswith("httpx"):
            return httpx.Response(200, content=BODY, request=request)
        return httpcore.Response(200, content=BODY)

    async def respond_async(*_: Any, **__: Any) -> Any:
        return respond()

    respond_like = respond_async if "Async" in kind.__name__ else respond
    return functools.wraps(getattr(kind, name))(respond_like)


@pytest.mark.parametrize(("kind", "name"), METHODS)
async def test_a_replaced_method_responds(kind: type, name: str) -> None:
    with mock.patch.object(kind, name, replacement(kind, name)):
        assert await names(kind.__name__) == ["mocked"]


async def test_a_method_of_another_class_of_httpx_is_a_replacement() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=BODY))

    class Holder:
        handle_request = transport.handle_request  # httpx's own code

    with mock.patch.object(httpx.HTTPTransport, "handle_request", Holder.handle_request):
        assert await names("HTTPTransport") == ["mocked"]


class Transport(httpx.MockTransport):
    def __init__(self, **_: Any) -> None:
        super().__init__(lambda _: httpx.Response(200, content=BODY))


@pytest.mark.parametrize("kind", ["HTTPTransport", "AsyncHTTPTransport"])
async def test_a_replaced_class_responds_until_it_is_back(kind: str) -> None:
    with mock.patch(f"httpx.{kind}", Transport):
        assert await names(kind) == ["mocked"]
    with pytest.raises(ServerUnreachableError):
        await names(kind)


def test_a_replacement_needs_no_library_for_tests() -> None:
    program = f"""
import httpx
from llama_deploy_client import SyncClient
httpx.HTTPTransport.handle_request = lambda *_: httpx.Response(200, content={BODY!r})
print(SyncClient(api_server_url={URL!r}).apiserver.deployments.list()[0].id)
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout == "mocked\n", run.stderr


def test_the_methods_of_httpx_and_httpcore_themselves_are_not_replacements() -> None:
    values = [*vars(httpx).values(), *vars(httpcore).values()]
    kinds = [each for each in values if isinstance(each, type) and not issubclass(each, Enum)]
    assert len(kinds) > 50
    assert not [kind for kind in kinds if foreign_methods(kind)]
