"""The blocking client on every server: the main job, and once the way of each kind of call."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from llama_deploy_client import HumanResponseEvent, SyncClient, TaskDefinition
from scripts.servers import DeploymentFile, Server

from .support import WAIT, with_control_plane

HUMAN = TaskDefinition.of("human", question="Who are you?")
QUESTION = {"_data": {"prefix": "Who are you?"}}


@pytest.fixture
def client(
    server: Server, demo: DeploymentFile, transport: httpx.BaseTransport | None
) -> Iterator[SyncClient]:
    with SyncClient(
        api_server_url=server.url, timeout=WAIT, poll_interval=0.05, transport=transport
    ) as client:
        if demo.control_plane_url:
            client.control_plane_url = demo.control_plane_url
        yield client


def test_tasks_of_a_deployment(client: SyncClient, demo: DeploymentFile) -> None:
    tasks = client.apiserver.deployments.get(demo.name).tasks
    assert tasks.run({"message": "hi"}) == "HI"
    assert tasks.run_many([{"message": "a"}, {"message": "b"}]).results() == ["A", "B"]
    with tasks.stream(HUMAN, answer=lambda question: "Zoë") as run:
        assert next(run) == QUESTION
        assert run.result().result == "The human said: Zoë"


@pytest.mark.parametrize("module", ["llama_index.core.workflow.events", "workflows.events"])
def test_a_reply_may_have_either_name_of_its_class(
    client: SyncClient, demo: DeploymentFile, module: str
) -> None:
    task = client.apiserver.deployments.get(demo.name).tasks.create(HUMAN)
    with task.events() as events:
        assert next(events) == QUESTION
        task.send_event(HumanResponseEvent(module=module, response="Zoë"), "human")
        for _ in events:
            pass
    assert task.wait().result == "The human said: Zoë"


@with_control_plane
def test_a_session_of_a_control_plane(client: SyncClient) -> None:
    session = client.core.sessions.create()
    assert session.run("echo", message="hi") == "HI"
    task_id = session.run_nowait("human", question="Who are you?")
    with session.get_task_result_stream(task_id) as events:
        assert next(events) == QUESTION
        session.send_event("human", task_id, HumanResponseEvent(response="Zoë"))
        for _ in events:
            pass
    assert task_id in {task.task_id for task in session.get_tasks()}
    client.core.sessions.delete(session.id)
    assert session not in client.core.sessions.list()
