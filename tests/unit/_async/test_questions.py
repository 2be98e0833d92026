"""Questions that a workflow asks on the way: put, answered, refused, and in what time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
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

from .one_task import END, FAILED, RESULT, Server, prefix, run_of
from .streaming import CUT, raw, received


class Reply(BaseModel):
    text: str


FIRST = raw("InputRequiredEvent", {"_data": {"prefix": "Name?"}})
SECOND = raw("InputRequiredEvent", {"_data": {"prefix": "Age?"}})


def response(text: str) -> tuple[str, str, Any]:
    name = "llama_index.core.workflow.events.HumanResponseEvent"
    return "human", name, {"_data": {"response": text}}


async def prefix_later(event: ReceivedEvent) -> str:
    return prefix(event)


async def test_the_timeout_is_that_of_each_request(client: AsyncClient, server: Server) -> None:
    server.streams(FIRST, END, CUT)
    server.results.mock(return_value=FAILED)
    async with run_of(client, answer=prefix, timeout=7) as run:
        with pytest.raises(TaskFailedError):
            await received(run, [])
    for route in (server.created, server.events, server.sent):
        assert route.calls.last.request.extensions["deadline"].timeout == 7
    # Whether the workflow failed is asked after a cut, which is not to be told late.
    assert server.results.calls.last.request.extensions["deadline"].timeout == INQUIRY


class TestAQuestion:
    @pytest.mark.parametrize("answer", [prefix, prefix_later])
    async def test_is_handed_out_and_answered(
        self, client: AsyncClient, server: Server, answer: Any
    ) -> None:
        server.streams(FIRST, raw("Progress", {"step": 1}), SECOND, END)
        async with run_of(client, answer=answer) as run:
            assert await anext(run) == {"_data": {"prefix": "Name?"}}
            assert server.answers == []  # it is put when the next event is asked for
            assert await received(run, []) == [{"step": 1}, {"_data": {"prefix": "Age?"}}, {}]
        assert server.answers == [response("Name?"), response("Age?")]

    async def test_is_answered_if_nobody_reads(self, client: AsyncClient, server: Server) -> None:
        server.streams(FIRST, SECOND, END)
        async with run_of(client, answer=prefix) as run:
            assert await run.result() == RESULT
        assert server.answers == [response("Name?"), response("Age?")]

    async def test_is_answered_if_the_reader_stopped_at_it(
        self, client: AsyncClient, server: Server
    ) -> None:
        server.streams(FIRST, END)
        async with run_of(client, answer=prefix) as run:
            await anext(run)
            assert await run.result() == RESULT
        assert server.answers == [response("Name?")]

    async def test_may_be_answered_by_an_event(self, client: AsyncClient, server: Server) -> None:
        replies = iter([Reply(text="hi"), ServerEvent("workflow.Reply", {"text": "ho"})])
        server.streams(FIRST, SECOND, END)
        async with run_of(client, answer=lambda event: next(replies)) as run:
            await run.result()
        name = f"{__name__}.Reply"
        assert server.answers == [
            ("human", name, {"text": "hi"}),
            ("human", "workflow.Reply", {"text": "ho"}),
        ]

    async def test_may_be_answered_elsewhere(self, client: AsyncClient, server: Server) -> None:
        server.streams(FIRST, END)
        async with run_of(client, answer=lambda event: None) as run:
            assert len(await received(run, [])) == 2
        assert server.answers == []

    async def test_is_what_the_caller_says(self, client: AsyncClient, server: Server) -> None:
        server.streams(FIRST, raw("Ask", {"prefix": "Really?"}), END)
        async with run_of(client, answer=prefix, is_question=lambda e: e.name == "Ask") as run:
            await run.result()
        assert server.answers == [response("Really?")]

    async def test_is_recognised_by_its_prefix_where_there_are_no_names(
        self, client: AsyncClient, server: Server
    ) -> None:
        server.streams(b'{"step": 1}\n{"_data": {"prefix": "Name?"}}\n{}\n')
        async with run_of(client, answer=prefix) as run:
            await run.result()
        assert server.answers == [response("Name?")]

    async def test_is_not_a_question_without_an_answer_function(
        self, client: AsyncClient, server: Server
    ) -> None:
        server.streams(FIRST, END)
        async with run_of(client) as run:
            assert len(await received(run, [])) == 2
        assert server.answers == []

    async def test_goes_to_the_service_that_the_server_named(
        self, client: AsyncClient, server: Server
    ) -> None:
        # 0.6 names it in its own way, the default one too; 0.9 needs no name, but a string.
        for ids, service in (({"agent_id": "echo"}, "echo"), ({"service_id": None}, "")):
            server.created.respond(json={"task_id": "t", "session_id": "s", **ids})
            server.streams(FIRST, END)
            async with run_of(client, answer=prefix) as run:
                await run.result()
            assert server.answers[-1][0] == service

    async def test_that_is_refused_stays_open(self, client: AsyncClient, server: Server) -> None:
        # After an exception of the function `answer` is called again, and later events are there.
        def fail_once(event: ReceivedEvent) -> str:
            if not failures:
                failures.append(event)
                raise KeyError("not now")
            return prefix(event)

        failures: list[ReceivedEvent] = []
        body = server.streams(FIRST, raw("Progress", {"step": 1}), END)
        async with run_of(client, answer=fail_once) as run:
            await anext(run)
            with pytest.raises(KeyError, match="not now"):
                await anext(run)
            assert server.answers == []
            assert await received(run, []) == [{"step": 1}, {}]
        assert server.answers == [response("Name?")]
        assert body.closed

    async def test_whose_answer_was_not_sent_stays_open(
        self, client: AsyncClient, server: Server
    ) -> None:
        server.streams(FIRST, END)
        echo = server.sent.side_effect
        server.sent.mock(return_value=FAILED)
        async with run_of(client, answer=prefix) as run:
            await anext(run)
            with pytest.raises(ServerError):
                await anext(run)
            server.sent.mock(side_effect=echo)
            assert await received(run, []) == [{}]
        assert server.answers == [response("Name?")] * 2

    async def test_an_exception_of_the_function_gives_the_connection_back(
        self, client: AsyncClient, server: Server
    ) -> None:
        def fail(event: ReceivedEvent) -> str:
            raise KeyError("no answer")

        body = server.streams(FIRST, END)
        with pytest.raises(KeyError, match="no answer"):
            async with run_of(client, answer=fail) as run:
                await run.result()
        assert body.closed

    async def test_a_cut_of_a_stream_that_the_function_reads_is_its_own(
        self, client: AsyncClient, server: Server
    ) -> None:
        elsewhere = httpx.Request("GET", "http://elsewhere.test")

        def read_on(event: ReceivedEvent) -> str:
            raise StreamInterruptedError("the stream was cut", request=elsewhere, delivered=7)

        server.streams(FIRST, END)
        async with run_of(client, answer=read_on) as run:
            with pytest.raises(StreamInterruptedError, match=r"7 events.*elsewhere"):
                await run.result()

    async def test_is_not_lost_where_telling_it_fails(
        self, client: AsyncClient, server: Server
    ) -> None:
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
            assert await received(run, []) == [{"_data": {"prefix": "Name?"}}, {}]
        assert server.answers == [response("Name?")]

    async def test_the_time_for_the_result_is_over_while_somebody_thinks(
        self, client: AsyncClient, server: Server
    ) -> None:
        async def think(event: ReceivedEvent) -> str:
            await asyncio.sleep(0.2)
            return "too late"

        server.streams(FIRST, END)
        async with run_of(client, answer=think, answer_timeout=60) as run:
            with pytest.raises(AnswerTimeoutError):
                await run.result(timeout=0.05)
        assert server.answers == []

    async def test_what_ends_a_loop_does_not_end_this_one(
        self, client: AsyncClient, server: Server
    ) -> None:
        answers: Iterator[str] = iter([])
        server.streams(FIRST, END)
        async with run_of(client, answer=lambda event: next(answers)) as run:
            with pytest.raises(RuntimeError, match="StopIteration"):
                await received(run, [])

    async def test_an_answer_that_is_not_a_function_is_refused_before_anything_is_sent(
        self, client: AsyncClient, server: Server
    ) -> None:
        with pytest.raises(TypeError, match="answer must be a function or None, got str"):
            async with run_of(client, answer="yes"):
                pass
        assert not server.created.called

    async def test_an_answer_of_another_kind_is_refused(
        self, client: AsyncClient, server: Server
    ) -> None:
        server.streams(FIRST, END)
        async with run_of(client, answer=lambda event: 42) as run:
            with pytest.raises(
                TypeError, match="the answer function returned int: it must return a string"
            ):
                await run.result()

    async def test_the_time_for_an_answer_is_over(
        self, client: AsyncClient, server: Server
    ) -> None:
        async def think(event: ReceivedEvent) -> str:
            await asyncio.sleep(0.2)
            return "too late"

        server.streams(FIRST, END)
        async with run_of(client, answer=think, answer_timeout=0.05) as run:
            await anext(run)
            with pytest.raises(AnswerTimeoutError, match=r"within 0\.05 s") as caught:
                await anext(run)
        assert caught.value.event.fields == {"prefix": "Name?"}
        assert server.answers == []

    async def test_a_time_out_of_the_function_is_its_own(
        self, client: AsyncClient, server: Server
    ) -> None:
        async def fail(event: ReceivedEvent) -> str:
            raise TimeoutError("mine")

        server.streams(FIRST, END)
        async with run_of(client, answer=fail, answer_timeout=60) as run:
            with pytest.raises(TimeoutError, match="mine"):
                await run.result()

    async def test_thinking_is_not_a_time_without_an_event(
        self, client: AsyncClient, server: Server
    ) -> None:
        async def think(event: ReceivedEvent) -> str:
            await asyncio.sleep(0.7)
            return "late, but in time"

        server.streams(FIRST, raw("Progress", {"step": 1}), END)
        async with run_of(client, answer=think, timeout=0.6) as run:
            assert len(await received(run, [])) == 3
        assert server.answers == [response("late, but in time")]
