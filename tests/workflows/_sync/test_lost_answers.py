# Made by `make generate` from tests/workflows/_async/test_lost_answers.py: do not edit.
"""After a lost response, the client asks for the outcome; nothing runs twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from llama_deploy_client import CallTimeoutError, ConnectionLostError, ServerError
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.handlers import Handler
from llama_deploy_client._sync.workflows import Workflow
from scripts.workflow_server import WorkflowServer
from tests.faults.wire import (
    Connection,
    Fault,
    RawServer,
    Request,
    answering,
    proxied,
    proxy,
    response,
)

from ..sse import COMPLETED, STATE, answer, not_found


def workflow(url: str, **settings: Any) -> Workflow:
    options: dict[str, Any] = {"timeout": 10, **settings}
    client = SyncClient(workflow_server_url=url, **options)
    return Workflow(client=client, id="w")


def dropping(reply: Callable[[Request, int], bytes]) -> Callable[[Connection], None]:
    """A script that takes a post and drops the connection, and answers what comes after."""
    asked = 0

    def script(connection: Connection) -> None:
        nonlocal asked
        while (request := connection.request()) is not None:
            if request.method == "POST":
                return
            asked += 1
            connection.send(reply(request, asked))

    return script


def posts(server: RawServer) -> int:
    return sum(request.method == "POST" for request in server.requests)


@pytest.mark.parametrize("late", [0, 3], ids=["at-once", "late"])
def test_a_handler_whose_answer_was_lost_is_found(late: int) -> None:
    def reply(request: Request, asked: int) -> bytes:
        if asked <= late:
            return not_found()
        return answer({**STATE, "handler_id": request.target.rpartition("/")[2]}, "202 Accepted")

    with RawServer(dropping(reply)) as server:
        handler = workflow(server.url).create({})
        sent = json.loads(server.requests[0].body)
        assert handler.id == sent["handler_id"]
        assert posts(server) == 1


def test_a_handler_that_the_server_does_not_know_is_an_error() -> None:
    with RawServer(dropping(lambda *_: not_found())) as server:
        with pytest.raises(ConnectionLostError, match="run-nowait"):
            workflow(server.url).create({})
        assert posts(server) == 1


def test_the_result_of_a_run_whose_answer_was_lost_is_asked_for() -> None:
    def reply(request: Request, asked: int) -> bytes:
        return answer(STATE, "202 Accepted") if asked < 3 else answer(COMPLETED)

    with RawServer(dropping(reply)) as server:
        assert workflow(server.url).run({}) == "done"
        assert posts(server) == 1


@pytest.mark.parametrize("arrives", [True, False])
def test_the_result_of_an_earlier_run_is_not_taken_for_that_of_a_later_one(
    real_server: WorkflowServer, arrives: bool
) -> None:
    """A handler keeps its id, and the result of its last run, until it runs again."""
    host, _, port = real_server.url.rpartition("/")[2].partition(":")
    passes = proxy((host, int(port)), lambda _: Fault(cut_at=b"HTTP/1.1"))
    returns = proxy((host, int(port)))

    def script(connection: Connection) -> None:
        if connection.number != 1:  # the first one asks what is known
            return returns(connection)
        return passes(connection) if arrives else None

    near = SyncClient(workflow_server_url=real_server.url, timeout=20)
    id = f"again, if it {arrives=}"
    Workflow(client=near, id="echo").run({"message": "old"}, handler_id=id)
    with RawServer(script) as between:
        far = SyncClient(
            workflow_server_url=between.url, timeout=20, headers={"Connection": "close"}
        )
        again = Workflow(client=far, id="echo")
        if arrives:
            assert again.run({"message": "new"}, handler_id=id) == "NEW"
        else:
            with pytest.raises(ConnectionLostError, match="does not know of handler 'again"):
                again.run({"message": "new"}, handler_id=id)


def test_a_run_that_takes_too_long_tells_its_handler(real_server: WorkflowServer) -> None:
    slow = Workflow(client=SyncClient(workflow_server_url=real_server.url), id="slow")
    with pytest.raises(CallTimeoutError, match="may run on the server") as caught:
        slow.run({"seconds": 5}, timeout=1)
    id = caught.value.message.split("'")[1]
    assert (slow.handler(id)).id == id


def test_an_id_that_servers_do_not_find_is_refused() -> None:
    with pytest.raises(ValueError, match="'a/b' cannot be the id of a handler"):
        workflow("http://127.0.0.1:9").create({}, handler_id="a/b")


def test_a_run_that_the_server_puts_aside_is_waited_for() -> None:
    """As servers do while a workflow waits for an event for long; nothing has failed."""

    def reply(request: Request) -> bytes:
        aside = answer(STATE, "500 Internal Server Error")
        return aside if request.method == "POST" else answer(COMPLETED)

    with RawServer(answering(reply)) as server:
        assert workflow(server.url).run({}) == "done"


@pytest.mark.parametrize("status", ["502 Bad Gateway", "503 Unavailable", "504 Gateway Timeout"])
def test_a_gateway_without_an_answer_gets_the_request_again(status: str) -> None:
    def script(connection: Connection) -> None:
        while (request := connection.request()) is not None:
            found = answer(COMPLETED)
            is_post = request.method == "POST"
            connection.send(response(b"<html>", status) if is_post else found)

    with RawServer(script) as server:
        assert workflow(server.url).run({}) == "done"
        assert (workflow(server.url).create({})).id == "h"
        assert posts(server) == 2


def test_of_a_long_page_the_start_is_read() -> None:
    page = response(b"<p>" * 100_000, "500 Oops", "content-type: text/html")
    with RawServer(answering(lambda _: page)) as server, pytest.raises(ServerError) as caught:
        workflow(server.url).run({})
    assert len(caught.value.response.content) == 64 * 1024


def test_an_error_of_the_server_is_not_a_lost_answer() -> None:
    refused = answer({"detail": "Initial persistence failed"}, "500 Oops")

    def script(connection: Connection) -> None:
        while connection.request() is not None:
            connection.send(refused)

    with RawServer(script) as server:
        with pytest.raises(ServerError, match="Initial persistence failed"):
            workflow(server.url).create({})
        assert [request.method for request in server.requests] == ["POST"]


def test_the_search_keeps_the_deadline() -> None:
    def script(connection: Connection) -> None:
        while (request := connection.request()) is not None:
            if request.method == "POST":
                return
            connection.wait_until_gone()

    with RawServer(script) as server, pytest.raises((ConnectionLostError, CallTimeoutError)):
        workflow(server.url).create({}, timeout=0.5)


def test_a_real_server_runs_once_where_its_answer_is_cut(
    real_server: WorkflowServer,
) -> None:
    def cut(connection: int) -> Fault:
        return Fault(cut_at=b"HTTP/1.1") if connection == 0 else Fault()

    near = SyncClient(workflow_server_url=real_server.url, timeout=20)
    counting = Workflow(client=near, id="counting")
    before = counting.run({"only_tell": True})
    with proxied(real_server.url, cut) as between:
        far = SyncClient(workflow_server_url=between.url, timeout=20)
        handler = Workflow(client=far, id="counting").create({})
    with proxied(real_server.url, cut) as between:
        far = SyncClient(workflow_server_url=between.url, timeout=20)
        result = Workflow(client=far, id="counting").run({})
    near_handler = counting.handler(handler.id)
    assert (near_handler.wait()).result == before + 1
    assert result == before + 2
    assert counting.run({"only_tell": True}) == before + 2


@pytest.mark.parametrize("status", ["504 Gateway Time-out", "502 Bad Gateway"])
def test_a_gateway_that_gives_up_is_not_a_failure_of_who_waits(status: str) -> None:
    def reply(request: Request, asked: int) -> bytes:
        if asked <= 4:
            return response(b"<html>", status)
        return answer(COMPLETED)

    with RawServer(dropping(reply)) as server:
        handler = Handler(
            client=workflow(server.url, max_retries=0).client, id="h", workflow_id="w"
        )
        handler.wait()
        assert len(server.requests) == 5
