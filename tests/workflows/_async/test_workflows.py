"""Workflows and handlers of a real server."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from llama_agents_api.api.workflows import get_handler, stream_handler_events
from pydantic import BaseModel

from llama_deploy_client import (
    CallTimeoutError,
    EventMismatchError,
    HumanResponseEvent,
    InvalidRequestError,
    NotFoundError,
    ServerEvent,
    StatusEnum,
    StatusError,
    TaskDefinition,
    TaskFailedError,
)
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.handlers import Handler
from llama_deploy_client._async.workflows import Workflow
from llama_deploy_client._workflows import WorkflowEvent
from llama_deploy_client.events import ReceivedEvent
from tests.faults._async.helpers import collect

from ..sse import hurry


class Progress(BaseModel):
    """Events as programs that use the example workflows define them."""

    step: int
    text: str


class InputRequiredEvent(BaseModel):
    prefix: str


class Question(InputRequiredEvent):
    number: int


class Greeting(BaseModel):
    greeting: str
    count: int


STEPS = [{"step": step, "text": f"step {step} of 3"} for step in (1, 2, 3)]
only_real = pytest.mark.parametrize("client", ["real"], indirect=True)
"""The server in memory has functions: no classes of events, and no time-outs."""
QUICK = {"steps": 3, "interval": 0}


def workflow(client: AsyncClient, name: str) -> Workflow:
    return Workflow(client=client, id=name)


async def test_the_server_is_healthy_and_lists_its_workflows(client: AsyncClient) -> None:
    assert (await client.workflows.health()).status is StatusEnum.HEALTHY
    assert workflow(client, "echo") in await client.workflows.list()
    assert await client.workflows.get("echo") == workflow(client, "echo")


async def test_an_unknown_workflow_is_not_found(client: AsyncClient) -> None:
    with pytest.raises(NotFoundError, match="Workflow not found"):
        await client.workflows.get("nobody")
    with pytest.raises(NotFoundError, match="Workflow not found"):
        await workflow(client, "nobody").create({})


@pytest.mark.parametrize(
    "task", [{"message": "hello"}, '{"message": "hello"}', TaskDefinition.of(message="hello")]
)
async def test_a_workflow_runs(client: AsyncClient, task: Any) -> None:
    assert await workflow(client, "echo").run(task) == "HELLO"
    result = await workflow(client, "structured").run(task)
    assert result["message"] == "hello"
    assert result["nested"] == {"flag": True, "nothing": None}


async def test_a_definition_names_the_workflow_as_a_service(client: AsyncClient) -> None:
    progress, task = workflow(client, "progress"), TaskDefinition.of("progress", **QUICK)
    assert await progress.run(task) == "3 steps done"
    assert await progress.create(task) != await progress.create(task)
    with pytest.raises(ValueError, match="the task names the service 'echo'"):
        await progress.create(TaskDefinition.of("echo"))
    with pytest.raises(ValueError, match="session 's', but workflow servers have no"):
        await progress.run(TaskDefinition(input="{}", session_id="s"))


@only_real
async def test_a_stop_event_of_its_own_is_the_result(client: AsyncClient) -> None:
    handler = await workflow(client, "greeting").create({"name": "Ada"})
    result = await handler.wait()
    assert result.result == {"greeting": "hello Ada", "count": 1}
    assert result.event is not None
    assert result.event.is_a("StopEvent")
    assert result.event.parse_as(Greeting) == Greeting(greeting="hello Ada", count=1)
    assert await workflow(client, "greeting").run({"name": "Ada"}) == result.result


@only_real
async def test_the_reason_for_which_a_start_is_refused_is_in_the_error(client: AsyncClient) -> None:
    for call in (workflow(client, "greeting").run, workflow(client, "greeting").create):
        with pytest.raises(InvalidRequestError, match="name Field required"):
            await call({"count": 2})


@only_real
async def test_arguments_may_have_any_name(client: AsyncClient) -> None:
    odd = dict.fromkeys(["value", "data", "type", "qualified_name", "kwargs"], "x")
    result = await workflow(client, "greeting").run({"name": "Ada", **odd})
    assert result == {"greeting": "hello Ada", "count": 1}
    for name in odd:
        assert await workflow(client, "echo").run({"message": "a", name: "x"}) == "A"


async def test_a_handler_while_it_runs_and_after(client: AsyncClient) -> None:
    handler = await workflow(client, "slow").create({"seconds": 600})
    assert (await handler.status()).status == "running"
    assert await handler.results() is None
    with pytest.raises(CallTimeoutError, match=r"within 0\.2 s"):
        await handler.wait(timeout=0.2)
    await handler.cancel()
    handler = await workflow(client, "progress").create(QUICK)
    result = await handler.wait()
    assert (result.task_id, result.result) == (handler.id, "3 steps done")
    assert await handler.results() == result
    state = await handler.status()
    names = (state.status, state.handler_id, state.workflow_name)
    assert names == ("completed", handler.id, "progress")


async def test_a_failed_handler(client: AsyncClient) -> None:
    failing = workflow(client, "failing")
    handler = await failing.create({"message": "boom"})
    for call in (handler.wait, handler.results):
        with pytest.raises(TaskFailedError, match="boom") as caught:
            await call()
        assert (caught.value.reason, caught.value.detail) == ("boom", "boom")
    state = await handler.status()
    assert (state.status, state.error) == ("failed", "boom")
    with pytest.raises(TaskFailedError, match="its exception has no message"):
        await failing.run({"message": ""})
    async with failing.stream({"message": "boom"}) as run:
        with pytest.raises(TaskFailedError, match="boom"):
            await collect(run)
        with pytest.raises(TaskFailedError, match="boom"):
            await run.result()


async def test_a_reason_may_be_long(client: AsyncClient) -> None:
    failing, text = workflow(client, "failing"), "x" * 200_000
    handler = await failing.create({"message": text})
    for call in (
        lambda: collect(handler.events()),
        handler.wait,
        handler.results,
        lambda: failing.run({"message": text}),
    ):
        with pytest.raises(TaskFailedError) as caught:
            await call()
        assert caught.value.reason == text
        assert len(str(caught.value)) < 500
    assert (await handler.status()).error == text


@only_real
async def test_a_handler_that_took_too_long_failed(client: AsyncClient) -> None:
    handler = await workflow(client, "hasty").create({"seconds": 5})
    with pytest.raises(TaskFailedError, match=r"timed out after 0\.2s"):
        await collect(handler.events())


async def test_a_cancelled_handler(client: AsyncClient) -> None:
    handler = await workflow(client, "slow").create({"seconds": 600})
    await handler.cancel()
    assert (await handler.status()).status == "cancelled"
    with pytest.raises(TaskFailedError, match="cancelled"):
        await handler.wait()
    with pytest.raises(TaskFailedError, match="cancelled"):
        await collect(handler.events())
    with pytest.raises(NotFoundError, match="Or it has ended"):
        await handler.cancel()
    await handler.cancel(purge=True)
    with pytest.raises(NotFoundError, match="Handler not found") as caught:
        await handler.cancel(purge=True)
    assert "Or it has ended" not in str(caught.value)
    with pytest.raises(NotFoundError, match="Handler not found"):
        await handler.status()


async def test_a_handler_that_is_removed_while_it_is_read(client: AsyncClient) -> None:
    handler = await workflow(client, "human").create({})
    async with handler.events() as events:
        await anext(events)
        await handler.cancel(purge=True)
        with pytest.raises(TaskFailedError, match="cancelled"):
            await anext(events)


async def test_events_arrive_up_to_the_stop_event(client: AsyncClient) -> None:
    handler = await workflow(client, "progress").create({"steps": 3, "interval": 0.05})
    stop = {"result": "3 steps done"}
    assert await collect(handler.events()) == [*STEPS, stop]
    assert await collect(handler.events()) == [*STEPS, stop]  # later readers get them as well


async def test_events_after_one(client: AsyncClient) -> None:
    handler = await workflow(client, "progress").create(QUICK)
    await handler.wait()
    seen = await collect(handler.events(types=[]))
    assert [type(event) for event in seen] == [WorkflowEvent] * 4
    second, last = seen[1].sequence, seen[-1].sequence
    assert await collect(handler.events(after=second)) == [STEPS[2], {"result": "3 steps done"}]
    assert await collect(handler.events(after=last)) == []
    assert await collect(handler.events(after="now")) == []
    assert (await handler.status()).status == "completed"  # although its connection is closed


async def test_a_class_stands_for_those_derived_from_it(client: AsyncClient) -> None:
    handler = await workflow(client, "interview").create({})
    async with handler.events(types=(InputRequiredEvent,)) as events:
        assert await anext(events) == InputRequiredEvent(prefix="Your name?")
    async with handler.events(types=(InputRequiredEvent, Question)) as both:
        assert await anext(both) == Question(prefix="Your name?", number=1)
    await handler.cancel()


async def test_an_event_that_does_not_fit_leaves_the_stream_usable(client: AsyncClient) -> None:
    class Other(Progress):
        missing: int

    Other.__name__ = "Progress"
    handler = await workflow(client, "progress").create(QUICK)
    async with handler.events(types=[Other]) as events:
        for _ in STEPS:
            with pytest.raises(EventMismatchError):
                await anext(events)
        stop = await anext(events)
        assert isinstance(stop, WorkflowEvent)
        assert stop.is_last


async def test_text_arrives_unchanged(client: AsyncClient) -> None:
    lines = ["\u2028", "\u2029", "\u0085", "a\nb\rc", "ä🎉", "\x1c"]
    handler = await workflow(client, "reciting").create({"lines": lines})
    events = await collect(handler.events())
    assert events[:-1] == [{"text": text} for text in lines]


async def test_a_question_gets_a_reply(client: AsyncClient) -> None:
    handler = await workflow(client, "human").create({})
    await handler.send_event(HumanResponseEvent(response="Ada"), "human")
    assert (await handler.wait()).result == "The human said: Ada"
    with pytest.raises(StatusError, match="409 Conflict: Workflow already completed"):
        await handler.send_event(HumanResponseEvent(response="Ada"))


@only_real
async def test_an_event_that_is_not_declared_is_refused_with_a_list(client: AsyncClient) -> None:
    handler = await workflow(client, "human").create({})
    with pytest.raises(InvalidRequestError, match=r"Nobody\. Expected one of .*HumanResponseEvent"):
        await handler.send_event(ServerEvent("any.Nobody", {}))
    with pytest.raises(TypeError, match="an event must be"):
        await handler.send_event("hello")  # type: ignore[arg-type]
    await handler.cancel()


async def test_a_run_replies_to_questions_of_derived_classes(client: AsyncClient) -> None:
    questions: list[ReceivedEvent] = []

    async def reply(question: ReceivedEvent) -> str:
        questions.append(question)
        await asyncio.sleep(0)
        return str(question.fields["prefix"]).upper()

    run = workflow(client, "interview").stream({}, types=[Progress], answer=reply)
    async with run:
        seen = [event async for event in run if isinstance(event, Progress)]
        assert (await run.result()).result == "YOUR NAME?, YOUR AGE?"
    assert [event.text for event in seen] == ["heard YOUR NAME?", "heard YOUR AGE?"]
    assert [event.name for event in questions] == ["Question", "Question"]
    assert run.last_event is not None
    assert run.last_event.is_last
    assert (await run.result()).task_id == run.handler.id


async def test_the_time_for_a_result_is_for_all_of_it(client: AsyncClient) -> None:
    run = workflow(client, "human").stream({}, answer=lambda question: None)
    async with run:
        with pytest.raises(CallTimeoutError, match=r"no result within 0\.3 s"):
            await run.result(timeout=0.3)
        await run.handler.cancel()


async def test_is_question_is_called_again_if_it_raised(client: AsyncClient) -> None:
    calls: list[ReceivedEvent] = []

    def is_question(event: ReceivedEvent) -> bool:
        calls.append(event)
        if len(calls) == 1:
            raise ArithmeticError
        return event.name == "InputRequiredEvent"

    human = workflow(client, "human")
    async with human.stream({}, answer=lambda question: "Ada", is_question=is_question) as run:
        with pytest.raises(ArithmeticError):
            await anext(run)
        assert (await run.result()).result == "The human said: Ada"


async def test_a_silence_behind_a_question_is_explained(client: AsyncClient) -> None:
    handler = await workflow(client, "interview").create({})
    events = handler.events()
    await anext(events)
    hurry(events)
    with pytest.raises(CallTimeoutError, match=r"Question, asks a human.*handler\.send_event"):
        await anext(events)
    await handler.cancel()
    async with workflow(client, "human").stream({}, is_question=None) as run:
        await anext(run)
        hurry(run._entered()[1])
        with pytest.raises(CallTimeoutError, match="is a question, and there is no answer="):
            await anext(run)
        await run.handler.cancel()


async def test_arguments_of_a_stream_are_checked_at_once(client: AsyncClient) -> None:
    with pytest.raises(ValueError, match="must be a JSON object"):
        workflow(client, "echo").stream("hello")
    with pytest.raises(TypeError, match="answer must be a function or None, got str"):
        workflow(client, "echo").stream({}, answer="Ada")  # type: ignore[call-overload]


async def test_many_runs(client: AsyncClient) -> None:
    batch = workflow(client, "echo").run_many([{"message": text} for text in "abc"], concurrency=2)
    assert await batch.results() == ["A", "B", "C"]


async def test_handlers_are_found_by_status_and_by_id(client: AsyncClient) -> None:
    failing, human = workflow(client, "failing"), workflow(client, "human")
    handler = await human.create({})
    assert handler in await human.handlers(status="running")
    assert handler not in await failing.handlers()
    assert await human.handler(handler.id) == handler
    await handler.cancel()
    assert handler in await human.handlers(status="cancelled")
    with pytest.raises(NotFoundError):
        await human.handler("nobody")
    with pytest.raises(ValueError, match=r"status must be one of running, .*, got 'done'"):
        await human.handlers(status="done")


async def test_an_id_of_ones_own(client: AsyncClient) -> None:
    human = workflow(client, "human")
    handler = await human.create({}, handler_id="mine")
    assert handler == Handler(client=client, id="mine", workflow_id="human")
    with pytest.raises(StatusError, match="409 Conflict: Handler 'mine' is already running"):
        await human.create({}, handler_id="mine")
    await handler.cancel(purge=True)
    with pytest.raises(ValueError, match="cannot be an id"):
        await human.create({}, handler_id="..")


async def test_a_result_without_a_json_form_never_comes(client: AsyncClient) -> None:
    handler = await workflow(client, "unserializable").create({})
    with pytest.raises(CallTimeoutError):
        await handler.wait(timeout=0.3)
    with pytest.raises(CallTimeoutError, match="no event for 1 s"):  # with heartbeats meanwhile
        await collect(handler.events(timeout=1.0))
    with pytest.raises(CallTimeoutError, match=r"no (result|response) within 1 s"):
        await workflow(client, "unserializable").run({}, timeout=1.0)


async def test_a_server_that_is_silent_for_longer_than_a_time_out(client: AsyncClient) -> None:
    handler = await workflow(client, "human").create({})
    events = handler.events()
    question = await anext(events)
    hurry(events)
    with pytest.raises(CallTimeoutError, match=r"no event for 0\.3 s"):
        await anext(events)
    await handler.send_event(HumanResponseEvent(response="Ada"))
    assert await collect(handler.events()) == [question, {"result": "The human said: Ada"}]


async def test_requests_of_the_document_can_be_sent(client: AsyncClient) -> None:
    handler = await workflow(client, "progress").create(QUICK)
    state = await client.send(get_handler.request(handler.id))
    assert state.handler_id == handler.id
    await handler.wait()
    request = stream_handler_events.request(handler.id, after_sequence="-1")
    names = []
    async for event in await client.send(request):
        names.append(event["type"])
    assert names == ["Progress"] * 3 + ["StopEvent"]
