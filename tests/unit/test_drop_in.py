"""Programs as they were written for the client of `llama-deploy`: only the imports differ."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
import respx

from llama_deploy_client import (
    Client,
    EventDefinition,
    HumanResponseEvent,
    ServiceDefinition,
    SessionDefinition,
    StatusEnum,
    TaskDefinition,
    TaskResult,
)
from llama_deploy_client.models.apiserver import Deployment, Task
from llama_deploy_client.models.core import Session

API_SERVER = "http://localhost:4501"
CONTROL_PLANE = "http://localhost:8000"
IDS = {"task_id": "t", "session_id": "s"}
RESULT = {"task_id": "t", "history": [], "result": "HELLO", "data": {}}


@pytest.fixture
def api_server(wire: respx.MockRouter) -> respx.MockRouter:
    of_task = f"{API_SERVER}/deployments/quick_start/tasks/t"
    healthy = {"status": "Healthy", "status_message": "", "deployments": ["quick_start"]}
    wire.get(f"{API_SERVER}/status/").respond(json=healthy)
    wire.get(f"{API_SERVER}/deployments/").respond(json=[{"name": "quick_start"}])
    wire.get(f"{API_SERVER}/deployments/quick_start").respond(json={"name": "quick_start"})
    wire.post(f"{API_SERVER}/deployments/create").respond(json={"name": "quick_start"})
    wire.post(f"{API_SERVER}/deployments/quick_start/tasks/run").respond(json="HELLO")
    wire.post(f"{API_SERVER}/deployments/quick_start/tasks/create").respond(json=IDS)
    wire.get(f"{API_SERVER}/deployments/quick_start/tasks").respond(json=[IDS])
    wire.get(f"{of_task}/results").respond(json=RESULT)
    wire.get(f"{of_task}/events").respond(text='{"progress": 0.5}\n{}\n')
    wire.post(f"{of_task}/events").mock(
        side_effect=lambda request: httpx.Response(200, content=request.content)
    )
    sessions = f"{API_SERVER}/deployments/quick_start/sessions"
    wire.get(sessions).respond(json=[{"session_id": "s"}])
    wire.post(f"{sessions}/create").respond(json={"session_id": "s"})
    wire.post(f"{sessions}/delete").respond(text="null")
    return wire


@pytest.fixture
def control_plane(wire: respx.MockRouter) -> respx.MockRouter:
    wire.get(f"{CONTROL_PLANE}/sessions").respond(json={"s": {"session_id": "s"}})
    wire.post(f"{CONTROL_PLANE}/sessions/create").respond(json="s")
    wire.get(f"{CONTROL_PLANE}/sessions/s").respond(json={"session_id": "s"})
    wire.post(f"{CONTROL_PLANE}/sessions/s/delete").respond(text="null")
    tasks = f"{CONTROL_PLANE}/sessions/s/tasks"
    wire.post(tasks).respond(json="t")
    wire.get(tasks).respond(json=[{"input": "{}", "task_id": "t", "agent_id": "echo"}])
    wire.get(f"{tasks}/t/result").respond(json=RESULT)
    wire.get(f"{tasks}/t/result_stream").respond(text='{"progress": 0.5}\n{}\n')
    wire.post(f"{tasks}/t/send_event").respond(text="null")
    wire.get(f"{CONTROL_PLANE}/services").respond(json={"echo": {}})
    wire.post(f"{CONTROL_PLANE}/services/register").respond(json={})
    wire.post(f"{CONTROL_PLANE}/services/deregister").respond(text="null")
    return wire


async def test_the_api_server_from_async_code(api_server: respx.MockRouter, tmp_path: Path) -> None:
    client = Client(timeout=10)

    status = await client.apiserver.status()
    assert status.status == StatusEnum.HEALTHY
    assert "Active deployments:\n- quick_start" in status.status_message

    (tmp_path / "deployment.yml").write_text("name: quick_start\nservices: {}\n")
    with (tmp_path / "deployment.yml").open() as f:
        deployment = await client.apiserver.deployments.create(f, reload=True)
        f.seek(0)
        assert await client.apiserver.deployments.create(f, "/dir", True) == deployment
    assert isinstance(deployment, Deployment)
    assert await client.apiserver.deployments.get("quick_start") == deployment
    assert [d.id for d in await client.apiserver.deployments.list()] == ["quick_start"]

    session = await deployment.sessions.create()
    assert isinstance(session, SessionDefinition)
    definition = TaskDefinition(
        input=json.dumps({"message": "hello"}), agent_id="echo", session_id=session.session_id
    )
    assert await deployment.tasks.run(definition) == "HELLO"

    task = await deployment.tasks.create(definition)
    assert isinstance(task, Task)
    assert (task.id, task.session_id, task.deployment_id) == ("t", "s", "quick_start")
    sent = await task.send_event(ev=HumanResponseEvent(response="42"), service_name="echo")
    assert sent.agent_id == "echo"
    assert [event async for event in task.events()] == [{"progress": 0.5}, {}]
    results = await task.results()
    assert results is not None
    assert results.result == "HELLO"
    assert [t.id for t in await deployment.tasks.list()] == ["t"]
    assert [s.session_id for s in await deployment.sessions.list()] == ["s"]
    await deployment.sessions.delete("s")


async def test_the_control_plane_from_async_code(control_plane: respx.MockRouter) -> None:
    client = Client(timeout=10, poll_interval=0)

    session = await client.core.sessions.create()
    assert isinstance(session, Session)
    assert await session.run("echo", message="hello") == "HELLO"
    task_id = await session.run_nowait("echo", message="hello")
    await session.send_event(
        ev=HumanResponseEvent(response="42"), service_name="echo", task_id=task_id
    )
    event = EventDefinition(agent_id="echo", event_obj_str="{}")
    await session.send_event_def(task_id=task_id, ev_def=event)
    stream = session.get_task_result_stream(task_id)
    assert [event async for event in stream] == [{"progress": 0.5}, {}]
    assert await session.get_task_result(task_id) == TaskResult(task_id="t", result="HELLO")
    assert await session.create_task(TaskDefinition(input="{}", agent_id="echo")) == "t"
    assert [task.agent_id for task in await session.get_tasks()] == ["echo"]

    assert [s.id for s in await client.core.sessions.list()] == ["s"]
    assert await client.core.sessions.get_or_create("s") == session
    await client.core.sessions.delete("s")

    services = client.core.services
    service = await services.register(ServiceDefinition(service_name="echo", description=""))
    assert services.items == {"echo": service}
    assert await services.list() == [service]
    await services.deregister("echo")


def test_both_from_blocking_code(
    api_server: respx.MockRouter, control_plane: respx.MockRouter
) -> None:
    client = Client(timeout=10, poll_interval=0)

    assert client.sync.apiserver.status().status == StatusEnum.HEALTHY
    deployment = client.sync.apiserver.deployments.get("quick_start")
    assert isinstance(deployment, Deployment)
    task = deployment.tasks.create(TaskDefinition(input='{"message": "hello"}'))
    for event in task.events():
        assert event in ({"progress": 0.5}, {})
    assert deployment.tasks.run(TaskDefinition(input='{"message": "hello"}')) == "HELLO"

    session = client.sync.core.sessions.create()
    assert isinstance(session, Session)
    assert session.run("echo", message="hello") == "HELLO"


async def test_handlers_of_httpx_errors(wire: respx.MockRouter) -> None:
    wire.get(f"{API_SERVER}/deployments/x").respond(404, json={"detail": "Deployment not found"})
    wire.get(f"{CONTROL_PLANE}/sessions").mock(side_effect=httpx.ConnectError("refused"))
    client = Client()
    with pytest.raises(httpx.HTTPStatusError) as caught:
        await client.apiserver.deployments.get("x")
    assert caught.value.response.status_code == 404
    assert caught.value.response.json() == {"detail": "Deployment not found"}
    with pytest.raises(httpx.ConnectError):
        await client.core.sessions.list()
