"""Tasks and events of the control plane of 0.6 to 0.8."""

from __future__ import annotations

from typing import Any

import pytest

from llama_deploy_client import (
    CallTimeoutError,
    HumanResponseEvent,
    StreamFailedError,
    TaskDefinition,
)
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.core import Session
from scripts.servers import Server

from .support import (
    SHORT,
    WAIT,
    collect,
    core_result_of,
    progress,
    with_control_plane,
    without_loss,
    without_stop,
)

pytestmark = with_control_plane


async def test_run_waits_for_the_result(core_session: Session) -> None:
    assert await core_session.run("echo", message="grüße") == "GRÜSSE"
    assert "no luck" in await core_session.run("failing", message="no luck")


async def test_timeout_bounds_run(client: AsyncClient, core_session: Session) -> None:
    client.timeout, client.poll_interval = SHORT, WAIT
    with pytest.raises(CallTimeoutError, match=rf"no (result|response) within {SHORT} s"):
        await core_session.run("slow", seconds=WAIT)


async def test_created_tasks_are_listed_in_order(core_session: Session) -> None:
    assert await core_session.get_tasks() == []
    assert await core_session.get_current_task() is None
    # The session that a definition names gives way to the one that it is created in.
    first = TaskDefinition(input={"message": "one"}, service_id="echo", session_id="another")
    second = TaskDefinition.of("echo", message="two")
    for task in (first, second):
        assert await core_session.create_task(task) == task.task_id
    listed = await core_session.get_tasks()
    assert [(task.task_id, task.input) for task in listed] == [
        (first.task_id, first.input),
        (second.task_id, second.input),
    ]
    assert {(task.service_id, task.session_id) for task in listed} == {("echo", core_session.id)}
    assert await core_session.get_current_task() == listed[1]
    assert (await core_session.definition()).task_ids == [first.task_id, second.task_id]
    assert await core_result_of(core_session, first.task_id) == "ONE"
    assert await core_result_of(core_session, second.task_id) == "TWO"


async def test_every_event_arrives_in_order_and_can_be_read_again(
    core_session: Session, server: Server
) -> None:
    task_id = ""

    async def read() -> list[dict[str, Any]]:
        nonlocal task_id
        task_id = await core_session.run_nowait("progress", steps=3, interval=0.3)
        return await collect(core_session.get_task_result_stream(task_id))

    events = without_stop(await without_loss(server, read, 3))
    assert events == progress(1, 2, 3, of=3)
    assert without_stop(await collect(core_session.get_task_result_stream(task_id))) == events


async def test_a_human_replies_while_the_stream_is_open(core_session: Session) -> None:
    task_id = await core_session.run_nowait("human", question="Who are you?")
    async with core_session.get_task_result_stream(task_id) as events:
        # The task waits for a reply, so this event has arrived while it runs.
        assert await anext(events) == {"_data": {"prefix": "Who are you?"}}
        assert await core_session.get_task_result(task_id) is None
        await core_session.send_event("human", task_id, HumanResponseEvent(response="Zoë"))
        assert without_stop(await collect(events)) == []
    assert await core_result_of(core_session, task_id) == "The human said: Zoë"


async def test_an_error_of_the_server_inside_a_stream_is_an_error(
    client: AsyncClient, core_session: Session
) -> None:
    task_id = await core_session.run_nowait("human")
    async with core_session.get_task_result_stream(task_id) as events:
        assert "_data" in await anext(events)  # the question: the task cannot end meanwhile
        await client.core.sessions.delete(core_session.id)
        with pytest.raises(StreamFailedError, match="Session not found"):
            await collect(events)
