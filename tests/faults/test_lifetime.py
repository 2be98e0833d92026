"""Cancellation, garbage and many clients: nothing is left behind, nobody waits for ever."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from llama_deploy_client import Client, SyncClient
from llama_deploy_client.models.apiserver import Deployment, Task
from llama_deploy_client.models.core import Session

from .conftest import NewLine
from .replaying import EVENTS, chunked
from .wire import Connection, RawServer, Request, answering, response, wait_for

HEAD_AND_ONE = chunked(EVENTS)[: chunked(EVENTS).index(b'{"n": 2}') - 4]


def one_event_then_silence(connection: Connection) -> None:
    """Streams say one event; other GETs are answered; POSTs hang."""
    while (request := connection.request()) is not None:
        if request.method == "POST":
            return connection.wait_until_gone()
        if "/tasks/t" not in request.target:
            connection.send(response(b"[]"))
            continue
        connection.send(HEAD_AND_ONE)
        return connection.wait_until_gone()
    return None


def client_of(server: RawServer, **settings: Any) -> Client:
    return Client(api_server_url=server.url, control_plane_url=server.url, **settings)


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
        async with asyncio.timeout(0.01):
            async for _ in events_of(client):
                pass


async def by_cancelling_the_task(client: Client) -> None:
    first = asyncio.Event()

    async def read() -> None:
        async for _ in events_of(client):
            first.set()

    task = asyncio.create_task(read())
    await first.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def by_a_task_group(client: Client) -> None:
    async def read() -> None:
        async for _ in events_of(client):
            raise ZeroDivisionError

    with pytest.raises(ExceptionGroup):
        async with asyncio.TaskGroup() as group:
            group.create_task(read())
            group.create_task(read())


async def by_a_cancel_scope(client: Client) -> None:
    with anyio.CancelScope() as scope:
        async for _ in events_of(client):
            scope.cancel()
    assert scope.cancelled_caught


async def by_moving_on(client: Client) -> None:
    with anyio.move_on_after(0.01) as scope:
        async for _ in events_of(client):
            pass
    assert scope.cancelled_caught


async def by_a_gathered_scope(client: Client) -> None:
    async with anyio.create_task_group() as group:

        async def read() -> None:
            async for _ in events_of(client):
                group.cancel_scope.cancel()

        group.start_soon(read)
        group.start_soon(read)


WAYS: dict[str, Callable[[Client], Awaitable[None]]] = {
    "break": by_break,
    "exception": by_exception,
    "async with": by_closing,
    "garbage collection": by_dropping,
    "asyncio.timeout": by_timeout,
    "cancellation": by_cancelling_the_task,
    "asyncio.TaskGroup": by_a_task_group,
    "anyio.CancelScope": by_a_cancel_scope,
    "anyio.move_on_after": by_moving_on,
    "anyio task group": by_a_gathered_scope,
}


@pytest.mark.parametrize("way", WAYS)
async def test_an_abandoned_stream_gives_its_connection_back(way: str, line: NewLine) -> None:
    tried = line(
        "Load and lifetime", f"1,000 streams left by {way}, then 100 calls; 10 connections"
    )
    with RawServer(one_event_then_silence) as server:
        client = client_of(server, max_connections=10, timeout=20)
        for _ in range(100):
            await asyncio.gather(*(WAYS[way](client) for _ in range(10)))
            tried.trials += 10
        await asyncio.gather(*(one_call(client, tried.trial) for _ in range(100)))
        await client.aclose()
        assert server.all_closed()
    tried.kept(1100)


async def one_call(client: Client, trial: Callable[[], Any]) -> None:
    with trial():
        assert await client.apiserver.deployments.list() == []


def test_an_abandoned_sync_stream_gives_its_connection_back(line: NewLine) -> None:
    tried = line(
        "Load and lifetime", "sync: 1,000 streams left by break, then 100 calls; 10 connections"
    )
    with RawServer(one_event_then_silence) as server:
        client = client_of(server, max_connections=10).sync
        from llama_deploy_client.sync.apiserver import Task as SyncTask

        for _ in range(1000):
            with tried.trial():
                task = SyncTask(client=client, deployment_id="d", id="t", session_id="s")
                for event in task.events():
                    assert event == {"n": 1}
                    break
        for _ in range(100):
            with tried.trial():
                assert client.apiserver.deployments.list() == []
    tried.kept(1100)


async def cancel_in_timeout(call: Callable[[], Awaitable[object]]) -> None:
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0.02):
            await call()
    assert type(caught.value) is TimeoutError  # asyncio's, not one of the client


async def cancel_in_task_group(call: Callable[[], Awaitable[object]]) -> None:
    async def fail() -> None:
        await asyncio.sleep(0.02)
        raise ZeroDivisionError

    with pytest.raises(ExceptionGroup) as caught:
        async with asyncio.TaskGroup() as group:
            group.create_task(call())  # type: ignore[arg-type]
            group.create_task(fail())
    assert [type(error) for error in caught.value.exceptions] == [ZeroDivisionError]


async def cancel_in_scope(call: Callable[[], Awaitable[object]]) -> None:
    with anyio.move_on_after(0.02) as scope:
        await call()
    assert scope.cancelled_caught


CANCELLERS = {
    "asyncio.timeout": cancel_in_timeout,
    "asyncio.TaskGroup": cancel_in_task_group,
    "anyio.move_on_after": cancel_in_scope,
}


@pytest.mark.parametrize("canceller", CANCELLERS)
async def test_a_cancelled_call_gives_its_connection_back(canceller: str, line: NewLine) -> None:
    """Some hold a connection when they are cancelled, most wait for one."""
    tried = line("Load and lifetime", f"100 calls cancelled by {canceller}, then 10 calls")
    with RawServer(one_event_then_silence) as server:
        client = client_of(server, max_connections=3, timeout=20)

        async def one() -> None:
            with tried.trial():
                deployment = Deployment(client=client, id="d")
                await CANCELLERS[canceller](lambda: deployment.tasks.run({}))

        for _ in range(4):
            await asyncio.gather(*(one() for _ in range(25)))
        for _ in range(10):
            await one_call(client, tried.trial)
        await client.aclose()
        assert server.all_closed()
    tried.kept(110)


def healthy(request: Request) -> bytes:
    if request.target.endswith("/result_stream"):
        return chunked(EVENTS)
    return response(b"[]" if request.method == "GET" else b'"t"')


async def test_two_thousand_calls_at_once(line: NewLine) -> None:
    tried = line("Load and lifetime", "2,000 calls at once through 100 connections")
    with RawServer(answering(healthy)) as server:
        client = client_of(server, timeout=60)
        await asyncio.gather(*(one_call(client, tried.trial) for _ in range(2000)))
        assert server.peak <= 100
    tried.kept(2000)


@pytest.mark.parametrize("connections", [100, 600])
async def test_five_hundred_streams_at_once(connections: int, line: NewLine) -> None:
    tried = line("Load and lifetime", f"500 streams at once through {connections} connections")
    with RawServer(answering(healthy)) as server:
        client = client_of(server, timeout=60, max_connections=connections)

        async def one(number: int) -> None:
            with tried.trial():
                stream = Session(client=client, id="s").get_task_result_stream(f"t{number}")
                assert [event async for event in stream] == EVENTS

        await asyncio.gather(*(one(number) for number in range(500)))
        assert server.peak <= connections
    tried.kept(500)


async def test_five_hundred_streams_open_at_the_same_time(line: NewLine) -> None:
    tried = line("Load and lifetime", "500 streams open at the same time, and calls beside them")
    with RawServer(one_event_then_silence) as server:
        client = client_of(server, timeout=60, max_connections=600)
        streams = [events_of(client) for _ in range(500)]

        async def first(stream: Any) -> None:
            with tried.trial():
                assert await anext(stream) == {"n": 1}

        await asyncio.gather(*map(first, streams))
        assert server.open == 500
        await asyncio.gather(*(one_call(client, tried.trial) for _ in range(100)))
        await asyncio.gather(*(stream.aclose() for stream in streams))
        assert server.peak <= 600
    tried.kept(600)


def test_many_threads_share_a_sync_client(line: NewLine) -> None:
    tried = line("Load and lifetime", "32 threads, 50 calls each, on one sync client")
    with RawServer(answering(healthy)) as server:
        client = SyncClient(api_server_url=server.url, max_connections=8)

        def calls() -> None:
            for _ in range(50):
                with tried.trial():
                    assert client.apiserver.deployments.list() == []

        threads = [threading.Thread(target=calls) for _ in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.peak <= 8
    tried.kept(1600)


def resources() -> tuple[set[str], int]:
    """What this process has open, and its threads."""
    sockets = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except OSError:
            continue
        if target.startswith("socket:"):
            sockets.add(target)
    return sockets, threading.active_count()


def test_clients_that_are_dropped_leave_nothing(line: NewLine) -> None:
    tried = line(
        "Load and lifetime", "1,000 clients made and dropped: no socket, thread, task left"
    )

    def one_of_each(server: RawServer) -> None:
        client = client_of(server)
        assert client.sync.apiserver.deployments.list() == []

        async def calls() -> None:
            assert await client.apiserver.deployments.list() == []
            async for _ in events_of(client):
                break
            assert asyncio.all_tasks() <= {asyncio.current_task()}

        asyncio.run(calls())

    with RawServer(one_event_then_silence) as server:
        one_of_each(server)
        gc.collect()
        assert server.all_closed()
        before = resources()
        gc.disable()  # nothing may need the collector
        try:
            for _ in range(1000):
                with tried.trial():
                    one_of_each(server)
            assert server.all_closed()
            wait_for(lambda: resources()[1] <= before[1])
            assert len(resources()[0]) <= len(before[0])
        finally:
            gc.enable()
    tried.kept(1000)


def test_a_fork_shares_no_connection(line: NewLine) -> None:
    tried = line("Load and lifetime", "a client used before and after a fork, on both sides")
    with RawServer(answering(healthy)) as server:
        client = SyncClient(api_server_url=server.url)
        for _ in range(10):
            with tried.trial():
                assert client.apiserver.deployments.list() == []
                before = server.accepted
                child = os.fork()
                if child == 0:
                    status = 1
                    try:
                        calls = [client.apiserver.deployments.list() for _ in range(5)]
                        status = 0 if calls == [[]] * 5 else 1
                    finally:
                        os._exit(status)
                for _ in range(5):
                    assert client.apiserver.deployments.list() == []
                assert os.waitpid(child, 0)[1] == 0
                assert server.accepted == before + 1
    tried.kept(10)
