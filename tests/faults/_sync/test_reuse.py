# Made by `make generate` from tests/faults/_async/test_reuse.py: do not edit.
"""Connections that served before, and that a server closes: idle, in an answer, or going down."""

from __future__ import annotations

import time

import pytest

from llama_deploy_client import ConnectionLostError, ServerUnreachableError

from ..conftest import NewLine
from ..together import together
from ..wire import Connection, Fault, RawServer, Request, always, answering, proxied, response
from .helpers import client_of, deployment_of

LIMIT = 1.0
"""Seconds after which idle connections are closed; uvicorn's own limit is 5."""

SIDE_BY_SIDE = 100
ROUNDS = 5


def test_calls_on_both_sides_of_the_limit(line: NewLine) -> None:
    """100 connections, five calls on each, 0.85 to 1.15 s after the one before."""
    tried = line("Requests", "idle connections closed after 1 s: calls just before and after that")
    answer = response(b'{"task_id": "t", "session_id": "s", "name": "d"}')
    with (
        RawServer(always(answer)) as server,
        proxied(server.url, lambda _: Fault(idle=LIMIT)) as between,
    ):

        def calls(number: int) -> None:
            client = client_of(between, max_retries=0 if number % 2 else 2)
            client.apiserver.deployments.get("d")
            for round in range(ROUNDS):
                nearness = 0.15 / (1 + number // 2 % 13)
                time.sleep(LIMIT + (nearness if round % 2 else -nearness))
                with tried.trial():
                    if number % 2:
                        deployment_of(client).tasks.create({})
                    else:
                        client.apiserver.deployments.get("d")

        together(calls, SIDE_BY_SIDE)
    tried.kept(SIDE_BY_SIDE * ROUNDS)
    assert server.count()["POST /deployments/d/tasks/create"] == SIDE_BY_SIDE * ROUNDS // 2


def healthy(request: Request) -> bytes:
    return response(b"[]" if request.method == "GET" else b'{"task_id": "t", "session_id": "s"}')


class TestReusedConnections:
    """A connection that served before may end at any moment."""

    @pytest.mark.usefixtures("no_pauses")
    @pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
    def test_a_server_that_closes_while_answering(self, reset: bool, line: NewLine) -> None:
        how = "RST" if reset else "FIN"
        reads = line("Requests", f"GET, closed at each byte of an answer on a used one, {how}")
        changes = line("Requests", f"POST, likewise: told, and seen once by the server, {how}")
        answer = healthy(Request(0, "POST", "", b"", b""))
        cut: int | None = None

        def script(connection: Connection) -> None:
            nonlocal cut
            while (request := connection.request()) is not None:
                reply = healthy(request)
                if cut is not None:
                    reply, cut = reply[:cut], None
                    connection.send(reply)
                    if reset:
                        connection.reset()
                    return
                connection.send(reply)

        with RawServer(script) as server:
            client = client_of(server)
            for at in range(len(answer)):
                if at < len(healthy(Request(0, "GET", "", b"", b""))):
                    with reads.trial():
                        client.apiserver.deployments.list()
                        server.requests.clear()
                        cut = at
                        assert client.apiserver.deployments.list() == []
                        assert len(server.requests) == 2
                        assert server.requests[0].connection != server.requests[1].connection
                with changes.trial():
                    client.apiserver.deployments.list()
                    server.requests.clear()
                    cut = at
                    with pytest.raises(ConnectionLostError):
                        deployment_of(client).tasks.create({})
                    assert len(server.requests) == 1
        reads.kept(len(healthy(Request(0, "GET", "", b"", b""))))
        changes.kept(len(answer))

    def test_a_server_that_restarts_between_calls(self, line: NewLine) -> None:
        tried = line("Requests", "a server restarted between calls: GET and POST go on")
        with RawServer(answering(healthy)) as server:
            client = client_of(server, max_retries=0)
            for _ in range(50):
                with tried.trial(2):
                    client.apiserver.deployments.list()
                    server.restart()
                    deployment_of(client).tasks.create({})
                    server.stop()
                    with pytest.raises(ServerUnreachableError):
                        client.apiserver.deployments.list()
                    server.restart()
                    client.apiserver.deployments.list()
        tried.kept(100)
        assert set(server.count().values()) == {50, 100}
