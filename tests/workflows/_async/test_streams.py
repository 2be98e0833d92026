"""Streams that break, fall silent or are something else."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from llama_deploy_client import (
    CallTimeoutError,
    HumanResponseEvent,
    MalformedResponseError,
    NotFoundError,
    ServerError,
    ServerUnreachableError,
    StreamInterruptedError,
    TaskFailedError,
)
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.handlers import Handler
from llama_deploy_client._async.workflows import Workflow
from scripts.workflow_server import WorkflowServer
from tests.faults.wire import NO_FAULT, Connection, Fault, RawServer, answering, proxied, response

from ..sse import (
    COMPLETED,
    END,
    HEAD,
    MESSAGES,
    STATE,
    VALUES,
    StreamServer,
    after,
    answer,
    chunk,
    envelope,
    message,
    not_found,
)
from .helpers import collect

STEPS = 12


def handler_of(url: str, **settings: Any) -> Handler:
    options: dict[str, Any] = {"timeout": 10, **settings}
    client = AsyncClient(workflow_server_url=url, **options)
    return Handler(client=client, id="h", workflow_id="w")


@pytest.mark.parametrize("part", [b"id: %d\n", b'"text":"step %d'], ids=["between", "within"])
async def test_a_real_stream_cut_at_every_event_has_each_once(
    real_server: WorkflowServer, part: bytes
) -> None:
    def cut(connection: int) -> Fault:
        return Fault(cut_at=part % (connection + 1)) if connection < STEPS else NO_FAULT

    near = AsyncClient(workflow_server_url=real_server.url, timeout=20)
    progress = Workflow(client=near, id="progress")
    started = await progress.create({"steps": STEPS, "interval": 0.02})
    with proxied(real_server.url, cut) as between:
        far = Handler(
            client=AsyncClient(workflow_server_url=between.url, timeout=20, max_retries=STEPS),
            id=started.id,
            workflow_id="progress",
        )
        events = await collect(far)
        assert between.accepted > STEPS // 2
    texts = [{"step": n, "text": f"step {n} of {STEPS}"} for n in range(1, STEPS + 1)]
    assert events == [*texts, {"result": f"{STEPS} steps done"}]


@pytest.mark.parametrize("each", [1, 7, 10_000])
@pytest.mark.parametrize("a_time", [150, 173, 10_000])
async def test_chunks_and_cuts_anywhere(each: int, a_time: int) -> None:
    with StreamServer(each=each, a_time=a_time) as server:
        assert await collect(handler_of(server.url)) == VALUES


async def test_a_server_that_sends_all_events_again_is_read_once() -> None:
    def script(connection: Connection) -> None:
        connection.request()
        part = MESSAGES[: 2 * (connection.number + 1)]
        connection.send(HEAD + chunk(b"".join(part)))

    with RawServer(script) as server:
        assert await collect(handler_of(server.url)) == VALUES
        assert [after(request) for request in server.requests] == [-1, 3, 7]


async def test_a_clean_end_without_a_stop_event_is_a_cut() -> None:
    def script(connection: Connection) -> None:
        while connection.request():
            connection.send(HEAD + chunk(MESSAGES[0]) + END)

    with RawServer(script) as server:
        events: list[Any] = []
        with pytest.raises(StreamInterruptedError, match="before the handler") as caught:
            async for event in handler_of(server.url, max_retries=1).events():
                events.append(event)
        assert events == VALUES[:1]
        assert caught.value.delivered == 1
        assert len(server.requests) == 3


async def test_a_204_is_an_empty_stream() -> None:
    with RawServer(answering(lambda _: b"HTTP/1.1 204 No Content\r\n\r\n")) as server:
        assert await collect(handler_of(server.url)) == []


async def test_heartbeats_keep_the_connection_but_not_the_time_out() -> None:
    def script(connection: Connection) -> None:
        connection.request()
        connection.send(HEAD + chunk(MESSAGES[0]))
        while not connection.server.stopping.wait(0.05):
            connection.send(chunk(b": heartbeat\n\n"))

    with RawServer(script) as server:
        events: list[Any] = []
        with pytest.raises(CallTimeoutError, match=r"no event for 0\.4 s \(1 events delivered\)"):
            async for event in handler_of(server.url).events(timeout=0.4):
                events.append(event)
        assert events == VALUES[:1]
        assert server.accepted == 1


async def test_a_gateway_that_cuts_silences_does_not_hide_what_is_waited_for() -> None:
    asking = message(1, envelope("InputRequiredEvent", {"prefix": "Who?"}))

    def script(connection: Connection) -> None:
        connection.request()
        if connection.number == 0:
            connection.send(HEAD + chunk(asking))
            connection.server.stopping.wait(0.1)
        else:
            connection.wait_until_gone()

    with RawServer(script) as server, pytest.raises(CallTimeoutError) as caught:
        await collect(handler_of(server.url), timeout=0.6)
    assert "no event for 0.6 s (1 events delivered). The last event, Input" in str(caught.value)


async def test_the_time_that_a_reader_takes_does_not_count() -> None:
    def script(connection: Connection) -> None:
        connection.request()
        connection.send(HEAD)
        for each in MESSAGES:
            connection.send(chunk(each))
            connection.server.stopping.wait(0.05)
        connection.send(END)

    with RawServer(script) as server:
        seen = []
        async for event in handler_of(server.url).events(timeout=0.6):
            seen.append(event)
            await asyncio.sleep(0.7)
        assert seen == VALUES


async def test_events_restart_the_time_out() -> None:
    def script(connection: Connection) -> None:
        connection.request()
        connection.send(HEAD)
        for each in MESSAGES:
            connection.server.stopping.wait(0.25)
            connection.send(chunk(each))

    with RawServer(script) as server:
        assert await collect(handler_of(server.url), timeout=0.8) == VALUES


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (b"id: 1\ndata: {\n\n", "JSON"),
        (b'id: 1\ndata: {"value": 1, "type": "X"}\n\n', "not as documented"),
        (b"id: 1\ndata: []\n\n", "not as documented"),
        (b'id: one\ndata: {"value": {}, "type": "X"}\n\n', "not a number"),
        (b"id: 1\ndata: \xff\n\n", "an event that"),
        (b"data: " + b"x" * 2000, "more than 1000 bytes"),
    ],
)
async def test_what_is_not_an_event_is_named(sent: bytes, words: str) -> None:
    def script(connection: Connection) -> None:
        connection.request()
        connection.send(HEAD + chunk(MESSAGES[0]) + chunk(sent))
        connection.wait_until_gone()

    with RawServer(script) as server:
        events: list[Any] = []
        with pytest.raises(MalformedResponseError, match=words):
            async for event in handler_of(server.url, max_line_size=1000).events():
                events.append(event)
        assert events == VALUES[:1]


async def test_what_is_not_an_event_stream_is_named() -> None:
    page = response(b"<html>", "200 OK", "content-type: text/html")
    with (
        RawServer(answering(lambda _: page)) as server,
        pytest.raises(MalformedResponseError, match="text/html"),
    ):
        await collect(handler_of(server.url))


async def test_the_error_of_a_failure_is_waited_for() -> None:
    """The last event can be sent before the state is stored."""
    failed = envelope("WorkflowFailedEvent", {"step_name": "s"}, "StopEvent")
    states = [answer(STATE, "202 Accepted")]
    states.append(answer({**STATE, "status": "failed", "error": "boom"}, "500 Oops"))

    def reply(request: Any) -> bytes:
        if request.target.startswith("/handlers"):
            return states.pop(0)
        return HEAD + chunk(message(1, failed)) + END

    with RawServer(answering(reply)) as server, pytest.raises(TaskFailedError, match="boom"):
        await collect(handler_of(server.url))


async def test_a_class_of_ones_own_can_be_named_like_a_failure() -> None:
    named = envelope("WorkflowFailedEvent", {"step_name": "s"})
    sent = chunk(message(1, named)) + chunk(message(2, envelope("Own", {"x": 1}, "StopEvent")))
    with RawServer(answering(lambda _: HEAD + sent + END)) as server:
        assert await collect(handler_of(server.url)) == [{"step_name": "s"}, {"x": 1}]


async def test_leaving_a_stream_gives_its_connection_back() -> None:
    def script(connection: Connection) -> None:
        connection.request()
        connection.send(HEAD + chunk(MESSAGES[0]))
        connection.wait_until_gone()

    with RawServer(script) as server:
        async with handler_of(server.url).events() as events:
            assert await anext(events) == VALUES[0]
        assert server.all_closed()


async def test_nothing_that_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(ServerUnreachableError, match="workflow_server_url"):
        await collect(handler_of(url))


async def test_an_unknown_handler() -> None:
    with (
        RawServer(answering(lambda _: not_found())) as server,
        pytest.raises(NotFoundError, match="Handler not found"),
    ):
        await collect(handler_of(server.url))


async def test_a_result_that_the_server_cannot_read_is_said_so() -> None:
    refused = answer({"detail": "Stored handler result cannot be decoded"}, "422 Oops")
    unreadable = answer({**COMPLETED, "result": None, "result_unreadable": True})
    with RawServer(answering(lambda _: refused)) as server:
        handler = handler_of(server.url)
        for call in (handler.wait, handler.results, handler.status, partial(collect, handler)):
            with pytest.raises(ServerError, match="cannot read the result that it stored"):
                await call()
    with RawServer(answering(lambda _: unreadable)) as server:
        for call in (handler_of(server.url).wait, handler_of(server.url).results):
            with pytest.raises(ServerError, match="cannot read the result that it stored"):
                await call()


async def test_a_completed_handler_is_read_whatever_the_status() -> None:
    with RawServer(answering(lambda _: answer(COMPLETED))) as server:
        assert (await handler_of(server.url).wait()).result == "done"


@contextmanager
def persistent() -> Iterator[WorkflowServer]:
    with WorkflowServer(persistent=True) as server:
        yield server


async def test_a_stream_goes_on_when_the_server_was_restarted() -> None:
    with persistent() as server:
        client = AsyncClient(workflow_server_url=server.url, timeout=30, max_retries=9)
        human = Workflow(client=client, id="human")
        handler = await human.create({"question": "Who?"})
        async with handler.events(types=[]) as events:
            question = await anext(events)
            server.kill()
            server.start()
            await handler.send_event(HumanResponseEvent(response="Ada"))
            stop = await anext(events)
        assert (question.name, stop.name) == ("InputRequiredEvent", "StopEvent")
        assert (stop.sequence or 0) > (question.sequence or 0)
        assert (await handler.wait()).result == "The human said: Ada"
