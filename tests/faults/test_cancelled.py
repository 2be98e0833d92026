"""Calls and streams that are cancelled: their connections come back, every time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import anyio
import pytest

from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client.models.apiserver import Deployment

from ._async.helpers import client_of, collect, task_of
from .conftest import Tried
from .replaying import one_event_then_silence
from .wire import RawServer

Cancels = list[Callable[[], None]]


async def by_timeout(work: Awaitable[object], cancels: Cancels) -> None:
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(None) as timeout:
            now = asyncio.get_running_loop().time
            cancels.append(lambda: timeout.reschedule(now()))
            await work
    assert type(caught.value) is TimeoutError  # asyncio's, not one of the client


async def by_a_cancel_scope(work: Awaitable[object], cancels: Cancels) -> None:
    """anyio cancels again and again, also what cleans up."""
    with anyio.CancelScope() as scope:
        cancels.append(scope.cancel)
        await work
    assert scope.cancelled_caught


WAYS = {"asyncio.timeout": by_timeout, "anyio.CancelScope": by_a_cancel_scope}
KINDS: dict[str, tuple[Callable[[AsyncClient], Awaitable[object]], int]] = {
    "calls": (lambda client: Deployment(client=client, id="d").tasks.run({}), 3),
    "streams": (lambda client: collect(task_of(client).events()), 2),
}
"""What is cancelled, and how many of them can have one of three connections."""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_cancelled_gives_its_connection_back(
    way: str, kind: str, tried: Tried
) -> None:
    """Some of ten hold a connection when they are cancelled, the others wait for one."""
    start, connected = KINDS[kind]
    with RawServer(one_event_then_silence) as server:
        client = client_of(server, max_connections=3, timeout=60)
        for _ in range(20):
            server.requests.clear()
            cancels: Cancels = []
            running = asyncio.gather(*(WAYS[way](start(client), cancels) for _ in range(10)))
            async with asyncio.timeout(60):
                while len(server.requests) < connected:
                    await asyncio.sleep(0.001)
            for cancel in cancels:
                cancel()
            await running
        for _ in range(20):
            assert await client.apiserver.deployments.list() == []
        await client.aclose()
        assert server.all_closed()
    tried("Load and lifetime", f"200 {kind} cancelled by {way}, then 20 calls", 220)


async def test_a_call_cancelled_as_it_gets_a_connection_passes_it_on(tried: Tried) -> None:
    with RawServer(one_event_then_silence) as server:
        client = client_of(server, max_connections=2, timeout=60)
        holding = asyncio.create_task(Deployment(client=client, id="d").tasks.run({}))

        async def call() -> None:
            assert await client.apiserver.deployments.list() == []

        async def call_and_cancel_the_next() -> None:
            await call()
            waiting.cancel()  # the connection is its already, but it did not run since

        for _ in range(100):
            calling = asyncio.create_task(call_and_cancel_the_next())
            waiting = asyncio.create_task(call())
            await calling
            with pytest.raises(asyncio.CancelledError):
                await waiting
            await call()
        holding.cancel()
    promise = "100 calls cancelled as they get a connection, then a call"
    tried("Load and lifetime", promise, 100)
