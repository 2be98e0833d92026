"""Streams and calls that are left before their end: their connections come back, every time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import anyio
import pytest

from llama_deploy_client import Client, SyncClient
from llama_deploy_client.models.apiserver import Deployment, Task
from llama_deploy_client.sync.apiserver import Task as SyncTask

from .conftest import NewLine
from .replaying import one_event_then_silence
from .tally import Line
from .together import together
from .wire import RawServer

CONNECTIONS = 10
AT_ONCE = 4
"""Ways of leaving that go on at once. Some take two streams, and streams may have nine lanes."""


def events_of(client: Client) -> Any:
    return Task(client=client, deployment_id="d", id="t", session_id="s").events()


async def by_break(client: Client) -> None:
    async for _ in events_of(client):
        break


async def by_exception(client: Client) -> None:
    with pytest.raises(ZeroDivisionError):
        async for _ in events_of(client):
            raise ZeroDivisionError


async def by_closing(client: Client) -> None:
    async with events_of(client) as events:
        await anext(events)


async def by_dropping(client: Client) -> None:
    events = events_of(client)
    await anext(events)
    del events


async def by_timeout(client: Client) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(None) as timeout:
            async for _ in events_of(client):
                timeout.reschedule(asyncio.get_running_loop().time())


async def by_cancelling_the_task(client: Client) -> None:
    first = asyncio.Event()
    task = asyncio.create_task(read(client, first))
    await first.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def by_a_task_group(client: Client) -> None:
    first = asyncio.Event()
    with pytest.raises(ExceptionGroup):
        async with asyncio.TaskGroup() as group:
            group.create_task(read(client, first))
            async for _ in events_of(client):
                await first.wait()
                raise ZeroDivisionError


async def by_a_cancel_scope(client: Client) -> None:
    with anyio.CancelScope() as scope:
        async for _ in events_of(client):
            scope.cancel()
    assert scope.cancelled_caught


async def by_moving_on(client: Client) -> None:
    with anyio.move_on_after(None) as scope:
        async for _ in events_of(client):
            scope.deadline = anyio.current_time()
    assert scope.cancelled_caught


async def by_a_cancelled_group(client: Client) -> None:
    first = asyncio.Event()
    async with anyio.create_task_group() as group:
        group.start_soon(read, client, first)
        async for _ in events_of(client):
            await first.wait()
            group.cancel_scope.cancel()


async def read(client: Client, first: asyncio.Event) -> None:
    async for _ in events_of(client):
        first.set()


WAYS: dict[str, Callable[[Client], Awaitable[None]]] = {
    "break": by_break,
    "an exception": by_exception,
    "async with": by_closing,
    "garbage collection": by_dropping,
    "asyncio.timeout": by_timeout,
    "cancellation": by_cancelling_the_task,
    "asyncio.TaskGroup": by_a_task_group,
    "anyio.CancelScope": by_a_cancel_scope,
    "anyio.move_on_after": by_moving_on,
    "anyio's task group": by_a_cancelled_group,
}


def new_line(line: NewLine, colour: str, way: str) -> Line:
    promise = f"1,000 streams left by {way}, then 100 calls; {CONNECTIONS} connections"
    return line("Load and lifetime", f"{colour}: {promise}")


@pytest.mark.parametrize("way", WAYS)
async def test_an_abandoned_stream_gives_its_connection_back(way: str, line: NewLine) -> None:
    tried = new_line(line, "async", way)
    with RawServer(one_event_then_silence) as server:
        client = Client(api_server_url=server.url, max_connections=CONNECTIONS, timeout=5)

        async def leave(_: int) -> None:
            with tried.trial():
                await WAYS[way](client)

        async def call(_: int) -> None:
            with tried.trial():
                assert await client.apiserver.deployments.list() == []

        for _ in range(1000 // AT_ONCE):
            await together(leave, AT_ONCE)
        await together(call, 100)
        await client.aclose()
        assert server.all_closed()
    tried.kept(1100)


def sync_events_of(client: SyncClient) -> Any:
    return SyncTask(client=client, deployment_id="d", id="t", session_id="s").events()


def sync_by_break(client: SyncClient) -> None:
    for _ in sync_events_of(client):
        break


def sync_by_exception(client: SyncClient) -> None:
    with pytest.raises(ZeroDivisionError):
        for _ in sync_events_of(client):
            raise ZeroDivisionError


def sync_by_closing(client: SyncClient) -> None:
    with sync_events_of(client) as events:
        next(events)


def sync_by_dropping(client: SyncClient) -> None:
    events = sync_events_of(client)
    next(events)
    del events


def sync_by_a_generator_in_a_thread(client: SyncClient) -> None:
    def generate() -> Iterator[Any]:
        yield from sync_events_of(client)

    thread = threading.Thread(target=lambda: next(generate()))
    thread.start()
    thread.join()


SYNC_WAYS: dict[str, Callable[[SyncClient], None]] = {
    "break": sync_by_break,
    "an exception": sync_by_exception,
    "with": sync_by_closing,
    "garbage collection": sync_by_dropping,
    "a generator in a thread that ends": sync_by_a_generator_in_a_thread,
}


@pytest.mark.parametrize("way", SYNC_WAYS)
def test_an_abandoned_sync_stream_gives_its_connection_back(way: str, line: NewLine) -> None:
    tried = new_line(line, "sync", way)
    with RawServer(one_event_then_silence) as server:
        client = SyncClient(api_server_url=server.url, max_connections=CONNECTIONS, timeout=5)

        def leave(_: int) -> None:
            for _ in range(1000 // AT_ONCE):
                with tried.trial():
                    SYNC_WAYS[way](client)

        def call(_: int) -> None:
            with tried.trial():
                assert client.apiserver.deployments.list() == []

        together(leave, AT_ONCE)
        together(call, 100)
        client.close()
        assert server.all_closed()
    tried.kept(1100)


# --- Calls ----------------------------------------------------------------------------------------

Cancels = list[Callable[[], None]]


async def in_timeout(call: Awaitable[object], cancels: Cancels) -> None:
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(None) as timeout:
            now = asyncio.get_running_loop().time
            cancels.append(lambda: timeout.reschedule(now()))
            await call
    assert type(caught.value) is TimeoutError  # asyncio's, not one of the client


async def in_task_group(call: Awaitable[object], cancels: Cancels) -> None:
    failing = asyncio.Event()
    cancels.append(failing.set)

    async def wait() -> None:
        await call

    with pytest.raises(ExceptionGroup) as caught:
        async with asyncio.TaskGroup() as group:
            group.create_task(wait())
            await failing.wait()
            raise ZeroDivisionError
    assert [type(error) for error in caught.value.exceptions] == [ZeroDivisionError]


async def in_scope(call: Awaitable[object], cancels: Cancels) -> None:
    with anyio.CancelScope() as scope:
        cancels.append(scope.cancel)
        await call
    assert scope.cancelled_caught


CANCELLERS = {
    "asyncio.timeout": in_timeout,
    "asyncio.TaskGroup": in_task_group,
    "anyio.CancelScope": in_scope,
}


@pytest.mark.parametrize("canceller", CANCELLERS)
async def test_a_cancelled_call_gives_its_connection_back(canceller: str, line: NewLine) -> None:
    """Three of ten hold a connection when they are cancelled, the others wait for one."""
    tried = line("Load and lifetime", f"1,000 calls cancelled by {canceller}, then 100 calls")
    with RawServer(one_event_then_silence) as server:
        client = Client(api_server_url=server.url, max_connections=3, timeout=5)

        async def cancelled(deployment: Deployment, cancels: Cancels) -> None:
            with tried.trial():
                await CANCELLERS[canceller](deployment.tasks.run({}), cancels)

        for number in range(100):
            deployment = Deployment(client=client, id=f"d{number}")
            cancels: Cancels = []
            running = asyncio.gather(*(cancelled(deployment, cancels) for _ in range(10)))
            try:
                await three_requests(server, deployment)
            finally:
                for cancel in cancels:
                    cancel()
                await running
        for _ in range(100):
            with tried.trial():
                assert await client.apiserver.deployments.list() == []
        await client.aclose()
        assert server.all_closed()
    tried.kept(1100)


async def three_requests(server: RawServer, deployment: Deployment) -> None:
    async with asyncio.timeout(5):
        while sum(f"/{deployment.id}/" in seen.target for seen in server.requests) < 3:
            await asyncio.sleep(0.001)


async def test_a_call_cancelled_as_it_gets_a_connection_passes_it_on(line: NewLine) -> None:
    tried = line("Load and lifetime", "1,000 calls cancelled as they get a connection, then a call")
    with RawServer(one_event_then_silence) as server:
        client = Client(api_server_url=server.url, max_connections=2, timeout=5)
        holding = asyncio.create_task(Deployment(client=client, id="d").tasks.run({}))

        async def call() -> None:
            assert await client.apiserver.deployments.list() == []

        async def call_and_cancel_the_next() -> None:
            await call()
            waiting.cancel()  # the connection is its already, but it did not run since

        for _ in range(1000):
            with tried.trial():
                calling = asyncio.create_task(call_and_cancel_the_next())
                waiting = asyncio.create_task(call())
                await calling
                with pytest.raises(asyncio.CancelledError):
                    await waiting
                await call()
        holding.cancel()
    tried.kept(1000)
