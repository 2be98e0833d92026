"""What the pool promises: connections are used again, and never one that is of no use."""

from __future__ import annotations

import contextlib
import gc
import json
import weakref

import httpx
import pytest

from llama_deploy_client import (
    CallTimeoutError,
    ClientClosedError,
    StatusError,
    StreamInterruptedError,
)
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.core import Session

from ...faults import hanging
from ...faults._async.helpers import client_of, task_of
from ...faults.wire import Connection, RawServer, always, response
from ..peer import PeerServer


async def test_calls_one_after_the_other_share_a_connection(peer: PeerServer) -> None:
    client = client_of(peer)
    for _ in range(5):
        await client.apiserver.status()
        await client.core.sessions.list()
    assert len(peer.requests) == 10
    assert peer.accepted == 1


@pytest.mark.parametrize(("status", "connections"), [(404, 1), (499, 1), (500, 3), (503, 3)])
async def test_a_server_is_not_trusted_to_say_that_it_closes_after_a_failure(
    status: int, connections: int
) -> None:
    answer = response(b"{}", f"{status} Oh dear")
    with RawServer(always(answer)) as server:
        client = AsyncClient(api_server_url=server.url, max_retries=0)
        for _ in range(3):
            with pytest.raises(StatusError):
                await client.apiserver.deployments.get("d")
        assert server.accepted == connections


@pytest.mark.parametrize(("fresh_for", "connections"), [(60.0, 1), (-1.0, 3)])
async def test_what_cannot_be_repeated_is_sent_on_a_fresh_connection(
    peer: PeerServer, monkeypatch: pytest.MonkeyPatch, fresh_for: float, connections: int
) -> None:
    monkeypatch.setattr("llama_deploy_client._transport._async.pool.FRESH", fresh_for)
    deployment = Deployment(client=client_of(peer), id="one")
    for _ in range(2):
        await deployment.client.apiserver.status()
        await deployment.tasks.create({})
    assert peer.accepted == connections


async def test_a_connection_that_the_server_closed_is_not_used(peer: PeerServer) -> None:
    client = client_of(peer)
    await client.apiserver.status()
    peer.hang_up()
    assert peer.all_closed()
    await client.apiserver.status()
    assert peer.accepted == 2


async def test_an_answer_goes_with_its_call(peer: PeerServer) -> None:
    """Not when the collector comes: that counts objects, and one of them may have 64 MiB."""
    answers: list[weakref.ref[httpx.Response]] = []

    async def note(response: httpx.Response) -> None:
        answers.append(weakref.ref(response))

    client = client_of(peer, event_hooks={"response": [note]})
    gc.disable()
    try:
        await client.apiserver.deployments.list()
        assert [answer() for answer in answers] == [None]
    finally:
        gc.enable()


async def test_calls_leave_nothing_to_the_collector(peer: PeerServer) -> None:
    """It stops the whole program while it looks, and the more often, the more there is."""
    client = client_of(peer)
    await client.apiserver.deployments.list()
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        for _ in range(10):
            await client.apiserver.deployments.list()
        gc.collect()
        left = {type(each).__module__.partition(".")[0] for each in gc.garbage}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert left.isdisjoint({"llama_deploy_client", "llama_deploy_api", "httpx", "httptools"})


async def test_an_answer_that_never_ends_gives_its_connection_back(peer: PeerServer) -> None:
    client = client_of(peer, max_connections=2)
    for _ in range(5):
        with pytest.raises(CallTimeoutError):
            await client.apiserver.deployments.get("half", timeout=0.1)
    assert (await client.apiserver.deployments.list(timeout=5))[0].id == "one"


async def test_a_stream_left_early_gives_its_connection_back(peer: PeerServer) -> None:
    client = client_of(peer, max_connections=2)
    for _ in range(5):
        async with task_of(client).events() as events:
            assert await anext(events) == {"n": 1}
    assert (await client.apiserver.deployments.list())[0].id == "one"


async def test_streams_leave_a_connection_for_calls(peer: PeerServer) -> None:
    """Or an answer that a workflow waits for could never be sent while its events are read."""
    client = client_of(peer, max_connections=2)
    async with task_of(client).events() as events:
        await anext(events)
        with pytest.raises(CallTimeoutError, match="all 2 connections are busy"):
            await anext(task_of(client).events(timeout=0.05))
        assert await client.apiserver.deployments.list()


async def test_a_silent_stream_ends_at_its_own_timeout(peer: PeerServer) -> None:
    client = client_of(peer, timeout=None)
    received = []
    with pytest.raises(CallTimeoutError, match=r"no event for 0\.5 s \(2 events delivered\)"):
        async for event in task_of(client).events(timeout=0.5):
            received.append(event)
    assert received == [{"n": 1}, {"n": 2}]


async def test_blank_lines_do_not_keep_a_silent_stream_alive() -> None:
    with RawServer(hanging.trickles_blank_lines) as server:
        client = AsyncClient(control_plane_url=server.url, timeout=0.5)
        with pytest.raises(CallTimeoutError, match="no event for"):
            await anext(Session(client=client, id="s").get_task_result_stream("t"))


@pytest.mark.parametrize(("last", "is_whole"), [(b"{}\n", True), (b'{"n": 2}\n', False)])
async def test_a_stream_that_closing_alone_ends_is_whole_after_a_stop_event(
    last: bytes, is_whole: bool
) -> None:
    def script(connection: Connection) -> None:
        connection.request()
        connection.send(b'HTTP/1.1 200 OK\r\nx-a: b\r\n\r\n{"n": 1}\n' + last)

    with RawServer(script) as server:
        client = AsyncClient(control_plane_url=server.url, max_retries=0)
        stream = Session(client=client, id="s").get_task_result_stream("t")
        assert await anext(stream) == {"n": 1}
        assert await anext(stream) == json.loads(last)
        with pytest.raises(StopAsyncIteration if is_whole else StreamInterruptedError):
            await anext(stream)


async def test_closing_leaves_nothing_open(peer: PeerServer) -> None:
    async with client_of(peer) as client:
        await client.apiserver.status()
        assert peer.open == 1
    assert peer.all_closed()
    with pytest.raises(ClientClosedError, match="the client was closed"):
        await client.apiserver.status()


async def test_a_stream_read_on_after_closing_leaves_nothing_open(peer: PeerServer) -> None:
    client = client_of(peer)
    events = task_of(client).events()
    assert await anext(events) == {"n": 1}
    await client.aclose()
    peer.gate.set()
    assert await anext(events) == {"n": 2}
    # Without a stop event the server would have to be asked, and the client is closed.
    with pytest.raises(StreamInterruptedError, match="the client was closed"):
        await anext(events)
    assert peer.all_closed()


async def test_a_dropped_client_leaves_nothing_open(peer: PeerServer) -> None:
    for _ in range(20):
        await client_of(peer).apiserver.status()
    assert peer.all_closed()


async def test_an_exception_in_the_loop_over_a_stream_frees_its_connection(
    peer: PeerServer,
) -> None:
    client = client_of(peer, max_connections=2)
    for _ in range(3):
        with contextlib.suppress(ZeroDivisionError):
            async for event in task_of(client).events():
                raise ZeroDivisionError(event)
    async with task_of(client).events(timeout=5) as events:
        assert await anext(events) == {"n": 1}
