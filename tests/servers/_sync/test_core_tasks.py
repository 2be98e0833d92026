# Made by `make generate` from tests/servers/_async/test_core_tasks.py: do not edit.
"""Tasks and events of the control plane of 0.6 to 0.8."""

from __future__ import annotations

import pytest

from llama_deploy_client import (
    CallTimeoutError,
    HumanResponseEvent,
    StreamFailedError,
    TaskDefinition,
)
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.core import Session
from tests.servers.support import (
    ENOUGH,
    SHORT,
    WAIT,
    progress,
    with_control_plane,
    without_stop,
)

from .helpers import collect, core_result_of

pytestmark = with_control_plane


def test_run_waits_for_the_result(core_session: Session) -> None:
    assert core_session.run("echo", message="grüße") == "GRÜSSE"
    assert "no luck" in core_session.run("failing", message="no luck")


def test_timeout_bounds_run(client: SyncClient, core_session: Session) -> None:
    client.timeout, client.poll_interval = SHORT, WAIT
    with pytest.raises(CallTimeoutError, match=rf"no (result|response) within {SHORT} s"):
        core_session.run("slow", seconds=2)


def test_run_nowait_returns_a_task_whose_result_comes(core_session: Session) -> None:
    task_id = core_session.run_nowait("slow", seconds=0.5)
    assert core_session.get_task_result(task_id) is None
    assert core_result_of(core_session, task_id) == "slept 0.5 s"


def test_created_tasks_are_listed_in_order(core_session: Session) -> None:
    assert core_session.get_tasks() == []
    assert core_session.get_current_task() is None
    # The session that a definition names gives way to the one that it is created in.
    first = TaskDefinition(input={"message": "one"}, service_id="echo", session_id="another")
    second = TaskDefinition.of("echo", message="two")
    for task in (first, second):
        assert core_session.create_task(task) == task.task_id
    listed = core_session.get_tasks()
    assert [(task.task_id, task.input) for task in listed] == [
        (first.task_id, first.input),
        (second.task_id, second.input),
    ]
    assert {(task.service_id, task.session_id) for task in listed} == {("echo", core_session.id)}
    assert core_session.get_current_task() == listed[1]
    assert (core_session.definition()).task_ids == [first.task_id, second.task_id]
    assert core_result_of(core_session, first.task_id) == "ONE"
    assert core_result_of(core_session, second.task_id) == "TWO"


def test_every_event_arrives_in_order_and_can_be_read_again(core_session: Session) -> None:
    task_id = core_session.run_nowait("progress", steps=3, interval=0.3)
    for _ in range(2):
        events = collect(core_session.get_task_result_stream(task_id))
        assert without_stop(events) == progress(1, 2, 3, of=3)


def test_a_human_replies_while_the_stream_is_open(core_session: Session) -> None:
    task_id = core_session.run_nowait("human", question="Who are you?")
    with core_session.get_task_result_stream(task_id) as events:
        # The task waits for a reply, so this event has arrived while it runs.
        assert next(events) == {"_data": {"prefix": "Who are you?"}}
        core_session.send_event("human", task_id, HumanResponseEvent(response="Zoë"))
        assert without_stop(collect(events)) == []
    assert core_result_of(core_session, task_id) == "The human said: Zoë"


def test_an_unknown_service_is_named(core_session: Session) -> None:
    task_id = core_session.run_nowait("nobody")
    with pytest.raises(CallTimeoutError, match="The control plane has no service 'nobody'"):
        next(core_session.get_task_result_stream(task_id, timeout=ENOUGH))


def test_an_error_of_the_server_inside_a_stream_is_an_error(
    client: SyncClient, core_session: Session
) -> None:
    task_id = core_session.run_nowait("progress", steps=3, interval=0.3)
    with core_session.get_task_result_stream(task_id) as events:
        assert next(events) == progress(1, of=3)[0]
        client.core.sessions.delete(core_session.id)
        with pytest.raises(StreamFailedError, match="Session not found"):
            collect(events)
