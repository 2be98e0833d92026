"""Tasks from their input to their answer, with typed events and questions on the way."""

from __future__ import annotations

from time import monotonic
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from llama_deploy_client import (
    CallTimeoutError,
    HumanResponseEvent,
    NotFoundError,
    ReceivedEvent,
    ServerError,
    TaskDefinition,
    TaskFailedError,
)
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client.types import generate_id
from scripts.servers import Server
from tests.servers.support import WAIT, progress

from .helpers import collect, result_of

STEPS = TaskDefinition.of("progress", steps=3, interval=0.3)
INTERVIEW = TaskDefinition.of("interview", questions=["Name?", "Age?"])


class Progress(BaseModel):
    step: int
    text: str


class StopEvent(BaseModel):
    """Lost at times by servers before 0.9, so nothing here waits for one of theirs."""


def answer(event: ReceivedEvent) -> str:
    return f"to {event.fields['prefix']}"


def is_question(event: ReceivedEvent) -> bool:
    return "prefix" in event.fields


async def test_events_know_their_type_where_the_server_tells_it(
    deployment: Deployment, server: Server
) -> None:
    task = await deployment.tasks.create(STEPS)
    events = await collect(task.events(types=(Progress, StopEvent)))
    expected = [Progress(step=n, text=f"step {n} of 3") for n in (1, 2, 3)]
    if server.has_control_plane:
        values = progress(1, 2, 3, of=3)
        assert events[:3] == [ReceivedEvent(None, value) for value in values]
        parsed = [
            event.parse_as(Progress) for event in events[:3] if isinstance(event, ReceivedEvent)
        ]
        assert parsed == expected
    else:
        assert events == [*expected, StopEvent()]


async def test_an_unknown_type_keeps_its_name(deployment: Deployment, server: Server) -> None:
    async with deployment.tasks.stream(STEPS, types=[]) as run:
        first = await anext(run)
    assert first.name == (None if server.has_control_plane else "Progress")
    assert first.qualified_name != "Progress"
    assert first.fields == {"step": 1, "text": "step 1 of 3"}


@pytest.mark.parametrize("read", [0, 1, 3])
async def test_the_result_comes_however_many_events_were_read(
    deployment: Deployment, read: int
) -> None:
    async with deployment.tasks.stream(STEPS) as run:
        events = [await anext(run) for _ in range(read)]
        result = await run.result()
    assert events == progress(1, 2, 3, of=3)[:read]
    assert (result.task_id, result.result) == (run.task.id, "3 steps done")
    assert (await run.result()).result == "3 steps done"


async def test_the_events_of_an_instant_workflow_are_not_missed(
    deployment: Deployment, server: Server
) -> None:
    async with deployment.tasks.stream({"message": "hi"}) as run:
        assert await result_of(run.task) == "HI"  # it is over before its events are asked for
        events = await collect(run)
        assert (await run.result()).result == "HI"
    assert events in ([{}], []) if server.has_control_plane else events == [{}]


async def test_a_task_that_is_left_goes_on(
    deployment: Deployment, server: Server, transport: httpx.AsyncBaseTransport | None
) -> None:
    async with AsyncClient(
        api_server_url=server.url,
        max_connections=2,
        timeout=WAIT,
        poll_interval=0.05,
        transport=transport,
    ) as client:
        tasks = Deployment(client=client, id=deployment.id).tasks
        for _ in range(3):  # of two connections a stream may have one: it has to come back
            async with tasks.stream(STEPS) as run:
                assert await anext(run) == progress(1, of=3)[0]
            assert (await run.result()).result == "3 steps done"


async def test_questions_are_answered_while_events_are_read(deployment: Deployment) -> None:
    async with deployment.tasks.stream(
        INTERVIEW, types=[], answer=answer, is_question=is_question
    ) as run:
        events = await collect(run)
        assert (await run.result()).result == "to Name?, to Age?"
    fields = [event.fields for event in events if event.fields]
    assert fields == [
        {"number": 1, "prefix": "Name?"},
        {"step": 1, "text": "heard to Name?"},
        {"number": 2, "prefix": "Age?"},
        {"step": 2, "text": "heard to Age?"},
    ]


