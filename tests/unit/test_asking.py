"""A user's answer function is called with a question, on both sides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from llama_deploy_client import AnswerTimeoutError, ReceivedEvent
from llama_deploy_client._answers import ask_async, ask_sync
from llama_deploy_client.events import HumanResponseEvent
from llama_deploy_client.models.apiserver import Deployment
from llama_deploy_client.testing import FakeServer
from llama_deploy_client.testing.examples import human

from .clock import Clock

QUESTION = ReceivedEvent(None, {"_data": {"prefix": "Name?"}})
Ask = Callable[[Any, ReceivedEvent, float | None], Awaitable[Any]]


async def ask_blocking(answer: Any, event: ReceivedEvent, timeout: float | None) -> Any:
    return ask_sync(answer, event, timeout)


both_sides = pytest.mark.parametrize("ask", [ask_async, ask_blocking], ids=["async", "blocking"])


@both_sides
async def test_text_becomes_a_human_response(ask: Ask) -> None:
    reply = await ask(lambda event: f"{event.fields['prefix']} Ada", QUESTION, None)
    assert reply == HumanResponseEvent(response="Name? Ada")
    assert await ask(lambda event: None, QUESTION, 60) is None


@both_sides
async def test_the_reply_of_a_plain_function_can_come_too_late(ask: Ask, clock: Clock) -> None:
    def block(event: ReceivedEvent) -> str:
        clock.now += 60  # nothing can stop it
        return "too late"

    with pytest.raises(AnswerTimeoutError, match=r"within 59 s") as caught:
        await ask(block, QUESTION, 59)
    assert caught.value.event is QUESTION


async def test_a_coroutine_that_takes_too_long_is_cancelled() -> None:
    cancelled = []

    async def think(event: ReceivedEvent) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(event)

    with pytest.raises(AnswerTimeoutError, match=r"within 0\.05 s"):
        await ask_async(think, QUESTION, 0.05)
    assert cancelled == [QUESTION]


async def test_the_end_of_an_iterator_in_the_function_does_not_end_the_readers_loop() -> None:
    async def nothing() -> AsyncIterator[str]:
        for reply in list[str]():
            yield reply

    replies: Iterator[str] = iter([])
    with pytest.raises(RuntimeError, match="the answer function raised StopIteration"):
        ask_sync(lambda event: next(replies), QUESTION, None)
    with pytest.raises(RuntimeError, match="the answer function raised StopAsyncIteration"):
        await ask_async(lambda event: anext(nothing()), QUESTION, None)


@both_sides
@pytest.mark.parametrize("reply", [42, {"response": "Ada"}, b"Ada", HumanResponseEvent])
async def test_an_invalid_reply_is_an_error_that_names_its_type(reply: Any, ask: Ask) -> None:
    message = (
        f"the answer function returned {type(reply).__name__}: it must return a string, an event "
        r"\(a pydantic model or a ServerEvent\), or None$"
    )
    with pytest.raises(TypeError, match=message):
        await ask(lambda event: reply, QUESTION, None)


def test_the_blocking_client_refuses_an_async_function() -> None:
    async def answer(event: ReceivedEvent) -> str:
        return "Ada"

    function: Any = answer
    with pytest.raises(TypeError, match=r"is async: only Client takes one, SyncClient does not$"):
        ask_sync(function, QUESTION, None)


async def test_the_function_is_called_again_after_a_cancellation() -> None:
    questions: list[ReceivedEvent] = []
    thinking = asyncio.Event()

    async def think(event: ReceivedEvent) -> str:
        questions.append(event)
        if len(questions) == 1:
            thinking.set()
            await asyncio.Event().wait()
        return "Ada"

    server = FakeServer()
    server.service("human")(human)
    async with server.client() as client:
        tasks = Deployment(client=client, id="demo").tasks
        async with tasks.stream({}, answer=think) as run:
            await anext(run)
            reading = asyncio.ensure_future(anext(run))
            await thinking.wait()
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
            assert not sent_events(server)
            assert (await run.result()).result == "The human said: Ada"
    assert questions[0] == questions[1]
    assert sent_events(server) == 1


def sent_events(server: FakeServer) -> int:
    return sum(each.method == "POST" and "events" in str(each.url) for each in server.requests)
