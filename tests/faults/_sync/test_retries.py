# Made by `make generate` from tests/faults/_async/test_retries.py: do not edit.
"""A failed call is made again where that can do no harm, and nowhere else; never past `timeout`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib import import_module
from typing import Any

import pytest

from llama_deploy_client import (
    CallError,
    CallTimeoutError,
    ConnectionLostError,
    HumanResponseEvent,
    ServerUnreachableError,
    ServiceDefinition,
    StatusError,
)
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.core import Session

from .. import hanging
from ..conftest import NewLine
from ..wire import Connection, RawServer, always, response
from .helpers import client_of, deployment_of, task_of

Make = Callable[[SyncClient], Any]

GETS: dict[str, tuple[Make, bytes]] = {
    "deployments.list": (lambda client: client.apiserver.deployments.list(), b"[]"),
    "deployments.get": (lambda client: client.apiserver.deployments.get("d"), b"{}"),
    "tasks.list": (lambda client: deployment_of(client).tasks.list(), b"[]"),
    "task.results": (lambda client: task_of(client).results(), b"null"),
    "sessions.list": (lambda client: client.core.sessions.list(), b"{}"),
    "services.list": (lambda client: client.core.services.list(), b"{}"),
}
POSTS: dict[str, Make] = {
    "deployments.create": lambda client: client.apiserver.deployments.create(
        "name: d\nservices: {}\n"
    ),
    "tasks.create": lambda client: deployment_of(client).tasks.create({}),
    "tasks.run": lambda client: deployment_of(client).tasks.run({}),
    "task.send_event": lambda client: task_of(client).send_event(
        HumanResponseEvent(response="42"), "human"
    ),
    "deployment.sessions.create": lambda client: deployment_of(client).sessions.create(),
    "deployment.sessions.delete": lambda client: deployment_of(client).sessions.delete("s"),
    "session.run": lambda client: Session(client=client, id="s").run("echo"),
    "session.create_task": lambda client: Session(client=client, id="s").create_task({}),
    "session.send_event": lambda client: Session(client=client, id="s").send_event(
        "human", "t", HumanResponseEvent(response="42")
    ),
    "session.update_state": lambda client: Session(client=client, id="s").update_state({}),
    "sessions.create": lambda client: client.core.sessions.create(),
    "sessions.delete": lambda client: client.core.sessions.delete("s"),
    "services.register": lambda client: client.core.services.register(
        ServiceDefinition(service_name="s", description="")
    ),
    "services.deregister": lambda client: client.core.services.deregister("s"),
}

TRANSPORT = "llama_deploy_client._transport._sync.transport"
"""Before the import of this, which would be the first call's, calls leave other tasks a turn."""
CLOCK = "llama_deploy_client._sync.sending.sleep_sync"
"""What calls pause by, and nothing else: elsewhere, `sleep(0)` leaves other tasks a turn."""
PASSING = ["429 Too Many Requests", "502 Bad Gateway", "503 Service Unavailable", "504 Time-out"]

Failure = Callable[[Connection], None]


def _status(status: str) -> Failure:
    return lambda connection: connection.send(response(b"", status))


def _broken(answer: bytes, *, reset: bool = False) -> Failure:
    def fail(connection: Connection) -> None:
        connection.send(answer)
        if reset:
            connection.reset()
        raise ConnectionAbortedError

    return fail


FAILURES: dict[str, Failure] = {status: _status(status) for status in PASSING} | {
    "closed without an answer": _broken(b""),
    "reset without an answer": _broken(b"", reset=True),
    "cut in the headers": _broken(b"HTTP/1.1 200 OK\r\ncontent-"),
    "cut in the body": _broken(response(b"[       ]")[:-4]),
    "reset in the body": _broken(response(b"[       ]")[:-4], reset=True),
    "no HTTP": _broken(b"SSH-2.0-OpenSSH_9.6\r\n"),
}


