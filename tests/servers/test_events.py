"""Events of a deployment's tasks, in both directions."""

from __future__ import annotations

from typing import Any

import pytest

from llama_deploy_client import (
    CallTimeoutError,
    HumanResponseEvent,
    ServerError,
    StreamInterruptedError,
    TaskDefinition,
)
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.tasks import Task
from scripts.servers import Server

from .support import (
    SHORT,
    WAIT,
    collect,
    progress,
    result_of,
    without_control_plane,
    without_loss,
    without_stop,
)


async def test_a_human_replies_while_the_stream_is_open(deployment: Deployment) -> None:
    task = await deployment.tasks.create(TaskDefinition.of("human", question="Who are you?"))
    async with task.events() as events:
        # The task waits for a reply, so this event has arrived while it runs.
        assert await anext(events) == {"_data": {"prefix": "Who are you?"}}
        sent = await task.send_event(HumanResponseEvent(response="Zoë"), "human")
        assert sent.service_id == "human"
        assert without_stop(await collect(events)) == []
    assert await result_of(task) == "The human said: Zoë"


async def test_every_event_arrives_in_order_and_can_be_read_again_before_09(
    deployment: Deployment, server: Server
) -> None:
    tasks: list[Task] = []

    async def read() -> list[dict[str, Any]]:
        tasks.append(
            await deployment.tasks.create(TaskDefinition.of("progress", steps=3, interval=0.3))
        )
        return await collect(tasks[-1].events())

    events = await without_loss(server, read, 3)
    assert without_stop(events) == progress(1, 2, 3, of=3)
    if server.has_control_plane:
        assert without_stop(await collect(tasks[-1].events())) == progress(1, 2, 3, of=3)
    else:
        assert events[-1] == {}
        with pytest.raises(StreamInterruptedError, match=r"^LlamaDeploy 0\.9 sends each event"):
            await anext(tasks[-1].events())


@without_control_plane
async def test_a_stream_says_that_its_workflow_failed(deployment: Deployment) -> None:
    task = await deployment.tasks.create(TaskDefinition.of("failing"))
    with pytest.raises(StreamInterruptedError, match=r"^the workflow failed: "):
        await collect(task.events())


async def test_the_stream_of_an_unknown_task_or_session_is_an_error(
    deployment: Deployment, server: Server
) -> None:
    session = await deployment.sessions.create()
    expected = CallTimeoutError if server.has_control_plane else ServerError
    for session_id, error in ((session.session_id, expected), ("nobody", ServerError)):
        task = Task(
            client=deployment.client,
            deployment_id=deployment.id,
            id="nobody",
            session_id=session_id,
        )
        with pytest.raises(error):
            await anext(task.events(timeout=SHORT if error is CallTimeoutError else WAIT))
