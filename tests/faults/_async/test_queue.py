"""More callers than connections can serve in time."""

from __future__ import annotations

import time

from llama_deploy_client import CallTimeoutError

from ..conftest import NewLine
from ..machine import watched
from ..together import together
from ..wire import Connection, RawServer, response
from .helpers import client_of

TIMEOUT = 0.6
LATE = 0.2
"""Seconds, on top of those by which the machine was late: many threads wake up at once."""
CALLERS = 40


def slow(connection: Connection) -> None:
    """Two such connections serve some half of the callers in time."""
    while connection.request() is not None:
        connection.server.stopping.wait(0.05)
        connection.send(response(b"[]"))


async def test_who_waits_in_vain_is_told_in_time(line: NewLine) -> None:
    tried = line("Load and lifetime", "40 callers for 2 connections: answered, or told in time")
    answered: list[int] = []
    told: list[int] = []
    took: list[float] = []
    with RawServer(slow) as server:
        client = client_of(server, max_connections=2, timeout=TIMEOUT)

        async def call(number: int) -> None:
            start = time.monotonic()
            with tried.trial():
                try:
                    assert await client.apiserver.deployments.list() == []
                    answered.append(number)
                except CallTimeoutError:
                    told.append(number)
                took.append(time.monotonic() - start)

        for _ in range(5):
            with watched() as stalls:
                await together(call, CALLERS)
            assert max(took) < TIMEOUT + LATE + stalls.longest
            took.clear()
        assert server.peak <= 2
    tried.kept(5 * CALLERS)
    assert len(answered) > CALLERS
    assert len(told) > CALLERS
