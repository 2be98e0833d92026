# Made by `make generate` from tests/faults/_async/test_hostile.py: do not edit.
"""What a server sends is data: whatever it is, a value of the documented type or our error."""

from __future__ import annotations

import contextlib
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

from ..conftest import NewLine
from ..hostile import Maker, bomb, raw_answer
from ..replaying import EVENTS
from ..wire import Connection, RawServer, always, response
from .helpers import STREAMS, OpenStream, client_of, collect, deployment_of

ANSWERS = 10_000
RAW_ANSWERS = 1_000


class Hostile(httpx.BaseTransport):
    """Answers with the next hostile thing."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self.fitting: Any = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        status, headers, body = self.maker.answer(self.fitting)
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        return httpx.Response(status, headers=raw, stream=httpx.ByteStream(body))


def _all_events(open_stream: OpenStream, client: SyncClient) -> list[Any]:
    return collect(open_stream(client))


@pytest.mark.usefixtures("no_pauses")
def test_only_our_errors_come_out(line: NewLine) -> None:
    tried = line("Security", "hostile answers to every method and stream: only LlamaDeployError")
    transport = Hostile(Maker(seed=4711))
    client = SyncClient(
        transport=transport, max_retries=1, timeout=0.2, poll_interval=0.001, headers={"X": "y"}
    )
    calls = [(row.response, row.call) for row in ROWS]
    calls += [(EVENTS, partial(_all_events, stream)) for stream in STREAMS.values()]
    for number in range(ANSWERS):
        transport.fitting, make = calls[number % len(calls)]
        with tried.trial(), contextlib.suppress(LlamaDeployError):
            make(client)
    tried.kept(ANSWERS)


@pytest.mark.usefixtures("no_pauses")
def test_only_our_errors_come_out_of_hostile_http(line: NewLine) -> None:
    tried = line("Security", "hostile HTTP, with floods of headers: only LlamaDeployError")

    def script(connection: Connection) -> None:
        connection.request()
        connection.send(raw_answer(connection.number))

    with RawServer(script) as server:
        client = client_of(server, max_retries=0, timeout=None)  # none of them hangs
        calls: list[Callable[[], Any]] = [
            client.apiserver.deployments.list,
            lambda: deployment_of(client).tasks.create({}),
            *(partial(_all_events, stream, client) for stream in STREAMS.values()),
        ]
        for number in range(RAW_ANSWERS):
            with tried.trial(), contextlib.suppress(LlamaDeployError):
                calls[number % len(calls)]()
    tried.kept(RAW_ANSWERS)


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
    "no header at all": (b"", BLOCK),
}


def _endless(start: bytes, more: bytes, connection: Connection) -> None:
    connection.request()
    connection.send(start)
    while True:
        connection.send(more)


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_answer_without_an_end_is_refused(kind: str, line: NewLine) -> None:
    tried = line("Security", f"{kind} without an end: refused, in less than 8 MiB of memory")
    with RawServer(partial(_endless, *ENDLESS[kind])) as server:
        client = client_of(server, max_response_size=1024 * 1024, timeout=60)
        for make in (
            client.apiserver.deployments.list,
            lambda: deployment_of(client).tasks.run({}),
        ):
            with tried.trial():
                _refused_in_little_memory(make)
    tried.kept(2)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "gzip, gzip"])
def test_nothing_is_unpacked(encoding: str, line: NewLine) -> None:
    tried = line("Security", f"1 GiB packed with {encoding}: refused, in less than 8 MiB of memory")
    packed = bomb(encoding)
    for status in ("200 OK", "401 Unauthorized", "500 Error"):
        answer = response(packed, status, f"content-encoding: {encoding}")
        with RawServer(always(answer)) as server:
            client = client_of(server)
            calls: list[Callable[[], Any]] = [client.apiserver.deployments.list]
            calls += [partial(_all_events, stream, client) for stream in STREAMS.values()]
            for make in calls:
                with tried.trial():
                    _refused_in_little_memory(make)
    tried.kept(9)


def _refused_in_little_memory(make: Callable[[], Any]) -> None:
    tracemalloc.start()
    try:
        with pytest.raises((MalformedResponseError, StatusError, ConnectionLostError)):
            make()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 8 * 1024 * 1024, f"{most:,} bytes"
