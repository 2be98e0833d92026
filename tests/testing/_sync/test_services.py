# Made by `make generate` from tests/testing/_async/test_services.py: do not edit.
"""Services are plain functions; a client of the in-memory server needs nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from llama_deploy_client import HumanResponseEvent, ServerError, ServerEvent, TaskDefinition
from llama_deploy_client._sync.apiserver import Deployment
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.tasks import Task
from llama_deploy_client.testing import FakeServer

from ...faults._sync.helpers import collect


def connect(server: FakeServer) -> Deployment:
    client = SyncClient(transport=server.transport, poll_interval=0.01, timeout=60)
    return Deployment(client=client, id="demo")


def result_of(task: Task) -> str:
    return (task.wait()).result


def test_a_function_gets_the_arguments_that_it_takes(server: FakeServer) -> None:
    tasks = connect(server).tasks
    assert tasks.run({"message": "hi", "unheard": "of"}) == "HI"


def test_a_function_gets_arguments_by_name(newest: FakeServer) -> None:
    newest.service("sum")(lambda **numbers: sum(numbers.values()))
    newest.service("options")(lambda *rest, number: (*rest, number))
    run = connect(newest).tasks.run
    assert run(TaskDefinition.of("sum", a=1, b=2)) == 3
    assert run(TaskDefinition.of("options", rest=1, number=2)) == [2]


@pytest.mark.parametrize("service", ["count", "async count"])
def test_a_generator_yields_events_and_its_end_is_the_result(
    server: FakeServer, service: str
) -> None:
    tasks = connect(server).tasks
    task = tasks.create(TaskDefinition.of(service, to=3))
    assert collect(task.events()) == [{"n": 0}, {"n": 1}, {"n": 2}, {}]
    assert result_of(task) == "3 steps"


def test_a_reply_may_come_before_the_question_is_read(server: FakeServer) -> None:
    task = connect(server).tasks.create(TaskDefinition.of("ask"))
    task.send_event(HumanResponseEvent(response="Ada"), "ask")
    assert result_of(task) == "Hello Ada"


def test_the_traceback_of_a_failure_is_in_the_log(
    newest: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ServerError):
        connect(newest).tasks.run(TaskDefinition.of("fail"))
    assert "The service 'fail' failed" in caplog.text
    assert "ValueError: no luck" in caplog.text


def test_an_async_object_is_waited_for(server: FakeServer) -> None:
    assert connect(server).tasks.run(TaskDefinition.of("async object", seconds=0.001)) == "waited"


def test_a_generator_that_never_ends_is_read_as_far_as_one_likes(
    server: FakeServer,
) -> None:
    @server.service("forever")
    def forever() -> Any:
        while True:
            yield ServerEvent("workflow.Tick")

    task = connect(server).tasks.create(TaskDefinition.of("forever"))
    with task.events() as events:
        for _ in range(3):
            assert next(events) == {}


def test_both_sides_see_the_same_tasks(newest: FakeServer) -> None:
    task = connect(newest).tasks.create(TaskDefinition.of("count", to=2))
    listed = newest.sync_client().apiserver.deployments.get("demo").tasks.list()
    assert [each.id for each in listed] == [task.id]


def test_a_session_for_no_id_is_a_new_one() -> None:
    server = FakeServer("0.8")
    server.service("echo")(lambda message="": message)
    sessions = SyncClient(transport=server.transport).core.sessions
    session = sessions.get_or_create(None)
    assert sessions.get_or_create(session.id) == session
    assert [request.url.path for request in server.requests][:1] == ["/sessions/create"]
