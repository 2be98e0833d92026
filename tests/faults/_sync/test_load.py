# Made by `make generate` from tests/faults/_async/test_load.py: do not edit.
"""Many calls and streams through one client, and many events in one stream."""

from __future__ import annotations

from pathlib import Path

from ..conftest import Tried
from ..replaying import EVENTS, chunked
from ..together import together
from ..wire import Connection, RawServer, Request, answering, response
from .helpers import STREAMS, client_of, collect


def healthy(request: Request) -> bytes:
    return chunked(EVENTS) if request.target.endswith("/result_stream") else response(b"[]")


def test_calls_and_streams_at_once(tried: Tried) -> None:
    """On a busy machine more than `peak` are opened in all: a stream's request cannot be repeated,
    so it takes no connection that has idled for more than half a second."""
    with RawServer(answering(healthy)) as server:
        client = client_of(server, timeout=60, max_connections=20)

        def use(_: int) -> None:
            for _ in range(5):
                assert client.apiserver.deployments.list() == []
                assert collect(STREAMS["control plane"](client)) == EVENTS

        together(use, 100)
        assert server.peak <= 20
    tried("Load and lifetime", "500 calls and 500 streams, 100 at once, 20 connections", 1000)


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
