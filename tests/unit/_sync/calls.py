# Made by `make generate` from tests/unit/_async/calls.py: do not edit.
"""Every method that sends one request: what it sends, and what it returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen
from httpx import Request

from llama_deploy_client import (
    EventDefinition,
    HumanResponseEvent,
    ServiceDefinition,
    SessionDefinition,
    Status,
    StatusEnum,
    TaskDefinition,
    TaskResult,
)
from llama_deploy_client._sync.apiserver import Deployment
from llama_deploy_client._sync.core import Session
from llama_deploy_client._sync.services import Service
from llama_deploy_client._sync.tasks import Task

API_SERVER = "http://localhost:4501"
CONTROL_PLANE = "http://localhost:8000"


@frozen
class Row:
    """One method. `wrong` is JSON that its server never answers; None where all JSON will do."""

    name: str
    call: Callable[..., Any]
    request: str
    body: Any
    answer: Any
    returns: Any
    wrong: Any = None

    @property
    def path(self) -> str:
        return self.request.split(" ")[1]

    @property
    def server(self) -> str:
        return "control plane" if self.name.startswith("core") else "API server"

    @property
    def setting(self) -> str:
        return "control_plane_url" if self.name.startswith("core") else "api_server_url"

    @property
    def url(self) -> str:
        base = CONTROL_PLANE if self.name.startswith("core") else API_SERVER
        return base + self.path


def sent(request: Request) -> str:
    return f"{request.method} {request.url.raw_path.decode()}"


NO_CLIENT: Any = None
"""Handles are equal by their ids, whatever their clients."""


def deployment(client: Any) -> Deployment:
    return Deployment(client=client, id="d")


def task(client: Any, session_id: str | None = "s") -> Task:
    return Task(client=client, deployment_id="d", id="t", session_id=session_id)


def session(client: Any) -> Session:
    return Session(client=client, id="s")


TASK = TaskDefinition(input={"a": 1}, task_id="t", service_id="echo")
TASK_IN_SESSION = TaskDefinition(input="{}", task_id="t", session_id="s")
TASK_BODY = {
    "input": '{"a": 1}',
    "task_id": "t",
    "session_id": None,
    "agent_id": "echo",
    "service_id": "echo",
}
TASK_IN_SESSION_BODY = {
    "input": "{}",
    "task_id": "t",
    "session_id": "s",
    "agent_id": None,
    "service_id": None,
}
EVENT = HumanResponseEvent(response="42")
EVENT_DEFINITION = EventDefinition(service_id="human", event_obj_str=EVENT.to_json())
EVENT_BODY = EVENT_DEFINITION.model_dump()
RESULT = TaskResult(task_id="t", result="done")
RESULT_JSON = {"task_id": "t", "history": [], "result": "done", "data": {}}
SESSION = SessionDefinition(session_id="s", task_ids=["t"], state={"n": 1})
SESSION_JSON = {"session_id": "s", "task_ids": ["t"], "state": {"n": 1}}
SERVICE = ServiceDefinition(service_name="echo", description="Echoes")
SERVICE_JSON: dict[str, Any] = {
    "service_name": "echo",
    "description": "Echoes",
    "prompt": [],
    "host": None,
    "port": None,
}
LINKS = {
    "swagger_docs": "http://localhost:4501/docs",
    "status": "http://localhost:4501/status",
}
CONTROL_PLANE_SETTINGS = {
    "running": "True",
    "step_interval": "0.1",
    "services_store_key": "services",
    "tasks_store_key": "tasks",
    "session_store_key": "sessions",
}
UP = "LlamaDeploy is up and running.\nActive deployments:\n- d"
STATUS_ROW = Row(
    "apiserver.status",
    lambda c, **o: c.apiserver.status(**o),
    "GET /status/",
    None,
    {"status": "Healthy", "status_message": "", "max_deployments": 10, "deployments": ["d"]},
    Status(status=StatusEnum.HEALTHY, status_message=UP, max_deployments=10, deployments=["d"]),
    {"status": "Splendid", "status_message": ""},
)

API_SERVER_DOCUMENT: dict[str, Any] = {"paths": {"/deployments/": {}, "/status/metrics": {}}}
CONTROL_PLANE_DOCUMENT: dict[str, Any] = {"paths": {"/services/register": {}}}

API_SERVER_ROWS = [
    Row(
        "apiserver.generation",
        lambda c, **o: c.apiserver.generation(**o),
        "GET /openapi.json",
        None,
        API_SERVER_DOCUMENT,
        "0.7",
        CONTROL_PLANE_DOCUMENT,
    ),
    Row(
        "apiserver.links",
        lambda c, **o: c.apiserver.links(**o),
        "GET /",
        None,
        LINKS,
        LINKS,
        {"swagger_docs": "http://localhost:4501/docs"},
    ),
    Row(
        "apiserver.deployments.create",
        lambda c, **o: c.apiserver.deployments.create("name: d\nservices: {}\n", **o),
        "POST /deployments/create?reload=false",
        None,
        {"name": "d"},
        deployment(NO_CLIENT),
        {"name": None},
    ),
    Row(
        "apiserver.deployments.get",
        lambda c, **o: c.apiserver.deployments.get("d", **o),
        "GET /deployments/d",
        None,
        {"name": "d"},
        deployment(NO_CLIENT),
    ),
    Row(
        "apiserver.deployments.list",
        lambda c, **o: c.apiserver.deployments.list(**o),
        "GET /deployments/",
        None,
        [{"name": "d"}, {"name": "e"}],
        [deployment(NO_CLIENT), Deployment(client=NO_CLIENT, id="e")],
        {},
    ),
    Row(
        "apiserver.tasks.run",
        lambda c, **o: deployment(c).tasks.run(TASK, **o),
        "POST /deployments/d/tasks/run",
        TASK_BODY,
        {"any": ["JSON"]},
        {"any": ["JSON"]},
    ),
    Row(
        "apiserver.tasks.run in a session",
        lambda c, **o: deployment(c).tasks.run(TASK_IN_SESSION, **o),
        "POST /deployments/d/tasks/run?session_id=s",
        TASK_IN_SESSION_BODY,
        None,
        None,
    ),
    Row(
        "apiserver.tasks.create",
        lambda c, **o: deployment(c).tasks.create(TASK, **o),
        "POST /deployments/d/tasks/create",
        TASK_BODY,
        {"task_id": "t", "session_id": "s"},
        task(NO_CLIENT),
        [],
    ),
    Row(
        "apiserver.tasks.create in a session",
        lambda c, **o: deployment(c).tasks.create(TASK_IN_SESSION, **o),
        "POST /deployments/d/tasks/create?session_id=s",
        TASK_IN_SESSION_BODY,
        {"task_id": "t", "session_id": "s"},
        task(NO_CLIENT),
        {"task_id": 1, "session_id": "s"},
    ),
    Row(
        "apiserver.tasks.list",
        lambda c, **o: deployment(c).tasks.list(**o),
        "GET /deployments/d/tasks",
        None,
        [{"task_id": "t", "session_id": "s"}, {"task_id": "t", "session_id": None}],
        [task(NO_CLIENT), task(NO_CLIENT, None)],
        {},
    ),
    Row(
        "apiserver.task.results",
        lambda c, **o: task(c).results(**o),
        "GET /deployments/d/tasks/t/results?session_id=s",
        None,
        RESULT_JSON,
        RESULT,
        {"task_id": "t", "result": {}},
    ),
    Row(
        "apiserver.task.results not yet there",
        lambda c, **o: task(c).results(**o),
        "GET /deployments/d/tasks/t/results?session_id=s",
        None,
        None,
        None,
        [],
    ),
    Row(
        "apiserver.task.send_event",
        lambda c, **o: task(c).send_event(EVENT, "human", **o),
        "POST /deployments/d/tasks/t/events?session_id=s",
        EVENT_BODY,
        EVENT_BODY,
        EVENT_DEFINITION,
        {},
    ),
    Row(
        "apiserver.sessions.create",
        lambda c, **o: deployment(c).sessions.create(**o),
        "POST /deployments/d/sessions/create",
        None,
        {"session_id": "s"},
        SessionDefinition(session_id="s"),
        [],
    ),
    Row(
        "apiserver.sessions.get",
        lambda c, **o: deployment(c).sessions.get("s", **o),
        "GET /deployments/d/sessions/s",
        None,
        SESSION_JSON,
        SESSION,
        {"session_id": "s", "state": []},
    ),
    Row(
        "apiserver.sessions.list",
        lambda c, **o: deployment(c).sessions.list(**o),
        "GET /deployments/d/sessions",
        None,
        [SESSION_JSON],
        [SESSION],
        {},
    ),
    Row(
        "apiserver.sessions.delete",
        lambda c, **o: deployment(c).sessions.delete("s", **o),
        "POST /deployments/d/sessions/delete?session_id=s",
        None,
        None,
        None,
    ),
]

CORE_ROWS = [
    Row(
        "core.generation",
        lambda c, **o: c.core.generation(**o),
        "GET /openapi.json",
        None,
        CONTROL_PLANE_DOCUMENT,
        "0.7",
        API_SERVER_DOCUMENT,
    ),
    Row(
        "core.settings",
        lambda c, **o: c.core.settings(**o),
        "GET /",
        None,
        CONTROL_PLANE_SETTINGS,
        CONTROL_PLANE_SETTINGS,
        {"running": "True", "step_interval": "0.1"},
    ),
    Row(
        "core.queue_config",
        lambda c, **o: c.core.queue_config(**o),
        "GET /queue_config",
        None,
        {"SimpleMessageQueueConfig": {"port": 8001}},
        {"SimpleMessageQueueConfig": {"port": 8001}},
        {"SimpleMessageQueueConfig": 8001},
    ),
    Row(
        "core.services.list",
        lambda c, **o: c.core.services.list(**o),
        "GET /services",
        None,
        {"echo": SERVICE_JSON},
        [Service(client=NO_CLIENT, id="echo")],
        [],
    ),
    Row(
        "core.services.get",
        lambda c, **o: c.core.services.get("echo", **o),
        "GET /services/echo",
        None,
        SERVICE_JSON,
        Service(client=NO_CLIENT, id="echo"),
        [],
    ),
    Row(
        "core.services.register",
        lambda c, **o: c.core.services.register(SERVICE, **o),
        "POST /services/register",
        SERVICE_JSON,
        {"step_interval": 0.1},
        Service(client=NO_CLIENT, id="echo"),
    ),
    Row(
        "core.services.deregister",
        lambda c, **o: c.core.services.deregister("echo", **o),
        "POST /services/deregister?service_name=echo",
        None,
        None,
        None,
    ),
    Row(
        "core.service.definition",
        lambda c, **o: Service(client=c, id="echo").definition(**o),
        "GET /services/echo",
        None,
        SERVICE_JSON,
        SERVICE,
        {**SERVICE_JSON, "port": "many"},
    ),
    Row(
        "core.sessions.list",
        lambda c, **o: c.core.sessions.list(**o),
        "GET /sessions",
        None,
        {"s": SESSION_JSON},
        [session(NO_CLIENT)],
        [],
    ),
    Row(
        "core.sessions.create",
        lambda c, **o: c.core.sessions.create(**o),
        "POST /sessions/create",
        None,
        "s",
        session(NO_CLIENT),
        {"session_id": "s"},
    ),
    Row(
        "core.sessions.get",
        lambda c, **o: c.core.sessions.get("s", **o),
        "GET /sessions/s",
        None,
        SESSION_JSON,
        session(NO_CLIENT),
    ),
    Row(
        "core.sessions.get_or_create",
        lambda c, **o: c.core.sessions.get_or_create("s", **o),
        "GET /sessions/s",
        None,
        SESSION_JSON,
        session(NO_CLIENT),
    ),
    Row(
        "core.sessions.delete",
        lambda c, **o: c.core.sessions.delete("s", **o),
        "POST /sessions/s/delete",
        None,
        None,
        None,
    ),
    Row(
        "core.session.create_task",
        lambda c, **o: session(c).create_task(TASK, **o),
        "POST /sessions/s/tasks",
        {**TASK_BODY, "session_id": "s"},
        "t",
        "t",
        {"task_id": "t"},
    ),
    Row(
        "core.session.get_task_result",
        lambda c, **o: session(c).get_task_result("t", **o),
        "GET /sessions/s/tasks/t/result",
        None,
        RESULT_JSON,
        RESULT,
        [],
    ),
    Row(
        "core.session.get_task_result not yet there",
        lambda c, **o: session(c).get_task_result("t", **o),
        "GET /sessions/s/tasks/t/result",
        None,
        None,
        None,
        "done",
    ),
    Row(
        "core.session.get_tasks",
        lambda c, **o: session(c).get_tasks(**o),
        "GET /sessions/s/tasks",
        None,
        [{"input": '{"a": 1}', "task_id": "t", "session_id": None, "agent_id": "echo"}],
        [TASK],
        [{"input": "{}", "task_id": "t", "agent_id": {}}],
    ),
    Row(
        "core.session.get_current_task",
        lambda c, **o: session(c).get_current_task(**o),
        "GET /sessions/s/current_task",
        None,
        TASK_BODY,
        TASK,
        [],
    ),
    Row(
        "core.session.get_current_task of none",
        lambda c, **o: session(c).get_current_task(**o),
        "GET /sessions/s/current_task",
        None,
        None,
        None,
        {},
    ),
    Row(
        "core.session.send_event",
        lambda c, **o: session(c).send_event("human", "t", EVENT, **o),
        "POST /sessions/s/tasks/t/send_event",
        EVENT_BODY,
        None,
        None,
    ),
    Row(
        "core.session.send_event_def",
        lambda c, **o: session(c).send_event_def("t", EVENT_DEFINITION, **o),
        "POST /sessions/s/tasks/t/send_event",
        EVENT_BODY,
        None,
        None,
    ),
    Row(
        "core.session.get_state",
        lambda c, **o: session(c).get_state(**o),
        "GET /sessions/s/state",
        None,
        {"n": 1},
        {"n": 1},
        [],
    ),
    Row(
        "core.session.update_state",
        lambda c, **o: session(c).update_state({"n": 2}, **o),
        "POST /sessions/s/state",
        {"n": 2},
        None,
        None,
    ),
    Row(
        "core.session.definition",
        lambda c, **o: session(c).definition(**o),
        "GET /sessions/s",
        None,
        SESSION_JSON,
        SESSION,
        [],
    ),
]

ROWS = [*API_SERVER_ROWS, *CORE_ROWS]
