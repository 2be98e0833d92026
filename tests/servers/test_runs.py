"""Tasks from their input to their result, with typed events and questions on the way."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from llama_deploy_client import (
    CallTimeoutError,
    HumanResponseEvent,
    ReceivedEvent,
    ServerError,
    TaskDefinition,
    TaskFailedError,
)
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client.types import generate_id
from scripts.servers import Server

from .support import WAIT, collect, progress, result_of, without_loss

STEPS = TaskDefinition.of("progress", steps=3, interval=0.3)
INTERVIEW = TaskDefinition.of("interview", questions=["Name?", "Age?"])


class Progress(BaseModel):
    step: int
    text: str


def answer(event: ReceivedEvent) -> str:
    return f"to {event.fields['prefix']}"


def is_question(event: ReceivedEvent) -> bool:
    return "prefix" in event.fields


async def test_events_have_their_type_where_the_server_sends_it(
    deployment: Deployment, server: Server
) -> None:
    async def read() -> list[Progress | ReceivedEvent]:
        async with deployment.tasks.stream(STEPS, types=[Progress]) as run:
            # Without the stop event, which servers before 0.9 often lose.
            return [event async for event in run if event != ReceivedEvent(None, {})]

    events = await without_loss(server, read, 3)
    expected = [Progress(step=n, text=f"step {n} of 3") for n in (1, 2, 3)]
    received = [event for event in events if isinstance(event, ReceivedEvent)]
    if server.has_control_plane:
        assert events == [ReceivedEvent(None, value) for value in progress(1, 2, 3, of=3)]
        assert [event.parse_as(Progress) for event in received] == expected
    else:
        assert events == [*expected, *received]
        assert [event.name for event in received] == ["StopEvent"]
        assert received[0].qualified_name != "StopEvent"


@pytest.mark.parametrize("read", [0, 1])
async def test_the_result_comes_however_many_events_were_read(
    deployment: Deployment, read: int
) -> None:
    async with deployment.tasks.stream(STEPS) as run:
        events = [await anext(run) for _ in range(read)]
        result = await run.result()
    assert all("step" in event for event in events)
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


async def test_a_task_whose_stream_is_left_goes_on(
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
                assert "step" in await anext(run)
            assert (await run.result()).result == "3 steps done"


async def test_questions_are_replied_to_while_events_are_read(
    deployment: Deployment, server: Server
) -> None:
    async def read() -> list[dict[str, Any]]:
        async with deployment.tasks.stream(
            INTERVIEW, types=[], answer=answer, is_question=is_question
        ) as run:
            events = await collect(run)
            assert (await run.result()).result == "to Name?, to Age?"
        return [event.fields for event in events if event.fields]

    assert await without_loss(server, read, 4) == [
        {"number": 1, "prefix": "Name?"},
        {"step": 1, "text": "heard to Name?"},
        {"number": 2, "prefix": "Age?"},
        {"step": 2, "text": "heard to Age?"},
    ]


async def test_the_time_for_a_result_covers_its_questions(deployment: Deployment) -> None:
    task = TaskDefinition.of("human")
    async with deployment.tasks.stream(task, answer=lambda event: None, timeout=WAIT) as run:
        with pytest.raises(CallTimeoutError, match=r"no result within 0\.5 s"):
            await run.result(timeout=0.5)
        await run.task.send_event(HumanResponseEvent(response="Ada"), "human")
        assert (await run.result(timeout=WAIT)).result == "The human said: Ada"


async def test_a_reply_reaches_a_service_that_the_task_does_not_name(
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


@pytest.mark.parametrize("reply", [None, answer])
async def test_a_workflow_that_fails(deployment: Deployment, server: Server, reply: Any) -> None:
    task = TaskDefinition.of("failing", message="no luck")
    async with deployment.tasks.stream(task, answer=reply) as run:
        if server.has_control_plane:
            assert "no luck" in (await run.result()).result
        else:
            with pytest.raises(TaskFailedError):
                await run.result()
    async with deployment.tasks.stream(task, answer=reply) as run:
        if server.has_control_plane:
            assert await collect(run) in ([{}], [])
        else:
            assert await anext(run) == {}
            with pytest.raises(TaskFailedError):
                await collect(run)


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
