# Made by `make generate` from tests/faults/_async/test_retries.py: do not edit.
"""A failed call is retried where that can do no harm, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest

from llama_deploy_client import (
    CallError,
    CallTimeoutError,
    ConnectionLostError,
    ServerUnreachableError,
    StatusError,
)
from scripts.servers import free_port
from tests.unit._sync.calls import ROWS

from .. import hanging
from ..conftest import Tried
from ..wire import Connection, RawServer, always, response
from .helpers import client_of, deployment_of

GETS = [row for row in ROWS if row.request.startswith("GET")]
POSTS = [row for row in ROWS if row.request.startswith("POST")]
TRANSPORT = "llama_deploy_client._transport._sync.transport"
"""Before the import of this, which would be the first call's, calls leave other tasks a turn."""
CLOCK = "llama_deploy_client._sync.sending.sleep_sync"
"""What calls pause by, and nothing else: elsewhere, `sleep(0)` leaves other tasks a turn."""

Failure = Callable[[Connection], None]


def _broken(sent: bytes, *, reset: bool = False) -> Failure:
    def fail(connection: Connection) -> None:
        connection.send(sent)
        if reset:
            connection.reset()
        raise ConnectionAbortedError

    return fail


FAILURES: dict[str, Failure] = {
    "503": lambda connection: connection.send(response(b"", "503 Service Unavailable")),
    "closed without a response": _broken(b""),
    "reset without a response": _broken(b"", reset=True),
    "cut in the headers": _broken(b"HTTP/1.1 200 OK\r\ncontent-"),
    "cut in the body": _broken(response(b"[       ]")[:-4]),
    "reset in the body": _broken(response(b"[       ]")[:-4], reset=True),
    "not HTTP": _broken(b"SSH-2.0-OpenSSH_9.6\r\n"),
}
each_failure = pytest.mark.parametrize("failure", FAILURES)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that calls wanted, in place of pauses."""
    import_module(TRANSPORT)
    seconds: list[float] = []

    def sleep(pause: float) -> None:
        seconds.append(pause)

    monkeypatch.setattr(CLOCK, sleep)
    return seconds


@each_failure
def test_a_call_that_only_reads_is_retried(failure: str, tried: Tried, pauses: list[float]) -> None:
    """With fewer connections than attempts: each attempt has to give its own back."""
    remaining = 0

    def script(connection: Connection) -> None:
        nonlocal remaining
        while connection.request() is not None:
            if not remaining:
                connection.send(response(b"not JSON"))
                continue
            remaining -= 1
            FAILURES[failure](connection)

    with RawServer(script) as server:
        client = client_of(server, max_connections=2, max_retries=3)
        for row in GETS:
            remaining = 3
            with pytest.raises(CallError, match="200, but"):
                row.call(client)
            remaining = 9
            with pytest.raises((StatusError, ConnectionLostError)):
                row.call(client)
            assert remaining == 5
    assert len(pauses) == 2 * 3 * len(GETS)
    tried("Retries", f"GET, {failure}: tried again max_retries times", 2 * len(GETS))


@each_failure
def test_a_call_that_changes_something_is_sent_once(
    failure: str, tried: Tried, pauses: list[float]
) -> None:
    def script(connection: Connection) -> None:
        while connection.request() is not None:
            FAILURES[failure](connection)

    with RawServer(script) as server:
        client = client_of(server, max_retries=5)
        for row in POSTS:
            with pytest.raises((StatusError, ConnectionLostError)):
                row.call(client)
    assert len(server.requests) == len(POSTS)
    assert not pauses
    tried("Retries", f"POST, {failure}: sent once", len(POSTS))


def test_a_call_without_a_response_in_time_is_sent_once(tried: Tried) -> None:
    with RawServer(hanging.sends_nothing) as server:
        client = client_of(server, max_retries=5)
        for timeout in (0.5, 2, 10, 30):
            with pytest.raises(CallTimeoutError):
                deployment_of(client).tasks.run({}, timeout=timeout)
            if server.requests:  # else it was not sent in time, on a machine that stood still
                break
    assert len(server.requests) == 1
    tried("Retries", "POST, no response in time: sent once", 1)


def test_a_call_that_was_cut_while_it_was_sent_is_sent_once(
    tried: Tried, pauses: list[float]
) -> None:
    """A server that reads part of a request may act on it."""

    def script(connection: Connection) -> None:
        connection.socket.recv(1000)
        connection.reset()

    with RawServer(script) as server, pytest.raises(ConnectionLostError):
        deployment_of(client_of(server)).tasks.run({"text": "x" * (4 << 20)})
    assert server.accepted == 1
    assert not pauses
    tried("Retries", "POST of 4 MiB, connection reset while it is sent: sent once", 1)


def test_a_refused_connection_is_retried_by_every_method(
    tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was sent: no harm can come of it."""
    import_module(TRANSPORT)
    with RawServer(always(response(b"not JSON")), port=free_port()) as server:
        client = client_of(server, max_retries=3)
        down = 0

        def sleep(_: float) -> None:
            nonlocal down
            down += 1
            if down == 3:
                server.restart()

        monkeypatch.setattr(CLOCK, sleep)
        for row in ROWS:
            server.stop()
            server.requests.clear()
            down = 0
            with pytest.raises(CallError, match="200, but"):
                row.call(client)
            assert down == 3
            assert len(server.requests) == 1
        server.stop()
        for row in ROWS:
            down = 5
            with pytest.raises(ServerUnreachableError):
                row.call(client)
            assert down == 8
    promise = "GET and POST, connection refused, and then up or not: max_retries more attempts"
    tried("Retries", promise, 2 * len(ROWS))
