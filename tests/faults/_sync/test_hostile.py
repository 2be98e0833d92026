# Made by `make generate` from tests/faults/_async/test_hostile.py: do not edit.
"""What a server sends is data: whatever it is, a value of the documented type or our error."""

from __future__ import annotations

import contextlib
import gzip
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest

from llama_deploy_client import (
    ConnectionLostError,
    LlamaDeployError,
    MalformedResponseError,
    StatusError,
)
from llama_deploy_client._sync.client import SyncClient
from tests.unit._sync.calls import ROWS

from ..conftest import Tried
from ..hostile import Maker
from ..replaying import EVENTS, until_closed
from ..wire import Connection, RawServer, always, response
from .helpers import STREAMS, client_of, collect

RESPONSES = 3_000


def list_deployments(client: SyncClient) -> Any:
    return client.apiserver.deployments.list()


def read_stream(kind: str, client: SyncClient) -> Any:
    return collect(STREAMS[kind](client))


class Hostile(httpx.BaseTransport):
    """Responds with the next hostile thing."""

    def __init__(self) -> None:
        self.maker = Maker(seed=4711)
        self.fitting: Any = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        status, headers, body = self.maker.response(self.fitting)
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        return httpx.Response(status, headers=raw, stream=httpx.ByteStream(body))


@pytest.mark.usefixtures("no_pauses")
def test_only_errors_of_the_client_come_out(tried: Tried) -> None:
    transport = Hostile()
    client = SyncClient(
        transport=transport, max_retries=1, timeout=0.2, poll_interval=0.001, headers={"X": "y"}
    )
    calls = [(row.response, row.call) for row in ROWS]
    calls += [(EVENTS, partial(read_stream, kind)) for kind in STREAMS]
    for number in range(RESPONSES):
        transport.fitting, call = calls[number % len(calls)]
        with contextlib.suppress(LlamaDeployError):
            call(client)
    promise = "hostile responses to every method and stream: only LlamaDeployError"
    tried("Security", promise, RESPONSES)


BLOCK = b" " * 65536
ENDLESS: dict[str, tuple[bytes, bytes]] = {
    "a body": (b"HTTP/1.1 200 OK\r\n\r\n", BLOCK),
    "an error": (b"HTTP/1.1 500 Error\r\n\r\n", BLOCK),
    "chunks": (
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
        b"10000\r\n%s\r\n" % BLOCK,
    ),
    "a chunk's head": (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;", BLOCK),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"x: y\r\n" * 10_000),
    "a header": (b"HTTP/1.1 200 OK\r\nx: ", BLOCK),
    "a status line": (b"", BLOCK),
    "a line of a stream": (until_closed(EVENTS[:3], b'{"text": "'), BLOCK),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_response_without_an_end_is_refused(kind: str, tried: Tried) -> None:
    start, more = ENDLESS[kind]

    def script(connection: Connection) -> None:
        connection.request()
        connection.send(start)
        while True:
            connection.send(more)

    call = partial(read_stream, "control plane") if "stream" in kind else list_deployments
    with RawServer(script) as server:
        client = client_of(server, max_response_size=1 << 20, max_line_size=1 << 20, timeout=60)
        refused_in_little_memory(call, client)
        assert server.all_closed()
    tried("Security", f"{kind} without an end: refused, in less than 8 MiB of memory", 1)


@pytest.mark.parametrize("status", ["200 OK", "500 Error"])
def test_nothing_is_unpacked(status: str, tried: Tried) -> None:
    packed = gzip.compress(b" " * (1 << 26), 1)
    with RawServer(always(response(packed, status, "content-encoding: gzip"))) as server:
        for call in (list_deployments, partial(read_stream, "control plane")):
            refused_in_little_memory(call, client_of(server))
    tried("Security", f"64 MiB packed, with {status}: refused, in less than 8 MiB of memory", 2)


def refused_in_little_memory(call: Callable[[SyncClient], Any], client: SyncClient) -> None:
    tracemalloc.start()
    try:
        with pytest.raises((MalformedResponseError, StatusError, ConnectionLostError)):
            call(client)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 8 << 20, f"{most:,} bytes"
