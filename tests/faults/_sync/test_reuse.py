# Made by `make generate` from tests/faults/_async/test_reuse.py: do not edit.
"""Connections that served before, and that a server closes in a response."""

from __future__ import annotations

import pytest

from llama_deploy_client import ConnectionLostError

from ..conftest import Tried
from ..wire import Connection, RawServer, Request, response
from .helpers import client_of, deployment_of

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
