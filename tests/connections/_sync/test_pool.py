# Made by `make generate` from tests/connections/_async/test_pool.py: do not edit.
"""Connections are used again unless they are of no use, whatever ends a call or a stream."""

from __future__ import annotations

import contextlib
import gc
import json
import weakref
from typing import Any

import httpx
import pytest

from llama_deploy_client import (
    CallTimeoutError,
    ClientClosedError,
    StatusError,
    StreamInterruptedError,
)
from llama_deploy_client._sync.apiserver import Deployment
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.core import Session

from ...faults._sync.helpers import client_of, task_of
from ...faults.wire import Connection, RawServer, always, response
from ..peer import PeerServer


def test_calls_one_after_the_other_share_a_connection(peer: PeerServer) -> None:
    client = client_of(peer)
    for _ in range(5):
        client.apiserver.status()
        client.core.sessions.list()
    assert len(peer.requests) == 10
    assert peer.accepted == 1


@pytest.mark.parametrize(("status", "connections"), [(404, 1), (499, 1), (500, 3), (503, 3)])
def test_a_server_is_not_trusted_to_say_that_it_closes_after_a_failure(
    status: int, connections: int
) -> None:
    with RawServer(always(response(b"{}", f"{status} Oh dear"))) as server:
        client = SyncClient(api_server_url=server.url, max_retries=0)
        for _ in range(3):
            with pytest.raises(StatusError):
                client.apiserver.deployments.get("d")
        assert server.accepted == connections


@pytest.mark.parametrize(("fresh_for", "connections"), [(60.0, 1), (-1.0, 3)])
def test_a_request_that_cannot_be_repeated_is_sent_on_a_fresh_connection(
    peer: PeerServer, monkeypatch: pytest.MonkeyPatch, fresh_for: float, connections: int
) -> None:
    monkeypatch.setattr("llama_deploy_client._transport._sync.pool.FRESH", fresh_for)
    deployment = Deployment(client=client_of(peer), id="one")
    for _ in range(2):
        deployment.client.apiserver.status()
        deployment.tasks.create({})
    assert peer.accepted == connections


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_connection_that_the_server_closed_is_not_used(
    request: pytest.FixtureRequest, scheme: str
) -> None:
    peer: PeerServer = request.getfixturevalue("peer" if scheme == "http" else "tls_peer")
    client = client_of(peer, disable_ssl=True, max_retries=0)
    client.apiserver.status()
    peer.hang_up()
    assert peer.all_closed()
    client.apiserver.status()
    assert peer.accepted == 2


def test_calls_leave_nothing_to_the_collector(peer: PeerServer) -> None:
    """It stops the whole program while it looks, and the more often, the more there is. Nor does it
    come for one response that has 64 MiB."""
    responses: list[weakref.ref[httpx.Response]] = []

    def note(response: httpx.Response) -> None:
        responses.append(weakref.ref(response))

    client = client_of(peer, event_hooks={"response": [note]})
    client.apiserver.deployments.list()
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        for _ in range(10):
            client.apiserver.deployments.list()
        assert [response() for response in responses] == [None] * 11
        gc.collect()
        modules = {type(each).__module__.partition(".")[0] for each in gc.garbage}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert modules.isdisjoint({"llama_deploy_client", "llama_deploy_api", "httpx", "httptools"})


@pytest.mark.parametrize("event", ["request", "response"])
def test_no_connection_is_lost_to_a_hook_that_raises(peer: PeerServer, event: str) -> None:
    fails = True

    def fail(_: Any) -> None:
        if fails:
            raise LookupError

    with client_of(peer, max_connections=2, event_hooks={event: [fail]}) as client:
        for _ in range(3):
            with pytest.raises(LookupError):
                client.apiserver.deployments.list()
        fails = False
        client.apiserver.deployments.list()
    assert peer.all_closed()


def test_a_hook_sees_a_stream_as_it_opens(peer: PeerServer) -> None:
    seen: list[httpx.Response] = []

    def see(response: httpx.Response) -> None:
        seen.append(response)

    client = client_of(peer, event_hooks={"response": [see]})
    with client, task_of(client).events() as events:
        assert next(events) == {"n": 1}
        [response] = seen
        assert response.headers["content-type"] == "application/x-ndjson"
        assert next(events) == {"n": 2}


def test_a_response_that_never_ends_gives_its_connection_back(peer: PeerServer) -> None:
    client = client_of(peer, max_connections=2)
    for _ in range(5):
        with pytest.raises(CallTimeoutError):
            client.apiserver.deployments.get("half", timeout=0.1)
    assert (client.apiserver.deployments.list(timeout=30))[0].id == "one"


def test_a_stream_that_is_left_early_gives_its_connection_back(peer: PeerServer) -> None:
    client = client_of(peer, max_connections=2)
    for _ in range(3):
        with task_of(client).events(timeout=30) as events:
            assert next(events) == {"n": 1}
        with contextlib.suppress(ZeroDivisionError):
            for event in task_of(client).events(timeout=30):
                raise ZeroDivisionError(event)
    assert (client.apiserver.deployments.list())[0].id == "one"


def test_streams_leave_a_connection_for_calls(peer: PeerServer) -> None:
    """Or the reply that a workflow waits for could never be sent while its events are read."""
    client = client_of(peer, max_connections=2)
    with task_of(client).events() as events:
        next(events)
        with pytest.raises(CallTimeoutError, match="all 2 connections are busy"):
            next(task_of(client).events(timeout=0.05))
        assert client.apiserver.deployments.list()


@pytest.mark.parametrize(("last", "is_whole"), [(b"{}\n", True), (b'{"n": 2}\n', False)])
def test_a_stream_that_closing_alone_ends_is_whole_after_a_stop_event(
    last: bytes, is_whole: bool
) -> None:
    def script(connection: Connection) -> None:
        connection.request()
        connection.send(b'HTTP/1.1 200 OK\r\nx-a: b\r\n\r\n{"n": 1}\n' + last)

    with RawServer(script) as server:
        client = SyncClient(control_plane_url=server.url, max_retries=0)
        stream = Session(client=client, id="s").get_task_result_stream("t")
        assert next(stream) == {"n": 1}
        assert next(stream) == json.loads(last)
        with pytest.raises(StopIteration if is_whole else StreamInterruptedError):
            next(stream)


def test_closing_leaves_nothing_open(peer: PeerServer) -> None:
    with client_of(peer) as client:
        client.apiserver.status()
        assert peer.open == 1
    assert peer.all_closed()
    with pytest.raises(ClientClosedError, match="the client was closed"):
        client.apiserver.status()


def test_a_stream_read_on_after_closing_leaves_nothing_open(peer: PeerServer) -> None:
    client = client_of(peer)
    events = task_of(client).events()
    assert next(events) == {"n": 1}
    client.close()
    peer.gate.set()
    assert next(events) == {"n": 2}
    # Without a stop event the client would ask the server, but it is closed.
    with pytest.raises(StreamInterruptedError, match="the client was closed"):
        next(events)
    assert peer.all_closed()


def test_a_dropped_client_leaves_nothing_open(peer: PeerServer) -> None:
    for _ in range(20):
        client_of(peer).apiserver.status()
    assert peer.all_closed()
