"""Streams that go on for long, or say nothing for long."""

from __future__ import annotations

from pathlib import Path

import pytest

from llama_deploy_client._async.client import AsyncClient

from ..conftest import NewLine
from ..replaying import EVENTS, chunked
from ..sender import sending
from ..together import together
from ..wire import Connection, RawServer, response
from .helpers import STREAMS, client_of, collect, each_stream

MANY = 1_000_000
GROWTH = 10 * 1024
"""KiB that the process may grow by meanwhile."""


def peak() -> int:
    """KiB of memory that this process had at the most, since `forget_peak`."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


async def test_a_million_events_take_no_more_memory_than_one(line: NewLine) -> None:
    tried = line("Streams", "a million events in one stream, growing by less than 10 MiB")
    with sending(MANY) as url:
        client = AsyncClient(control_plane_url=url)
        forget_peak()
        before = peak()
        count = 0
        with tried.trial(MANY):
            async for event in STREAMS["control plane"](client):
                assert event.get("step", MANY) == count  # the last one is the stop event
                count += 1
            assert count == MANY + 1
            assert peak() - before < GROWTH
    tried.kept(MANY)


SILENCE = 6.0
"""Seconds: more than httpx's own limit for a read, which is 5."""


async def test_a_silent_workflow_keeps_its_stream(line: NewLine) -> None:
    tried = line("Streams", "silent for 6 s, with a timeout of 30 s and without one")

    def silent(connection: Connection) -> None:
        connection.request()
        whole = chunked(EVENTS)
        middle = len(whole) // 2
        connection.send(whole[:middle])
        connection.server.stopping.wait(SILENCE)
        connection.send(whole[middle:])

    with RawServer(silent) as server:

        async def one(number: int) -> None:
            with tried.trial():
                timeout = 30 if number % 2 else None
                open_stream = list(STREAMS.values())[number // 2 % 2]
                stream = open_stream(client_of(server), timeout=timeout)
                assert await collect(stream) == EVENTS

        await together(one, 20)
    tried.kept(20)


@each_stream
@pytest.mark.parametrize("timeout", [20, None])
async def test_a_stream_that_is_not_there_yet_is_asked_for_again(
    kind: str, timeout: float | None, line: NewLine
) -> None:
    tried = line("Streams", f"{kind}: 404 up to 20 times before the first event, timeout {timeout}")
    missing = 0

    def late(connection: Connection) -> None:
        nonlocal missing
        while connection.request() is not None:
            if missing:
                missing -= 1
                connection.send(response(b'{"detail": "Task stream not found"}', "404 Not Found"))
            else:
                connection.send(chunked(EVENTS))

    with RawServer(late) as server:
        client = client_of(server, poll_interval=0.005)
        for times in range(21):
            with tried.trial():
                missing = times
                server.requests.clear()
                assert await collect(STREAMS[kind](client, timeout=timeout)) == EVENTS
                assert len(server.requests) == times + 1
    tried.kept(21)