class FailingServer(RawServer):
    """Fails so many times, then answers `body`."""

    def __init__(self, fail: Failure, times: int, body: bytes = b"null") -> None:
        self.left = times
        self.fail = fail
        self.body = body
        super().__init__(self._script)

    def _script(self, connection: Connection) -> None:
        while connection.request() is not None:
            if self.left:
                self.left -= 1
                self.fail(connection)
            else:
                connection.send(response(self.body))


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that calls wanted, in place of pauses."""
    import_module(TRANSPORT)
    wanted: list[float] = []

    def sleep(seconds: float) -> None:
        wanted.append(seconds)

    monkeypatch.setattr(CLOCK, sleep)
    return wanted


@pytest.mark.parametrize("failure", FAILURES)
def test_a_call_that_only_reads_is_made_again(
    failure: str, line: NewLine, pauses: list[float]
) -> None:
    tried = line("Retries", f"GET, {failure}: tried again max_retries times")
    for make, body in GETS.values():
        for max_retries in (0, 3):
            for how in ("setting", "with_options"):
                with tried.trial():
                    with FailingServer(FAILURES[failure], max_retries, body) as server:
                        make(with_retries(server, max_retries, how))
                    assert len(server.requests) == max_retries + 1
                    with FailingServer(FAILURES[failure], 9, body) as server:
                        client = with_retries(server, max_retries, how)
                        with pytest.raises((StatusError, ConnectionLostError)):
                            make(client)
                        assert len(server.requests) == max_retries + 1
    tried.kept(24)
    assert len(pauses) == 2 * 2 * 6 * (0 + 3)


def with_retries(server: RawServer, max_retries: int, how: str) -> SyncClient:
    """A client with fewer connections than tries: each try has to give its own back."""
    if how == "setting":
        return client_of(server, max_connections=2, max_retries=max_retries)
    return client_of(server, max_connections=2).with_options(max_retries=max_retries)


@pytest.mark.parametrize("failure", FAILURES)
def test_a_call_that_changes_something_is_made_once(
    failure: str, line: NewLine, pauses: list[float]
) -> None:
    tried = line("Retries", f"POST, {failure}: sent once")
    for make in POSTS.values():
        with tried.trial(), FailingServer(FAILURES[failure], 1) as server:
            with pytest.raises((StatusError, ConnectionLostError)):
                make(client_of(server, max_retries=5))
            assert len(server.requests) == 1
    tried.kept(len(POSTS))
    assert not pauses


def test_a_call_that_was_not_answered_in_time_is_made_once(line: NewLine) -> None:
    tried = line("Retries", "POST, no response in time: sent once")
    for make in POSTS.values():
        with tried.trial(), RawServer(hanging.no_answer) as server:
            with pytest.raises(CallTimeoutError):
                make(client_of(server, max_retries=5, timeout=0.5))
            assert len(server.requests) == 1
    tried.kept(len(POSTS))


def test_a_call_that_was_cut_while_it_was_sent_is_made_once(
    line: NewLine, pauses: list[float]
) -> None:
    """A server that reads part of a request may act on it."""
    tried = line("Retries", "POST of 4 MiB, connection reset while it is sent: sent once")
    text = "x" * (4 << 20)
    large: list[Make] = [
        lambda client: client.apiserver.deployments.create(f"name: {text}\nservices: {{}}\n"),
        lambda client: deployment_of(client).tasks.create({"text": text}),
        lambda client: deployment_of(client).tasks.run({"text": text}),
        lambda client: task_of(client).send_event(HumanResponseEvent(response=text), "human"),
        lambda client: Session(client=client, id="s").create_task({"text": text}),
    ]

    def script(connection: Connection) -> None:
        connection.socket.recv(1000)
        connection.reset()

    for make in large:
        with tried.trial(), RawServer(script) as server:
            with pytest.raises(ConnectionLostError):
                make(client_of(server, max_retries=5))
            assert server.accepted == 1
    tried.kept(len(large))
    assert not pauses


@pytest.mark.parametrize(
    "status", ["400 Bad Request", "401 Unauthorized", "404 Not Found", "500 Error", "501 No"]
)
def test_an_answer_that_will_not_change_is_taken(
    status: str, line: NewLine, pauses: list[float]
) -> None:
    tried = line("Retries", f"GET, {status.partition(' ')[0]}: taken as the answer")
    gets = dict(GETS)
    if status == "500 Error":
        del gets["tasks.list"]  # which races with the ends of tasks
    for make, body in gets.values():
        with tried.trial(), FailingServer(_status(status), 1, body) as server:
            with pytest.raises(StatusError):
                make(client_of(server, max_retries=5))
            assert len(server.requests) == 1
    tried.kept(len(gets))
    assert not pauses


def test_a_refused_connection_is_tried_again_by_every_method(
    line: NewLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was sent: no harm can come of it."""
    tried = line("Retries", "GET and POST, connection refused, then up: the server sees it once")
    calls = {name: make for name, (make, _) in GETS.items()} | POSTS
    with RawServer(always(response(b"no JSON"))) as server:
        client = client_of(server, max_retries=3)
        down = 0

        def sleep(seconds: float) -> None:
            nonlocal down
            down += 1
            if down == 3:
                server.restart()

        monkeypatch.setattr(CLOCK, sleep)
        for make in calls.values():
            with tried.trial():
                server.stop()
                server.requests.clear()
                down = 0
                with pytest.raises(CallError, match="200, but"):
                    make(client)
                assert down == 3
                assert len(server.requests) == 1
    tried.kept(len(calls))


