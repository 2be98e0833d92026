"""Questions that a workflow asks on the way: how they are replied to, and in what time."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from llama_deploy_client import (
    AnswerTimeoutError,
    ReceivedEvent,
    ServerError,
    ServerEvent,
    StreamInterruptedError,
    TaskFailedError,
)
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.task_events import INQUIRY

from .calls import IDS, RESULT
from .one_task import END, FAILED, STEP, Server, prefix, run_of
from .streaming import CUT, raw, received


class Reply(BaseModel):
    text: str


FIRST = raw("InputRequiredEvent", {"_data": {"prefix": "Name?"}})
SECOND = raw("InputRequiredEvent", {"_data": {"prefix": "Age?"}})


def reply(text: str) -> tuple[str, str, Any]:
    name = "llama_index.core.workflow.events.HumanResponseEvent"
    return "human", name, {"_data": {"response": text}}


async def prefix_later(event: ReceivedEvent) -> str:
    return prefix(event)


async def think(event: ReceivedEvent) -> str:
    await asyncio.sleep(0.2)
    return "late"


async def test_the_timeout_is_that_of_each_request(client: AsyncClient, server: Server) -> None:
    server.streams(FIRST, END, CUT)
    server.results.mock(return_value=FAILED)
    async with run_of(client, answer=prefix, timeout=7) as run:
        with pytest.raises(TaskFailedError):
            await received(run)
    for route in (server.created, server.events, server.sent):
        assert route.calls.last.request.extensions["deadline"].timeout == 7
    # After a cut, a request finds out whether the workflow failed; the error must not wait for it.
    assert server.results.calls.last.request.extensions["deadline"].timeout == INQUIRY


@pytest.mark.parametrize("answer", [prefix, prefix_later])
async def test_a_question_gets_a_reply(client: AsyncClient, server: Server, answer: Any) -> None:
    server.streams(FIRST, STEP, SECOND, END)
    async with run_of(client, answer=answer) as run:
        assert await anext(run) == {"_data": {"prefix": "Name?"}}
        assert server.replies == []  # the reply is sent when the next event is asked for
        assert await received(run) == [{"step": 1}, {"_data": {"prefix": "Age?"}}, {}]
    assert server.replies == [reply("Name?"), reply("Age?")]


@pytest.mark.parametrize("read", [0, 1])
async def test_the_result_replies_to_the_questions_that_nobody_read(
    client: AsyncClient, server: Server, read: int
) -> None:
    server.streams(FIRST, SECOND, END)
    async with run_of(client, answer=prefix) as run:
        for _ in range(read):
            await anext(run)
        assert await run.result() == RESULT
    assert server.replies == [reply("Name?"), reply("Age?")]


async def test_a_reply_may_be_an_event(client: AsyncClient, server: Server) -> None:
    replies = iter([Reply(text="hi"), ServerEvent("workflow.Reply", {"text": "ho"})])
    server.streams(FIRST, SECOND, END)
    async with run_of(client, answer=lambda event: next(replies)) as run:
        await run.result()
    assert server.replies == [
        ("human", f"{__name__}.Reply", {"text": "hi"}),
        ("human", "workflow.Reply", {"text": "ho"}),
    ]


@pytest.mark.parametrize("answer", [None, lambda event: None], ids=["no function", "no reply"])
async def test_a_question_may_stay_open(client: AsyncClient, server: Server, answer: Any) -> None:
    server.streams(FIRST, END)
    async with run_of(client, answer=answer) as run:
        assert len(await received(run)) == 2
    assert server.replies == []


@pytest.mark.parametrize(
    ("event", "options"),
    [
        (raw("Ask", {"prefix": "Name?"}), {"is_question": lambda event: event.name == "Ask"}),
        (b'{"_data": {"prefix": "Name?"}}\n', {}),
    ],
    ids=["by the caller", "by its prefix, without a name"],
)
async def test_a_question_is_recognised(
    client: AsyncClient, server: Server, event: bytes, options: Any
) -> None:
    server.streams(raw("Progress", {"prefix": 1}) if options else b'{"step": 1}\n', event, END)
    async with run_of(client, answer=prefix, **options) as run:
        await run.result()
    assert server.replies == [reply("Name?")]


# 0.6 names the service in its own way, the default one too; 0.9 needs no name, but a string.
@pytest.mark.parametrize(
    ("ids", "service"), [({"agent_id": "echo"}, "echo"), ({"service_id": None}, "")]
)
async def test_a_reply_goes_to_the_service_that_the_server_named(
    client: AsyncClient, server: Server, ids: Any, service: str
) -> None:
    server.created.respond(json={**IDS, **ids})
    server.streams(FIRST, END)
    async with run_of(client, answer=prefix) as run:
        await run.result()
    assert server.replies[0][0] == service


class TestAfterAnErrorAQuestionStaysOpen:
    async def test_of_the_answer_function(self, client: AsyncClient, server: Server) -> None:
        def fail_once(event: ReceivedEvent) -> str:
            if not failures:
                failures.append(event)
                raise KeyError("not now")
            return prefix(event)

        failures: list[ReceivedEvent] = []
        body = server.streams(FIRST, STEP, END)
        async with run_of(client, answer=fail_once) as run:
            await anext(run)
            with pytest.raises(KeyError, match="not now"):
                await anext(run)
            assert server.replies == []
            assert await received(run) == [{"step": 1}, {}]
        assert server.replies == [reply("Name?")]
        assert body.closed

    async def test_of_sending_the_reply(self, client: AsyncClient, server: Server) -> None:
        server.streams(FIRST, END)
        echo = server.sent.side_effect
        server.sent.mock(return_value=FAILED)
        async with run_of(client, answer=prefix) as run:
            await anext(run)
            with pytest.raises(ServerError):
                await anext(run)
            server.sent.mock(side_effect=echo)
            assert await received(run) == [{}]
        assert server.replies == [reply("Name?")] * 2

    async def test_of_recognising_it(self, client: AsyncClient, server: Server) -> None:
        failures = iter([KeyError("no such field"), StopAsyncIteration(), None])

        def is_question(event: ReceivedEvent) -> bool:
            failure = next(failures, None)
            if failure is not None:
                raise failure
            return "prefix" in event.fields

        server.streams(FIRST, END)
        async with run_of(client, answer=prefix, is_question=is_question) as run:
            with pytest.raises(KeyError, match="no such field"):
                await anext(run)
            with pytest.raises(RuntimeError, match="StopAsyncIteration"):
                await anext(run)
            assert await received(run) == [{"_data": {"prefix": "Name?"}}, {}]
        assert server.replies == [reply("Name?")]


OF_A_STREAM_THAT_THE_FUNCTION_READS = StreamInterruptedError(
    "the stream was cut", request=httpx.Request("GET", "http://elsewhere.test"), delivered=7
)


@pytest.mark.parametrize(
    "error",
    [KeyError("no reply"), TimeoutError("mine"), OF_A_STREAM_THAT_THE_FUNCTION_READS],
    ids=lambda error: type(error).__name__,
)
async def test_an_error_of_the_answer_function_is_its_own_and_closes_the_stream(
    client: AsyncClient, server: Server, error: Exception
) -> None:
    async def fail(event: ReceivedEvent) -> str:
        raise error

    body = server.streams(FIRST, END)
    with pytest.raises(type(error)) as caught:
        async with run_of(client, answer=fail, answer_timeout=60) as run:
            await run.result()
    assert caught.value is error
    assert body.closed


@pytest.mark.parametrize(("answer_timeout", "timeout"), [(0.05, 60), (60, 0.05)])
async def test_a_reply_has_the_time_for_it_and_no_longer_than_the_result(
    client: AsyncClient, server: Server, answer_timeout: float, timeout: float
) -> None:
    server.streams(FIRST, END)
    async with run_of(client, answer=think, answer_timeout=answer_timeout) as run:
        with pytest.raises(AnswerTimeoutError, match=r"within 0\.0\d+ s") as caught:
            await run.result(timeout=timeout)
    assert caught.value.event.fields == {"prefix": "Name?"}
    assert server.replies == []


async def test_thinking_is_not_silence(client: AsyncClient, server: Server) -> None:
    async def think_long(event: ReceivedEvent) -> str:
        await asyncio.sleep(0.7)
        return "late, but in time"

    server.streams(FIRST, STEP, END)
    async with run_of(client, answer=think_long, timeout=0.6) as run:
        assert len(await received(run)) == 3
    assert server.replies == [reply("late, but in time")]


async def test_an_answer_that_is_not_a_function_is_refused_before_anything_is_sent(
    client: AsyncClient, server: Server
) -> None:
    with pytest.raises(TypeError, match="answer must be a function or None, got str"):
        run_of(client, answer="yes")
    assert not server.created.called
