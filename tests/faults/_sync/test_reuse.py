# Made by `make generate` from tests/faults/_async/test_reuse.py: do not edit.
"""Connections that served before, and that a server closes: idle, in a response, or going down."""

from __future__ import annotations

import time
from select import select

import pytest

from llama_deploy_client import ConnectionLostError, ServerUnreachableError
from scripts.servers import free_port

from ..conftest import Tried
from ..together import together
from ..wire import Connection, RawServer, Request, answering, response
from .helpers import client_of, deployment_of

LIMIT = 1.0
"""Seconds after which idle connections are closed; uvicorn's own limit is 5."""

AT_ONCE = 100


def test_calls_on_both_sides_of_the_limit(tried: Tried) -> None:
    """100 connections, two calls on each, 0.85 to 1.15 s after the one before."""

    def script(connection: Connection) -> None:
        while connection.request() is not None:
            connection.send(response(b'{"task_id": "t", "session_id": "s", "name": "d"}'))
            if not select([connection.socket], [], [], LIMIT)[0]:
                return

    def calls(number: int) -> None:
        client = client_of(server)
        client.apiserver.deployments.get("d")
        nearness = 0.15 / (1 + number // 2 % 13)
        for after in (-nearness, nearness):
            time.sleep(LIMIT + after)
            if number % 2:
                deployment_of(client).tasks.create({})
            else:
                client.apiserver.deployments.get("d")

    with RawServer(script) as server:
        together(calls, AT_ONCE)
    assert server.count()["POST /deployments/d/tasks/create"] == AT_ONCE
    promise = "idle connections closed after 1 s: calls just before and after that"
    tried("Requests", promise, 2 * AT_ONCE)


LISTED, CREATED = response(b"[]"), response(b'{"task_id": "t", "session_id": "s"}')


def healthy(request: Request) -> bytes:
    return LISTED if request.method == "GET" else CREATED


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
def test_a_server_that_closes_a_used_connection_while_it_responds(
    reset: bool, tried: Tried
) -> None:
    size: int | None = None

    def script(connection: Connection) -> None:
        nonlocal size
        while (request := connection.request()) is not None:
            sent, size = size, None
            connection.send(healthy(request)[:sent])
            if sent is not None:
                if reset:
                    connection.reset()
                return

    with RawServer(script) as server:
        client = client_of(server)
        deployments = client.apiserver.deployments
        for at in range(len(LISTED)):
            deployments.list()
            server.requests.clear()
            size = at
            assert deployments.list() == []
            first, second = server.requests
            assert first.connection != second.connection
        for at in range(len(CREATED)):
            deployments.list()
            server.requests.clear()
            size = at
            with pytest.raises(ConnectionLostError):
                deployment_of(client).tasks.create({})
            assert len(server.requests) == 1
    how = "RST" if reset else "FIN"
    promise = f"closed at each byte of a response on a used connection, {how}"
    tried("Requests", f"GET, {promise}", len(LISTED))
    tried("Requests", f"POST, {promise}: an error, and sent once", len(CREATED))


def test_a_server_that_restarts_between_calls(tried: Tried) -> None:
    with RawServer(answering(healthy), port=free_port()) as server:
        client = client_of(server, max_retries=0)
        for _ in range(10):
            client.apiserver.deployments.list()
            server.restart()
            deployment_of(client).tasks.create({})
            server.stop()
            with pytest.raises(ServerUnreachableError):
                client.apiserver.deployments.list()
            server.restart()
            client.apiserver.deployments.list()
    assert set(server.count().values()) == {10, 20}
    tried("Requests", "a server restarted between calls: GET and POST succeed", 20)
