"""A question in the async client alone: cancelled, blocking, and ended as an async loop ends."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator

import httpx
import pytest
import respx

from llama_deploy_client import AnswerTimeoutError, Client, ReceivedEvent
from llama_deploy_client.models.apiserver import Deployment

TASKS = "http://localhost:4501/deployments/d/tasks"
QUESTION = b'{"_data": {"prefix": "Name?"}}\n'


@pytest.fixture
def sent(wire: respx.MockRouter) -> respx.Route:
    """The answers that reach a server with one task, which asks one question."""
    wire.post(f"{TASKS}/create").respond(json={"task_id": "t", "session_id": "s"})
    wire.get(f"{TASKS}/t/events").respond(content=QUESTION + b"{}\n")
    route = wire.post(f"{TASKS}/t/events")
    route.mock(side_effect=lambda request: httpx.Response(200, content=request.content))
    return route


async def test_answer_is_called_again_after_a_cancelled_question(sent: respx.Route) -> None:
    put: list[ReceivedEvent] = []
    thinking = asyncio.Event()

    async def think(event: ReceivedEvent) -> str:
        put.append(event)
        if len(put) == 1:
            thinking.set()
            await asyncio.Event().wait()
        return "Ada"

    async with Client() as client:
        tasks = Deployment(client=client, id="d").tasks
        async with tasks.stream({}, answer=think) as run:
            await anext(run)
            reading = asyncio.ensure_future(anext(run))
            await thinking.wait()
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
            assert not sent.called
            assert [event async for event in run] == [{}]
    assert put[0] == put[1]
    [call] = sent.calls
    assert "Ada" in json.loads(call.request.content)["event_obj_str"]


async def test_a_plain_function_that_takes_too_long_has_not_answered(sent: respx.Route) -> None:
    def block(event: ReceivedEvent) -> str:
        time.sleep(0.1)  # nothing can stop it
        return "too late"

    async with Client() as client:
        tasks = Deployment(client=client, id="d").tasks
        async with tasks.stream({}, answer=block, answer_timeout=0.05) as run:
            with pytest.raises(AnswerTimeoutError, match=r"within 0\.05 s") as caught:
                await run.result()
    assert caught.value.event.fields == {"prefix": "Name?"}
    assert not sent.called


async def test_a_coroutine_that_takes_too_long_is_stopped(sent: respx.Route) -> None:
    stopped = []

    async def think(event: ReceivedEvent) -> str:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append(event)
        raise AssertionError("nothing sets the event")

    async with Client() as client:
        tasks = Deployment(client=client, id="d").tasks
        async with tasks.stream({}, answer=think, answer_timeout=0.05) as run:
            with pytest.raises(AnswerTimeoutError, match=r"within 0\.05 s") as caught:
                await run.result()
    assert [caught.value.event] == stopped
    assert not sent.called


async def test_what_ends_an_async_loop_does_not_end_this_one(sent: respx.Route) -> None:
    async def nothing() -> AsyncIterator[str]:
        for answer in list[str]():
            yield answer

    answers = nothing()
    async with Client() as client:
        tasks = Deployment(client=client, id="d").tasks
        async with tasks.stream({}, answer=lambda event: anext(answers)) as run:
            await anext(run)
            with pytest.raises(RuntimeError, match="the answer function raised StopAsyncIteration"):
                await anext(run)
