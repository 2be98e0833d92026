"""Programs as they were written for the client of `llama-deploy`: only the imports differ."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path

import pytest

from llama_deploy_client import (
    EventDefinition,
    HumanResponseEvent,
    ReceivedEvent,
    ServiceDefinition,
    SessionDefinition,
    StatusEnum,
    TaskDefinition,
)
from llama_deploy_client.models.apiserver import Deployment, Task
from llama_deploy_client.models.core import Session
from llama_deploy_client.testing import FakeServer, InputRequiredEvent

FILE = """
name: quick_start
control-plane: {}
default-service: echo
services: {echo: {name: E, source: {type: local, name: .}, path: "m:w"}}
"""
EVENTS = [{"_data": {"prefix": "?"}}, {}]


@pytest.fixture
def server() -> FakeServer:
    """A server with an API server and a control plane."""
    server = FakeServer("0.8")

    @server.service("echo", deployment="quick_start")
    def echo(message: str) -> str:
        return message.upper()

    @server.service("ask", deployment="quick_start")
    def ask() -> Generator[InputRequiredEvent, ReceivedEvent, str]:
        reply = yield InputRequiredEvent(prefix="?")
        return str(reply.fields["response"])

    return server


async def test_the_api_server_from_async_code(server: FakeServer, tmp_path: Path) -> None:
    client = server.client(timeout=60)

    status = await client.apiserver.status()
    assert status.status == StatusEnum.HEALTHY
    assert "Active deployments:\n- quick_start" in status.status_message

    deployment = await client.apiserver.deployments.get("quick_start")
    assert isinstance(deployment, Deployment)
    assert [d.id for d in await client.apiserver.deployments.list()] == ["quick_start"]

    session = await deployment.sessions.create()
    assert isinstance(session, SessionDefinition)
    definition = TaskDefinition(
        input=json.dumps({"message": "hello"}), agent_id="echo", session_id=session.session_id
    )
    assert await deployment.tasks.run(definition) == "HELLO"

    task = await deployment.tasks.create(TaskDefinition(input="{}", agent_id="ask"))
    assert isinstance(task, Task)
    assert task.deployment_id == "quick_start"
    sent = await task.send_event(ev=HumanResponseEvent(response="42"), service_name="ask")
    assert sent.agent_id == "ask"
    assert [event async for event in task.events()] == EVENTS
    results = await task.results()
    assert results is not None
    assert results.result == "42"
    assert task.id in [t.id for t in await deployment.tasks.list()]
    assert session.session_id in [s.session_id for s in await deployment.sessions.list()]
    await deployment.sessions.delete(session.session_id)

    (tmp_path / "deployment.yml").write_text(FILE)
    with (tmp_path / "deployment.yml").open() as f:
        assert await client.apiserver.deployments.create(f, reload=True) == deployment
        f.seek(0)
        assert await client.apiserver.deployments.create(f, "/dir", True) == deployment


async def test_the_control_plane_from_async_code(server: FakeServer) -> None:
    client = server.client(timeout=60, poll_interval=0)

    session = await client.core.sessions.create()
    assert isinstance(session, Session)
    assert await session.run("echo", message="hello") == "HELLO"
    task_id = await session.run_nowait("ask")
    reply = HumanResponseEvent(response="42")
    await session.send_event(ev=reply, service_name="ask", task_id=task_id)
    stream = session.get_task_result_stream(task_id)
    assert [event async for event in stream] == EVENTS
    result = await session.get_task_result(task_id)
    assert result is not None
    assert result.result == "42"
    task = TaskDefinition(input="{}", agent_id="ask")
    assert await session.create_task(task) == task.task_id
    event = EventDefinition(agent_id="ask", event_obj_str=reply.to_json())
    await session.send_event_def(task_id=task.task_id, ev_def=event)
    assert [task.agent_id for task in await session.get_tasks()] == ["echo", "ask", "ask"]

    assert session.id in [s.id for s in await client.core.sessions.list()]
    assert await client.core.sessions.get_or_create(session.id) == session
    await client.core.sessions.delete(session.id)

    services = client.core.services
    service = await services.register(ServiceDefinition(service_name="more", description=""))
    assert services.items == {"more": service}
    assert service in await services.list()
    await services.deregister("more")


def test_both_from_blocking_code(server: FakeServer) -> None:
    client = server.client(timeout=60, poll_interval=0)

    assert client.sync.apiserver.status().status == StatusEnum.HEALTHY
    deployment = client.sync.apiserver.deployments.get("quick_start")
    assert isinstance(deployment, Deployment)
    task = deployment.tasks.create(TaskDefinition(input='{"message": "hello"}'))
    assert list(task.events()) == [{}]
    assert deployment.tasks.run(TaskDefinition(input='{"message": "hello"}')) == "HELLO"

    session = client.sync.core.sessions.create()
    assert isinstance(session, Session)
    assert session.run("echo", message="hello") == "HELLO"
