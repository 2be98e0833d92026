# Made by `make generate` from tests/faults/_async/test_load.py: do not edit.
"""Many calls and streams through one client: no error, and no connection too many."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llama_deploy_client._sync.streams import EventStream

from ..conftest import Tried
from ..replaying import EVENTS, chunked, one_event_then_silence
from ..together import together
from ..wire import Connection, RawServer, Request, answering, response
from .helpers import STREAMS, client_of, collect, task_of


def healthy(request: Request) -> bytes:
    return chunked(EVENTS) if request.target.endswith("/result_stream") else response(b"[]")


def test_calls_at_once(tried: Tried) -> None:
    with RawServer(answering(healthy)) as server:
        client = client_of(server, timeout=60, max_connections=8)

        def calls(_: int) -> None:
            for _ in range(10):
                assert client.apiserver.deployments.list() == []

        together(calls, 100)
        assert server.peak <= 8
    tried("Load and lifetime", "1,000 calls, 100 at once, through 8 connections", 1000)


@pytest.mark.parametrize("connections", [50, 200])
def test_streams_at_once(connections: int, tried: Tried) -> None:
    """On a busy machine more than `peak` are opened in all: a stream's request cannot be repeated,
    so it takes no connection that has idled for more than half a second."""
    with RawServer(answering(healthy)) as server:
        client = client_of(server, timeout=60, max_connections=connections)

        def read(_: int) -> None:
            for _ in range(3):
                assert collect(STREAMS["control plane"](client)) == EVENTS

        together(read, 100)
        assert server.peak <= connections * 0.9  # one in ten is for calls
    promise = f"300 streams, 100 at once, through {connections} connections"
    tried("Load and lifetime", promise, 300)


def test_streams_open_at_the_same_time(tried: Tried) -> None:
    with RawServer(one_event_then_silence) as server:
        client = client_of(server, timeout=60, max_connections=250)
        streams = [task_of(client).events() for _ in range(200)]
        for stream in streams:
            assert next(stream) == {"n": 1}
        assert server.open == 200

        def call(_: int) -> None:
            assert client.apiserver.deployments.list() == []

        together(call, 100)
        for stream in streams:
            stream.close()
        assert server.peak <= 250
    tried("Load and lifetime", "200 streams open at the same time, and calls beside them", 300)


MANY = 1_000_000
GROWTH = 10 * 1024
"""KiB that the process may grow by meanwhile."""


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def peak() -> int:
    """KiB of memory that this process had at the most, since `forget_peak`."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def test_a_million_events_take_no_more_memory_than_one(tried: Tried) -> None:
    def script(connection: Connection) -> None:
        connection.request()
        connection.send(chunked([]).removesuffix(b"0\r\n\r\n"))
        for first in range(0, MANY, 1000):
            lines = b"".join(b'{"step": %d}\n' % step for step in range(first, first + 1000))
            connection.send(b"%x\r\n%s\r\n" % (len(lines), lines))
        connection.send(b"3\r\n{}\n\r\n0\r\n\r\n")

    with RawServer(script) as server:
        forget_peak()
        before, count = peak(), 0
        for event in STREAMS["control plane"](client_of(server)):
            assert event.get("step", MANY) == count  # the last one is the stop event
            count += 1
        assert count == MANY + 1
        assert peak() - before < GROWTH
    tried("Streams", "a million events in one stream, growing by less than 10 MiB", MANY)


# --- Streams that are left before their end -------------------------------------------------------


def by_break(events: EventStream) -> None:
    for _ in events:
        break


def by_an_exception(events: EventStream) -> None:
    with pytest.raises(ZeroDivisionError):
        for _ in events:
            raise ZeroDivisionError


def by_closing(events: EventStream) -> None:
    with events:
        next(events)


def by_dropping(events: EventStream) -> None:
    next(events)


WAYS: dict[str, Callable[[EventStream], Any]] = {
    "break": by_break,
    "an exception": by_an_exception,
    "closing": by_closing,
    "garbage collection": by_dropping,
}


@pytest.mark.parametrize("way", WAYS)
def test_an_abandoned_stream_gives_its_connection_back(way: str, tried: Tried) -> None:
    with RawServer(one_event_then_silence) as server:
        client = client_of(server, max_connections=10, timeout=60)

        def leave(_: int) -> None:
            for _ in range(50):
                WAYS[way](task_of(client).events())

        def call(_: int) -> None:
            assert client.apiserver.deployments.list() == []

        together(leave, 4)
        together(call, 100)
        client.close()
        assert server.all_closed()
    tried("Load and lifetime", f"200 streams left by {way}, then 100 calls; 10 connections", 300)
