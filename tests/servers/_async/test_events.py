"""Events of a deployment's tasks, in both directions."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from llama_deploy_client import (
    CallTimeoutError,
    HumanResponseEvent,
    ServerError,
    StreamInterruptedError,
    TaskDefinition,
)
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.tasks import Task
from scripts.servers import Server
from tests.servers.support import SHORT, WAIT, progress, without_stop

from .helpers import collect, result_of

PROGRESS = TaskDefinition.of("progress", steps=3, interval=0.3)


async def test_a_human_answers_while_the_stream_is_open(deployment: Deployment) -> None:
    task = await deployment.tasks.create(TaskDefinition.of("human", question="Who are you?"))
    async with task.events() as events:
        # The task waits for an answer, so this event has arrived while it runs.
        assert await anext(events) == {"_data": {"prefix": "Who are you?"}}
        sent = await task.send_event(HumanResponseEvent(response="Zoë"), "human")
        assert sent.service_id == "human"
        rest = await collect(events)
    assert without_stop(rest) == []
    assert await result_of(task) == "The human said: Zoë"


async def test_every_event_arrives_in_order_and_can_be_read_again_before_09(
    deployment: Deployment, server: Server
) -> None:
    task = await deployment.tasks.create(PROGRESS)
    events = await collect(task.events())
    assert without_stop(events) == progress(1, 2, 3, of=3)
    if server.has_control_plane:
        again = await collect(task.events())
        assert without_stop(again) == progress(1, 2, 3, of=3)
    else:
        assert events[-1] == {}
        with pytest.raises((StreamInterruptedError, CallTimeoutError)) as caught:
            await anext(task.events(timeout=SHORT))
        assert "0 events delivered" in str(caught.value)


async def test_streams_left_early_give_their_connections_back(
    deployment: Deployment, server: Server, transport: httpx.AsyncBaseTransport | None
) -> None:
    connections = 2
    async with AsyncClient(
        api_server_url=server.url,
        transport=transport,
        max_connections=connections,
        timeout=WAIT,
    ) as client:
        tasks = Deployment(client=client, id=deployment.id).tasks
        task = await tasks.create(PROGRESS)
        for _ in range(connections + 1):
            async for event in task.events():
                assert event == progress(1, of=3)[0]
                break
            if not server.has_control_plane:  # 0.9 streams a task once
                task = await tasks.create(PROGRESS)
            async with task.events() as events:
                assert await anext(events) == progress(1, of=3)[0]
            if not server.has_control_plane:
                task = await tasks.create(PROGRESS)
        assert await tasks.run({"message": "hi"}) == "HI"


async def test_the_events_of_a_workflow_that_fails(deployment: Deployment, server: Server) -> None:
    task = await deployment.tasks.create(TaskDefinition.of("failing"))
    if server.has_control_plane:
        assert without_stop(await collect(task.events())) == []
    else:
        received: list[dict[str, Any]] = []
        with pytest.raises(StreamInterruptedError) as caught:
            await collect(task.events(), received)
        assert caught.value.delivered == len(received)


async def test_a_silent_stream_is_given_up_after_timeout_seconds(deployment: Deployment) -> None:
    task = await deployment.tasks.create(TaskDefinition.of("slow", seconds=2))
    with pytest.raises(CallTimeoutError, match=rf"no event for {SHORT} s \(0 events delivered\)"):
        await anext(task.events(timeout=SHORT))


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
            await anext(task.events(timeout=SHORT))