def test_a_server_that_stays_away_is_given_up(line: NewLine, pauses: list[float]) -> None:
    tried = line("Retries", "GET and POST, connection refused for good: max_retries more tries")
    with RawServer(always(b"")) as server:
        pass
    for make in [make for make, _ in GETS.values()] + list(POSTS.values()):
        with tried.trial():
            pauses.clear()
            with pytest.raises(ServerUnreachableError):
                make(client_of(server, max_retries=4))
            assert len(pauses) == 4
    tried.kept(len(GETS) + len(POSTS))


def test_the_pauses_grow_and_differ(line: NewLine, pauses: list[float]) -> None:
    tried = line("Retries", "back-off: doubled from 0.1 s to 5 s, less up to a half by chance")
    seen: Counter[float] = Counter()
    for _ in range(25):
        with tried.trial(), FailingServer(_status("503 Away"), 9, b"[]") as server:
            pauses.clear()
            client_of(server, max_retries=9).apiserver.deployments.list()
            assert len(pauses) == 9
            for attempt, seconds in enumerate(pauses):
                longest = min(0.1 * 2**attempt, 5.0)
                assert longest / 2 <= seconds <= longest
            seen.update(pauses)
    tried.kept(25)
    assert max(seen.values()) == 1


def in_seconds(seconds: float) -> str:
    """A `Retry-After` that is a date."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("status", PASSING)
def test_retry_after_is_honoured_and_capped(
    status: str, line: NewLine, pauses: list[float]
) -> None:
    tried = line("Retries", f"Retry-After with {status.partition(' ')[0]}, in both its forms")
    cases: list[tuple[Callable[[], str], float, float]] = [
        (lambda: "0", 0, 0),
        (lambda: "7", 7, 7),
        (lambda: "30", 30, 30),
        (lambda: "31", 30, 30),
        (lambda: "86400", 30, 30),
        (lambda: "9" * 400, 30, 30),
        (lambda: in_seconds(10), 8, 10),
        (lambda: in_seconds(-100), 0, 0),
        (lambda: in_seconds(100_000), 30, 30),
        (lambda: "soon", 0.05, 0.1),
        (lambda: "-5", 0.05, 0.1),
        (lambda: "1.5", 0.05, 0.1),
        (lambda: "Fri, 99 Foo 2026 99:99:99 GMT", 0.05, 0.1),
        (lambda: "Fri, 31 Dec 9999 23:59:59 GMT", 30, 30),
        (lambda: "Fri, 01 Jan 0001 00:00:00 GMT", 0, 0.1),
        (lambda: "Mon, 01 Jan 2001 00:00:00 +9999", 0, 0.1),
        (lambda: f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT", 0.05, 0.1),
    ]
    for header, least, most in cases:
        with tried.trial():
            asked = f"retry-after: {header()}"

            def fail(connection: Connection, asked: str = asked) -> None:
                connection.send(response(b"", status, asked))

            with FailingServer(fail, 1, b"[]") as server:
                pauses.clear()
                client_of(server, timeout=None).apiserver.deployments.list()
                assert len(pauses) == 1
                assert least <= pauses[0] <= most, asked
    tried.kept(len(cases))


def test_no_pause_goes_beyond_the_timeout(line: NewLine, pauses: list[float]) -> None:
    tried = line("Retries", "a pause that would outlast timeout is not begun")
    for timeout in (0.5, 1, 2, 5, 10, 29):

        def fail(connection: Connection) -> None:
            connection.send(response(b"", "503 Away", "retry-after: 30"))

        with tried.trial(), FailingServer(fail, 99) as server:
            with pytest.raises(StatusError):
                client_of(server, max_retries=99).apiserver.deployments.list(timeout=timeout)
            assert len(server.requests) == 1
    tried.kept(6)
    assert not pauses


def test_a_slash_at_the_end_of_the_base_url_is_the_same(line: NewLine) -> None:
    tried = line("Requests", "a base URL with and without a slash at its end")
    calls = [make for make, _ in GETS.values()] + list(POSTS.values())
    with RawServer(always(response(b"no JSON"))) as server:
        for base in ("", "/prefix", "/a/b%20c"):
            for make in calls:
                with tried.trial():
                    seen: list[Any] = []
                    for slash in ("", "/", "//"):
                        url = server.url + base + slash
                        client = SyncClient(api_server_url=url, control_plane_url=url)
                        with pytest.raises(CallError):
                            make(client)
                        seen.append(server.requests[-1].target)
                    assert seen[0].startswith(base + "/")
                    assert seen[0] == seen[1] == seen[2]
    tried.kept(3 * len(calls))