async def test_questions_are_answered_if_nobody_reads(deployment: Deployment) -> None:
    async with deployment.tasks.stream(INTERVIEW, answer=answer) as run:  # by the field prefix
        assert (await run.result()).result == "to Name?, to Age?"


@pytest.mark.parametrize("reply", ["Ada", HumanResponseEvent(response="Ada")])
async def test_a_question_of_the_usual_class_is_known_as_one(
    deployment: Deployment, reply: Any
) -> None:
    task = TaskDefinition.of("human")
    async with deployment.tasks.stream(task, answer=lambda event: reply) as run:
        assert (await run.result()).result == "The human said: Ada"


async def test_a_question_may_be_answered_elsewhere(deployment: Deployment) -> None:
    task = TaskDefinition.of("human")
    async with deployment.tasks.stream(task, answer=lambda event: None) as run:
        assert await anext(run) == {"_data": {"prefix": "What is your name?"}}
        assert run.task.service_id == "human"
        await run.task.send_event(HumanResponseEvent(response="Zoë"), "human")
        assert (await run.result()).result == "The human said: Zoë"


async def test_the_time_for_a_result_covers_its_questions(deployment: Deployment) -> None:
    task = TaskDefinition.of("human")
    async with deployment.tasks.stream(task, answer=lambda event: None, timeout=WAIT) as run:
        begun = monotonic()
        with pytest.raises(CallTimeoutError, match=r"no result within 0\.5 s"):
            await run.result(timeout=0.5)
        assert monotonic() - begun < WAIT / 2
        await run.task.send_event(HumanResponseEvent(response="Ada"), "human")
        assert (await run.result(timeout=WAIT)).result == "The human said: Ada"


async def test_the_answer_reaches_a_service_that_nobody_named(
    server: Server, transport: httpx.AsyncBaseTransport | None
) -> None:
    file = server.deployment(generate_id(), ["human"])
    async with AsyncClient(
        api_server_url=server.url, timeout=60, poll_interval=0.05, transport=transport
    ) as client:
        deployment = await client.apiserver.deployments.create(file.text)
        server.wait_until_deployed(file)
        async with deployment.tasks.stream({}, answer=answer) as run:
            assert (await run.result()).result == "The human said: to What is your name?"


@pytest.mark.parametrize("task_answer", [None, answer])
async def test_a_workflow_that_fails(
    deployment: Deployment, server: Server, task_answer: Any
) -> None:
    task = TaskDefinition.of("failing", message="no luck")
    async with deployment.tasks.stream(task, answer=task_answer) as run:
        if server.has_control_plane:
            assert "no luck" in (await run.result()).result
        else:
            with pytest.raises(TaskFailedError):
                await run.result()
    async with deployment.tasks.stream(task, answer=task_answer) as run:
        events: list[Any] = []
        if server.has_control_plane:
            assert await collect(run, events) in ([{}], [])
        else:
            with pytest.raises(TaskFailedError):
                await collect(run, events)
            assert events == [{}]


async def test_a_result_that_is_not_text_is_not_a_failure(
    deployment: Deployment, server: Server
) -> None:
    async with deployment.tasks.stream(TaskDefinition.of("structured")) as run:
        if server.has_control_plane:
            assert "numbers" in (await run.result()).result
        else:
            with pytest.raises(ServerError, match="a result that is not text") as caught:
                await run.result()
            assert type(caught.value) is ServerError


async def test_what_is_unknown_is_an_error_on_entering(
    deployment: Deployment, server: Server
) -> None:
    unknown = Deployment(client=deployment.client, id="nobody")
    with pytest.raises(NotFoundError, match="Deployment not found"):
        async with unknown.tasks.stream({}):
            raise AssertionError("entered")
    if not server.has_control_plane:
        with pytest.raises(NotFoundError, match="Service 'nobody' not found"):
            async with deployment.tasks.stream(TaskDefinition.of("nobody")):
                raise AssertionError("entered")
