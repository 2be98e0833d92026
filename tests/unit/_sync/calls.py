# Made by `make generate` from tests/unit/_async/calls.py: do not edit.
"""Every method that sends one request: what it sends, and what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
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


def deployment(client: Any, id: str = "d") -> Deployment:
    return Deployment(client=client, id=id)


def task(
    client: Any, session_id: str | None = "s", *, id: str = "t", deployment_id: str = "d"
) -> Task:
    return Task(client=client, deployment_id=deployment_id, id=id, session_id=session_id)


def session(client: Any, id: str = "s") -> Session:
    return Session(client=client, id=id)


def service(client: Any, id: str = "echo") -> Service:
    return Service(client=client, id=id)


def sent(request: Request) -> str:
    return f"{request.method} {request.url.raw_path.decode()}"


@frozen
class Row:
    """One call of a method. `wrong` is JSON that its server never sends; None if any JSON will do.

    The name is the method's, as an attribute of `client`, or of a `deployment`, `task`, `session`
    or `service` with the ids above. Words after a space tell two calls of one method apart.
    """

    name: str
    request: str
    args: tuple[Any, ...] = ()
    body: Any = None
    response: Any = None
    returns: Any = None
    wrong: Any = None

    def call(self, client: Any, ids: Mapping[str, str] = {}, **options: Any) -> Any:
        """Call the method, with other ids in place of those in `ids`."""
        d, t, s, echo = (ids.get(id, id) for id in ("d", "t", "s", "echo"))
        start, _, method = self.name.split(" ")[0].partition(".")
        handle = {
            "apiserver": client.apiserver,
            "core": client.core,
            "deployment": deployment(client, d),
            "task": task(client, s, id=t, deployment_id=d),
            "session": session(client, s),
            "service": service(client, echo),
        }[start]
        args = [ids.get(arg, arg) if isinstance(arg, str) else arg for arg in self.args]
        return attrgetter(method)(handle)(*args, **options)

    @property
    def path(self) -> str:
        return self.request.split(" ")[1]

    @property
    def is_core(self) -> bool:
        return self.name.startswith(("core", "session", "service"))

    @property
    def server(self) -> str:
        return "control plane" if self.is_core else "API server"

    @property
    def setting(self) -> str:
        return "control_plane_url" if self.is_core else "api_server_url"

    @property
    def url(self) -> str:
        return (CONTROL_PLANE if self.is_core else API_SERVER) + self.path


NO_CLIENT: Any = None
"""Handles are equal by their ids, whatever their clients."""
DEPLOYMENT = deployment(NO_CLIENT)

TASK = TaskDefinition(input={"a": 1}, task_id="t", service_id="echo")
TASK_IN_SESSION = TaskDefinition(input="{}", task_id="t", session_id="s")
NO_SERVICE = {"agent_id": None, "service_id": None}
TASK_BODY = {
    "input": '{"a": 1}',
    "task_id": "t",
    "session_id": None,
    "agent_id": "echo",
    "service_id": "echo",
}
TASK_IN_SESSION_BODY = {"input": "{}", "task_id": "t", "session_id": "s", **NO_SERVICE}
IDS_JSON = {"task_id": "t", "session_id": "s"}
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
LINKS = {"swagger_docs": f"{API_SERVER}/docs", "status": f"{API_SERVER}/status"}
CONTROL_PLANE_SETTINGS = {
    "running": "True",
    "step_interval": "0.1",
    "services_store_key": "services",
    "tasks_store_key": "tasks",
    "session_store_key": "sessions",
}
QUEUE = {"SimpleMessageQueueConfig": {"port": 8001}}
UP = "LlamaDeploy is up and running.\nActive deployments:\n- d"
STATUS_ROW = Row(
    "apiserver.status",
    "GET /status/",
    response={"status": "Healthy", "max_deployments": 10, "deployments": ["d"]},
    returns=Status(
        status=StatusEnum.HEALTHY, status_message=UP, max_deployments=10, deployments=["d"]
    ),
    wrong={"status": "Splendid", "status_message": ""},
)
METRICS_ROW = Row("apiserver.metrics", "GET /status/metrics", response="up", returns='"up"')

API_SERVER_DOCUMENT: dict[str, Any] = {"paths": {"/deployments/": {}, "/status/metrics": {}}}
CONTROL_PLANE_DOCUMENT: dict[str, Any] = {"paths": {"/services/register": {}}}

ROWS = [
    Row(
        "apiserver.generation",
        "GET /openapi.json",
        response=API_SERVER_DOCUMENT,
        returns="0.7",
        wrong=CONTROL_PLANE_DOCUMENT,
    ),
    Row("apiserver.links", "GET /", response=LINKS, returns=LINKS, wrong={"swagger_docs": "/docs"}),
    Row(
        "apiserver.deployments.create",
        "POST /deployments/create?reload=false",
        ("name: d\nservices: {}\n",),
        response={"name": "d"},
        returns=DEPLOYMENT,
        wrong={"name": None},
    ),
    Row(
        "apiserver.deployments.get",
        "GET /deployments/d",
        ("d",),
        response={"name": "d"},
        returns=DEPLOYMENT,
    ),
    Row(
        "apiserver.deployments.list",
        "GET /deployments/",
        response=[{"name": "d"}, {"name": "e"}],
        returns=[DEPLOYMENT, deployment(NO_CLIENT, "e")],
        wrong={},
    ),
    Row(
        "deployment.tasks.run",
        "POST /deployments/d/tasks/run",
        (TASK,),
        TASK_BODY,
        {"any": ["JSON"]},
        {"any": ["JSON"]},
    ),
    Row(
        "deployment.tasks.run in a session",
        "POST /deployments/d/tasks/run?session_id=s",
        (TASK_IN_SESSION,),
        TASK_IN_SESSION_BODY,
    ),
    Row(
        "deployment.tasks.create",
        "POST /deployments/d/tasks/create",
        (TASK,),
        TASK_BODY,
        IDS_JSON,
        task(NO_CLIENT),
        wrong=[],
    ),
    Row(
        "deployment.tasks.create in a session",
        "POST /deployments/d/tasks/create?session_id=s",
        (TASK_IN_SESSION,),
        TASK_IN_SESSION_BODY,
        IDS_JSON,
        task(NO_CLIENT),
        wrong={"task_id": 1, "session_id": "s"},
    ),
    Row(
        "deployment.tasks.list",
        "GET /deployments/d/tasks",
        response=[IDS_JSON, {"task_id": "t", "session_id": None}],
        returns=[task(NO_CLIENT), task(NO_CLIENT, None)],
        wrong={},
    ),
    Row(
        "task.results",
        "GET /deployments/d/tasks/t/results?session_id=s",
        response=RESULT_JSON,
        returns=RESULT,
        wrong={"task_id": "t", "result": {}},
    ),
    Row("task.results not yet there", "GET /deployments/d/tasks/t/results?session_id=s", wrong=[]),
    Row(
        "task.send_event",
        "POST /deployments/d/tasks/t/events?session_id=s",
        (EVENT, "human"),
        EVENT_BODY,
        EVENT_BODY,
        EVENT_DEFINITION,
        wrong={},
    ),
    Row(
        "deployment.sessions.create",
        "POST /deployments/d/sessions/create",
        response={"session_id": "s"},
        returns=SessionDefinition(session_id="s"),
        wrong=[],
    ),
    Row(
        "deployment.sessions.get",
        "GET /deployments/d/sessions/s",
        ("s",),
        response=SESSION_JSON,
        returns=SESSION,
        wrong={"session_id": "s", "state": []},
    ),
    Row(
        "deployment.sessions.list",
        "GET /deployments/d/sessions",
        response=[SESSION_JSON],
        returns=[SESSION],
        wrong={},
    ),
    Row("deployment.sessions.delete", "POST /deployments/d/sessions/delete?session_id=s", ("s",)),
    Row(
        "core.generation",
        "GET /openapi.json",
        response=CONTROL_PLANE_DOCUMENT,
        returns="0.7",
        wrong=API_SERVER_DOCUMENT,
    ),
    Row(
        "core.settings",
        "GET /",
        response=CONTROL_PLANE_SETTINGS,
        returns=CONTROL_PLANE_SETTINGS,
        wrong={"running": "True", "step_interval": "0.1"},
    ),
    Row(
        "core.queue_config",
        "GET /queue_config",
        response=QUEUE,
        returns=QUEUE,
        wrong={"SimpleMessageQueueConfig": 8001},
    ),
    Row(
        "core.services.list",
        "GET /services",
        response={"echo": SERVICE_JSON},
        returns=[service(NO_CLIENT)],
        wrong=[],
    ),
    Row(
        "core.services.get",
        "GET /services/echo",
        ("echo",),
        response=SERVICE_JSON,
        returns=service(NO_CLIENT),
        wrong=[],
    ),
    Row(
        "core.services.register",
        "POST /services/register",
        (SERVICE,),
        SERVICE_JSON,
        {"step_interval": 0.1},
        service(NO_CLIENT),
    ),
    Row("core.services.deregister", "POST /services/deregister?service_name=echo", ("echo",)),
    Row(
        "service.definition",
        "GET /services/echo",
        response=SERVICE_JSON,
        returns=SERVICE,
        wrong={**SERVICE_JSON, "port": "many"},
    ),
    Row(
        "core.sessions.list",
        "GET /sessions",
        response={"s": SESSION_JSON},
        returns=[session(NO_CLIENT)],
        wrong=[],
    ),
    Row(
        "core.sessions.create",
        "POST /sessions/create",
        response="s",
        returns=session(NO_CLIENT),
        wrong={"session_id": "s"},
    ),
    Row(
        "core.sessions.get",
        "GET /sessions/s",
        ("s",),
        response=SESSION_JSON,
        returns=session(NO_CLIENT),
    ),
    Row(
        "core.sessions.get_or_create",
        "GET /sessions/s",
        ("s",),
        response=SESSION_JSON,
        returns=session(NO_CLIENT),
    ),
    Row("core.sessions.delete", "POST /sessions/s/delete", ("s",)),
    Row(
        "session.create_task",
        "POST /sessions/s/tasks",
        (TASK,),
        {**TASK_BODY, "session_id": "s"},
        "t",
        "t",
        wrong={"task_id": "t"},
    ),
    Row(
        "session.get_task_result",
        "GET /sessions/s/tasks/t/result",
        ("t",),
        response=RESULT_JSON,
        returns=RESULT,
        wrong=[],
    ),
    Row(
        "session.get_task_result not yet there",
        "GET /sessions/s/tasks/t/result",
        ("t",),
        wrong="done",
    ),
    Row(
        "session.get_tasks",
        "GET /sessions/s/tasks",
        response=[{"input": '{"a": 1}', "task_id": "t", "session_id": None, "agent_id": "echo"}],
        returns=[TASK],
        wrong=[{"input": "{}", "task_id": "t", "agent_id": {}}],
    ),
    Row(
        "session.get_current_task",
        "GET /sessions/s/current_task",
        response=TASK_BODY,
        returns=TASK,
        wrong=[],
    ),
    Row("session.get_current_task of none", "GET /sessions/s/current_task", wrong={}),
    Row(
        "session.send_event",
        "POST /sessions/s/tasks/t/send_event",
        ("human", "t", EVENT),
        EVENT_BODY,
    ),
    Row(
        "session.send_event_def",
        "POST /sessions/s/tasks/t/send_event",
        ("t", EVENT_DEFINITION),
        EVENT_BODY,
    ),
    Row(
        "session.get_state", "GET /sessions/s/state", response={"n": 1}, returns={"n": 1}, wrong=[]
    ),
    Row("session.update_state", "POST /sessions/s/state", ({"n": 2},), {"n": 2}),
    Row("session.definition", "GET /sessions/s", response=SESSION_JSON, returns=SESSION, wrong=[]),
]

ALL_ROWS = [STATUS_ROW, METRICS_ROW, *ROWS]
"""Status raises no errors, and metrics take any text."""
