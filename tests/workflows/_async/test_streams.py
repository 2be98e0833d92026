"""Streams of a workflow server that break, fall silent or are something else."""

from __future__ import annotations

import threading
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
from llama_deploy_client._transport.clock import monotonic
from scripts.workflow_server import WorkflowServer
from tests.faults._async.helpers import collect
from tests.faults.wire import (
    Connection,
    RawServer,
    Request,
    Script,
    always,
    answering,
    proxied,
    response,
)

from ..sse import (
    COMPLETED,
    END,
    HEAD,
    MESSAGES,
    STATE,
    VALUES,
    StreamServer,
    after,
    chunks,
    envelope,
    hurry,
    json_response,
    message,
    not_found,
)

STEPS = 12


def handler_of(url: str, **settings: Any) -> Handler:
    options: dict[str, Any] = {"timeout": 100, **settings}
    client = AsyncClient(workflow_server_url=url, **options)
    return Handler(client=client, id="h", workflow_id="w")


def streaming(*parts: bytes, pause: float = 0.0) -> Script:
    """A script that begins a stream with these parts, pausing before each, and says no more."""

    def script(connection: Connection) -> None:
        while connection.request() is not None:
            connection.send(HEAD)
            for part in parts:
                connection.server.stopping.wait(pause)
                connection.send(part)

    return script


async def events_until(
    error: type[Exception], reason: str, handler: Handler, **options: Any
) -> list[Any]:
    """The events before the stream ends with this error."""
    events: list[Any] = []
    with pytest.raises(error, match=reason):
        await collect(handler.events(**options), events)
    return events


@pytest.mark.parametrize("part", [b"id: %d\n", b'"text":"step %d'], ids=["between", "within"])
async def test_a_real_stream_cut_at_every_event_has_each_once(
    real_server: WorkflowServer, part: bytes
) -> None:
    def cut(connection: int) -> bytes:
        return part % (connection + 1) if connection < STEPS else b""

    near = AsyncClient(workflow_server_url=real_server.url, timeout=100)
    progress = Workflow(client=near, id="progress")
    started = await progress.create({"steps": STEPS, "interval": 0.02})
    with proxied(real_server.url, cut) as between:
        far = AsyncClient(workflow_server_url=between.url, timeout=100, max_retries=STEPS)
        handler = Handler(client=far, id=started.id, workflow_id="progress")
        events = await collect(handler.events())
        assert between.accepted > STEPS // 2
    texts = [{"step": n, "text": f"step {n} of {STEPS}"} for n in range(1, STEPS + 1)]
    assert events == [*texts, {"result": f"{STEPS} steps done"}]


@pytest.mark.parametrize("each", [1, 7, 10_000])
@pytest.mark.parametrize("a_time", [150, 173, 10_000])
async def test_events_are_whole_whatever_the_chunks_and_cuts(each: int, a_time: int) -> None:
    with StreamServer(each=each, a_time=a_time) as server:
        assert await collect(handler_of(server.url).events()) == VALUES


async def test_a_server_that_sends_all_events_again_is_read_once() -> None:
    def script(connection: Connection) -> None:
        connection.request()
        connection.send(HEAD + chunks(*MESSAGES[: 2 * (connection.number + 1)]))

    with RawServer(script) as server:
        assert await collect(handler_of(server.url).events()) == VALUES
        assert [after(request) for request in server.requests] == [-1, 3, 7]


async def test_a_clean_end_without_a_stop_event_is_a_cut() -> None:
    with RawServer(streaming(chunks(MESSAGES[0]), END)) as server:
        handler = handler_of(server.url, max_retries=1)
        events = await events_until(
            StreamInterruptedError, r"before the handler.*1 events delivered", handler
        )
        assert events == VALUES[:1]
        assert len(server.requests) == 3


async def test_heartbeats_keep_the_connection_but_not_the_time_out() -> None:
    heartbeats = [chunks(b": heartbeat\n\n")] * 1000
    with RawServer(streaming(chunks(MESSAGES[0]), *heartbeats, pause=0.05)) as server:
        async with handler_of(server.url).events() as events:
            assert await anext(events) == VALUES[0]
            hurry(events)
            with pytest.raises(
                CallTimeoutError, match=r"no event for 0\.3 s \(1 events delivered\)"
            ):
                await anext(events)
        assert server.accepted == 1


async def test_a_gateway_that_cuts_silences_does_not_hide_an_open_question() -> None:
    def script(connection: Connection) -> None:
        connection.request()
        if connection.number == 0:
            question = envelope("InputRequiredEvent", {"prefix": "Who?"})
            connection.send(HEAD + chunks(message(1, question)))
            seen.wait()
        else:
            connection.wait_until_gone()

    seen = threading.Event()
    with RawServer(script) as server:
        events = handler_of(server.url).events()
        await anext(events)
        hurry(events)
        seen.set()
        with pytest.raises(
            CallTimeoutError, match=r"\(1 events delivered\)\. The last event, Input"
        ):
            await anext(events)


