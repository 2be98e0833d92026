# Made by `make generate` from tests/workflows/_async/test_lost_responses.py: do not edit.
"""After a lost response the client asks for the outcome; nothing runs twice."""

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
    RawServer,
    Request,
    Script,
    answering,
    proxied,
    proxy,
    response,
)

from ..sse import COMPLETED, STATE, json_response, not_found


def workflow(url: str, id: str = "w", **settings: Any) -> Workflow:
    options: dict[str, Any] = {"timeout": 100, **settings}
    return Workflow(client=SyncClient(workflow_server_url=url, **options), id=id)


def dropping(respond: Callable[[Request, int], bytes]) -> Script:
    """A script that drops the connection of a post, and responds to the first, second … poll."""
    polls = 0

    def script(connection: Connection) -> None:
        nonlocal polls
        while (request := connection.request()) is not None:
            if request.method == "POST":
                return
            polls += 1
            connection.send(respond(request, polls))

    return script


def posts(server: RawServer) -> int:
    return sum(request.method == "POST" for request in server.requests)


@pytest.mark.parametrize("late", [0, 3], ids=["at-once", "late"])
def test_a_handler_whose_response_was_lost_is_found(late: int) -> None:
    def respond(request: Request, poll: int) -> bytes:
        state = {**STATE, "handler_id": request.target.rpartition("/")[2]}
        return not_found() if poll <= late else json_response(state, "202 Accepted")

    with RawServer(dropping(respond)) as server:
        handler = workflow(server.url).create({})
        assert handler.id == json.loads(server.requests[0].body)["handler_id"]
        assert posts(server) == 1


def test_a_handler_that_the_server_does_not_know_is_an_error() -> None:
    with RawServer(dropping(lambda *_: not_found())) as server:
        with pytest.raises(ConnectionLostError, match="run-nowait"):
            workflow(server.url).create({})
        assert posts(server) == 1


def test_the_result_of_a_run_whose_response_was_lost_is_polled() -> None:
    def respond(request: Request, poll: int) -> bytes:
        return json_response(STATE, "202 Accepted") if poll < 3 else json_response(COMPLETED)

    with RawServer(dropping(respond)) as server:
        assert workflow(server.url).run({}) == "done"
        assert posts(server) == 1


@pytest.mark.parametrize("arrives", [True, False])
def test_the_result_of_an_earlier_run_is_not_taken_for_that_of_a_later_one(
    real_server: WorkflowServer, arrives: bool
) -> None:
    """A handler keeps its id, and the result of its last run, until it runs again."""
    host, _, port = real_server.url.rpartition("/")[2].partition(":")
    passes = proxy((host, int(port)), lambda _: b"HTTP/1.1")
    returns = proxy((host, int(port)))

    def script(connection: Connection) -> None:
        if connection.number != 1:  # the first one asks what is known
            return returns(connection)
        return passes(connection) if arrives else None

    id = f"again, if it {arrives=}"
    workflow(real_server.url, "echo").run({"message": "old"}, handler_id=id)
    with RawServer(script) as between:
        again = workflow(between.url, "echo", headers={"Connection": "close"})
        if arrives:
            assert again.run({"message": "new"}, handler_id=id) == "NEW"
        else:
            with pytest.raises(ConnectionLostError, match="has no handler 'again"):
                again.run({"message": "new"}, handler_id=id)


def test_a_run_that_takes_too_long_names_its_handler(real_server: WorkflowServer) -> None:
    slow = workflow(real_server.url, "slow")
    with pytest.raises(CallTimeoutError, match="may run on the server") as caught:
        slow.run({"seconds": 600}, timeout=3)
    id = caught.value.message.split("'")[1]
    handler = Handler(client=slow.client, id=id, workflow_id="slow")
    assert handler in slow.handlers()
    handler.cancel()


def test_an_id_that_servers_do_not_find_is_refused() -> None:
    with pytest.raises(ValueError, match="'a/b' cannot be the id of a handler"):
        workflow("http://127.0.0.1:9").create({}, handler_id="a/b")


def test_a_run_that_the_server_puts_aside_is_waited_for() -> None:
    """As servers do while a workflow waits for an event for long; nothing has failed."""

    def respond(request: Request) -> bytes:
        aside = json_response(STATE, "500 Internal Server Error")
        return aside if request.method == "POST" else json_response(COMPLETED)

    with RawServer(answering(respond)) as server:
        assert workflow(server.url).run({}) == "done"


@pytest.mark.parametrize("status", ["502 Bad Gateway", "504 Gateway Timeout"])
def test_what_a_gateway_did_not_wait_for_is_found(status: str) -> None:
    def respond(request: Request) -> bytes:
        page = response(b"<html>", status)
        return page if request.method == "POST" else json_response(COMPLETED)

    with RawServer(answering(respond)) as server:
        assert workflow(server.url).run({}) == "done"
        assert (workflow(server.url).create({})).id == "h"
        assert posts(server) == 2


@pytest.mark.parametrize("status", ["504 Gateway Time-out", "502 Bad Gateway"])
def test_waiting_for_a_handler_outlasts_gateways(status: str) -> None:
    def respond(request: Request, poll: int) -> bytes:
        return response(b"<html>", status) if poll <= 4 else json_response(COMPLETED)

    with RawServer(dropping(respond)) as server:
        client = workflow(server.url, max_retries=0).client
        Handler(client=client, id="h", workflow_id="w").wait()
        assert len(server.requests) == 5


def test_an_error_of_the_server_is_not_a_lost_response() -> None:
    refused = json_response({"detail": "Initial persistence failed"}, "500 Oops")
    with RawServer(answering(lambda _: refused)) as server:
        with pytest.raises(ServerError, match="Initial persistence failed"):
            workflow(server.url).create({})
        assert [request.method for request in server.requests] == ["POST"]


def test_of_a_long_page_the_start_is_read() -> None:
    page = response(b"<p>" * 100_000, "500 Oops", "content-type: text/html")
    with RawServer(answering(lambda _: page)) as server, pytest.raises(ServerError) as caught:
        workflow(server.url).run({})
    assert len(caught.value.response.content) == 64 * 1024


def test_the_search_keeps_the_deadline() -> None:
    def script(connection: Connection) -> None:
        request = connection.request()
        if request is not None and request.method != "POST":
            connection.wait_until_gone()

    with RawServer(script) as server, pytest.raises((ConnectionLostError, CallTimeoutError)):
        workflow(server.url).create({}, timeout=0.5)


def test_a_real_server_runs_once_where_its_response_is_cut(
    real_server: WorkflowServer,
) -> None:
    def cut(connection: int) -> bytes:
        return b"HTTP/1.1" if connection == 0 else b""

    counting = workflow(real_server.url, "counting")
    before = counting.run({"only_tell": True})
    with proxied(real_server.url, cut) as between:
        handler = workflow(between.url, "counting").create({})
    with proxied(real_server.url, cut) as between:
        result = workflow(between.url, "counting").run({})
    near_handler = counting.handler(handler.id)
    assert (near_handler.wait()).result == before + 1
    assert result == before + 2
    assert counting.run({"only_tell": True}) == before + 2