class Clock:
    """A clock that tests put forward."""

    ahead = 0.0

    def __call__(self) -> float:
        return monotonic() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("llama_deploy_client._transport.deadline.monotonic", clock)
    return clock


async def test_events_restart_the_time_out_and_the_time_of_a_reader_does_not_count(
    clock: Clock,
) -> None:
    wanted = threading.Semaphore()

    def script(connection: Connection) -> None:
        connection.request()
        connection.send(HEAD)
        for each in MESSAGES:
            wanted.acquire(timeout=60)
            clock.ahead += 40
            connection.send(chunks(each))

    with RawServer(script) as server:
        seen = []
        async for event in handler_of(server.url).events(timeout=100):
            seen.append(event)
            clock.ahead += 1000
            wanted.release()
        assert seen == VALUES


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"id: 1\ndata: {\n\n", "JSON"),
        (b'id: 1\ndata: {"value": 1, "type": "X"}\n\n', "not as documented"),
        (b"id: 1\ndata: []\n\n", "not as documented"),
        (b'id: one\ndata: {"value": {}, "type": "X"}\n\n', "not a number"),
        (b"id: 1\ndata: \xff\n\n", "an event that"),
        (b"data: " + b"x" * 2000, "more than 1000 bytes"),
    ],
)
async def test_a_malformed_event_is_an_error_after_the_events_before_it(
    sent: bytes, reason: str
) -> None:
    with RawServer(streaming(chunks(MESSAGES[0], sent))) as server:
        handler = handler_of(server.url, max_line_size=1000)
        assert await events_until(MalformedResponseError, reason, handler) == VALUES[:1]


async def test_a_response_that_is_not_a_stream_of_events() -> None:
    page = response(b"<html>", "200 OK", "content-type: text/html")
    with RawServer(always(page)) as server:
        await events_until(MalformedResponseError, "text/html", handler_of(server.url))
    with RawServer(always(not_found())) as server:
        await events_until(NotFoundError, "Handler not found", handler_of(server.url))
    with RawServer(always(b"HTTP/1.1 204 No Content\r\n\r\n")) as server:
        assert await collect(handler_of(server.url).events()) == []
    away = handler_of(server.url, max_retries=0)
    await events_until(ServerUnreachableError, "workflow_server_url", away)


async def test_the_error_of_a_failure_is_waited_for() -> None:
    """The last event can be sent before the state is stored."""
    failed = envelope("WorkflowFailedEvent", {"step_name": "s"}, "StopEvent")
    states = [json_response(STATE, "202 Accepted")]
    states.append(json_response({**STATE, "status": "failed", "error": "boom"}, "500 Oops"))

    def respond(request: Request) -> bytes:
        if request.target.startswith("/handlers"):
            return states.pop(0)
        return HEAD + chunks(message(1, failed)) + END

    with RawServer(answering(respond)) as server:
        await events_until(TaskFailedError, "boom", handler_of(server.url))


async def test_a_class_of_ones_own_can_be_named_like_a_failure() -> None:
    named = message(1, envelope("WorkflowFailedEvent", {"step_name": "s"}))
    own = message(2, envelope("Own", {"x": 1}, "StopEvent"))
    with RawServer(streaming(chunks(named, own), END)) as server:
        assert await collect(handler_of(server.url).events()) == [{"step_name": "s"}, {"x": 1}]


async def test_leaving_a_stream_gives_its_connection_back() -> None:
    with RawServer(streaming(chunks(MESSAGES[0]))) as server:
        async with handler_of(server.url).events() as events:
            assert await anext(events) == VALUES[0]
        assert server.all_closed()


async def test_a_result_that_the_server_cannot_read_is_an_error() -> None:
    refused = json_response({"detail": "Stored handler result cannot be decoded"}, "422 Oops")
    unreadable = json_response({**COMPLETED, "result": None, "result_unreadable": True})
    for body in (refused, unreadable):
        with RawServer(always(body)) as server:
            handler = handler_of(server.url)
            calls: list[Any] = [handler.wait, handler.results]
            if body is refused:
                calls += [handler.status, lambda handler=handler: collect(handler.events())]
            for call in calls:
                with pytest.raises(ServerError, match="cannot read the result that it stored"):
                    await call()


async def test_a_completed_handler_is_read_whatever_the_status() -> None:
    with RawServer(always(json_response(COMPLETED))) as server:
        assert (await handler_of(server.url).wait()).result == "done"


async def test_a_stream_goes_on_when_the_server_was_restarted() -> None:
    with WorkflowServer(persistent=True) as server:
        client = AsyncClient(workflow_server_url=server.url, timeout=100, max_retries=9)
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
