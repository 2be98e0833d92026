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
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.core import Session
from llama_deploy_client._async.services import Service
from llama_deploy_client._async.tasks import Task

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
class Server:
    name: str
    setting: str
    url: str


APISERVER = Server("API server", "api_server_url", API_SERVER)
CORE = Server("control plane", "control_plane_url", CONTROL_PLANE)


@frozen
class Row:
    """One call of a method. Unless `returns` says otherwise, it returns the response.

    The name is the method's, as an attribute of `client`, or of a `deployment`, `task`, `session`
    or `service` with the ids above. Words after a space tell two calls of one method apart.
    `wrong` is JSON that its server never sends; None if any JSON will do.
    """

    name: str
    request: str
    response: Any = None
    returns: Any = None
    wrong: Any = None
    args: tuple[Any, ...] = ()
    body: Any = None

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
    def expected(self) -> Any:
        return self.response if self.returns is None else self.returns

    @property
    def path(self) -> str:
        return self.request.split(" ")[1]

    @property
    def server(self) -> Server:
        return CORE if self.name.startswith(("core", "session", "service")) else APISERVER

    @property
    def where(self) -> str:
        """The request as errors name it."""
        return self.request.replace(" ", f" {self.server.url}")


NO_CLIENT: Any = None
"""Handles are equal by their ids, whatever their clients."""
A_DEPLOYMENT = deployment(NO_CLIENT)
A_TASK = task(NO_CLIENT)
A_SESSION = session(NO_CLIENT)
A_SERVICE = service(NO_CLIENT)

IDS = {"task_id": "t", "session_id": "s"}
TASK = TaskDefinition(input={"a": 1}, task_id="t", service_id="echo")
TASK_JSON = {"input": '{"a": 1}', "task_id": "t", "session_id": None}
TASK_JSON |= {"agent_id": "echo", "service_id": "echo"}
TASK_IN_SESSION = TaskDefinition(input="{}", **IDS)
TASK_IN_SESSION_JSON = {"input": "{}", **IDS, "agent_id": None, "service_id": None}
EVENT = HumanResponseEvent(response="42")
EVENT_DEFINITION = EventDefinition(service_id="human", event_obj_str=EVENT.to_json())
EVENT_JSON = EVENT_DEFINITION.model_dump()
RESULT = TaskResult(task_id="t", result="done")
RESULT_JSON = {"task_id": "t", "history": [], "result": "done", "data": {}}
SESSION = SessionDefinition(session_id="s", task_ids=["t"], state={"n": 1})
SESSION_JSON = {"session_id": "s", "task_ids": ["t"], "state": {"n": 1}}
SERVICE = ServiceDefinition(service_name="echo", description="Echoes")
SERVICE_JSON: dict[str, Any] = {"service_name": "echo", "description": "Echoes", "prompt": []}
SERVICE_JSON |= {"host": None, "port": None}
SETTINGS = {"running": "True", "step_interval": "0.1", "services_store_key": "services"}
SETTINGS |= {"tasks_store_key": "tasks", "session_store_key": "sessions"}
LINKS = {"swagger_docs": f"{API_SERVER}/docs", "status": f"{API_SERVER}/status"}
API_SERVER_DOCUMENT: dict[str, Any] = {"paths": {"/deployments/": {}, "/status/metrics": {}}}
CONTROL_PLANE_DOCUMENT: dict[str, Any] = {"paths": {"/services/register": {}}}
UP = "LlamaDeploy is up and running.\nActive deployments:\n- d"

STATUS_ROW = Row(
    "apiserver.status",
    "GET /status/",
    {"status": "Healthy", "max_deployments": 10, "deployments": ["d"]},
    Status(status=StatusEnum.HEALTHY, status_message=UP, max_deployments=10, deployments=["d"]),
    {"status": "Splendid", "status_message": ""},
)
METRICS_ROW = Row("apiserver.metrics", "GET /status/metrics", "up", '"up"')
ROWS = [
    Row(
        "apiserver.generation",
        "GET /openapi.json",
        API_SERVER_DOCUMENT,
        "0.7",
        CONTROL_PLANE_DOCUMENT,
    ),
    Row("apiserver.links", "GET /", LINKS, wrong={"swagger_docs": "/docs"}),
    Row(
        "apiserver.deployments.create",
        "POST /deployments/create?reload=false",
        {"name": "d"},
        A_DEPLOYMENT,
        {"name": None},
        args=("name: d\nservices: {}\n",),
    ),
    Row(
        "apiserver.deployments.get", "GET /deployments/d", {"name": "d"}, A_DEPLOYMENT, args=("d",)
    ),
    Row(
        "apiserver.deployments.list",
        "GET /deployments/",
        [{"name": "d"}, {"name": "e"}],
        [A_DEPLOYMENT, deployment(NO_CLIENT, "e")],
        {},
    ),
    Row(
        "deployment.tasks.run",
        "POST /deployments/d/tasks/run",
        {"any": ["JSON"]},
        args=(TASK,),
        body=TASK_JSON,
    ),
    Row(
        "deployment.tasks.run in a session",
        "POST /deployments/d/tasks/run?session_id=s",
        args=(TASK_IN_SESSION,),
        body=TASK_IN_SESSION_JSON,
    ),
    Row(
        "deployment.tasks.create",
        "POST /deployments/d/tasks/create",
        IDS,
        A_TASK,
        [],
        args=(TASK,),
        body=TASK_JSON,
    ),
    Row(
        "deployment.tasks.create in a session",
        "POST /deployments/d/tasks/create?session_id=s",
        IDS,
        A_TASK,
        {"task_id": 1, "session_id": "s"},
        args=(TASK_IN_SESSION,),
        body=TASK_IN_SESSION_JSON,
    ),
    Row(
        "deployment.tasks.list",
        "GET /deployments/d/tasks",
        [IDS, {"task_id": "t", "session_id": None}],
        [A_TASK, task(NO_CLIENT, None)],
        {},
    ),
    Row(
        "task.results",
        "GET /deployments/d/tasks/t/results?session_id=s",
        RESULT_JSON,
        RESULT,
        {"task_id": "t", "result": {}},
    ),
    Row("task.results not yet there", "GET /deployments/d/tasks/t/results?session_id=s", wrong=[]),
    Row(
        "task.send_event",
        "POST /deployments/d/tasks/t/events?session_id=s",
        EVENT_JSON,
        EVENT_DEFINITION,
        {},
        args=(EVENT, "human"),
        body=EVENT_JSON,
    ),
    Row(
        "deployment.sessions.create",
        "POST /deployments/d/sessions/create",
        {"session_id": "s"},
        SessionDefinition(session_id="s"),
        [],
    ),
    Row(
        "deployment.sessions.get",
        "GET /deployments/d/sessions/s",
        SESSION_JSON,
        SESSION,
        {"session_id": "s", "state": []},
        args=("s",),
    ),
    Row("deployment.sessions.list", "GET /deployments/d/sessions", [SESSION_JSON], [SESSION], {}),
    Row(
        "deployment.sessions.delete",
        "POST /deployments/d/sessions/delete?session_id=s",
        args=("s",),
    ),
    Row("core.generation", "GET /openapi.json", CONTROL_PLANE_DOCUMENT, "0.7", API_SERVER_DOCUMENT),
    Row("core.settings", "GET /", SETTINGS, wrong={"running": "True", "step_interval": "0.1"}),
    Row("core.queue_config", "GET /queue_config", {"Queue": {"port": 1}}, wrong={"Queue": 1}),
    Row("core.services.list", "GET /services", {"echo": SERVICE_JSON}, [A_SERVICE], []),
    Row("core.services.get", "GET /services/echo", SERVICE_JSON, A_SERVICE, [], args=("echo",)),
    Row(
        "core.services.register",
        "POST /services/register",
        {"step_interval": 0.1},
        A_SERVICE,
        args=(SERVICE,),
        body=SERVICE_JSON,
    ),
    Row("core.services.deregister", "POST /services/deregister?service_name=echo", args=("echo",)),
    Row(
        "service.definition",
        "GET /services/echo",
        SERVICE_JSON,
        SERVICE,
        {**SERVICE_JSON, "port": "many"},
    ),
    Row("core.sessions.list", "GET /sessions", {"s": SESSION_JSON}, [A_SESSION], []),
    Row("core.sessions.create", "POST /sessions/create", "s", A_SESSION, {"session_id": "s"}),
    Row("core.sessions.get", "GET /sessions/s", SESSION_JSON, A_SESSION, args=("s",)),
    Row("core.sessions.get_or_create", "GET /sessions/s", SESSION_JSON, A_SESSION, args=("s",)),
    Row("core.sessions.delete", "POST /sessions/s/delete", args=("s",)),
    Row(
        "session.create_task",
        "POST /sessions/s/tasks",
        "t",
        wrong={"task_id": "t"},
        args=(TASK,),
        body={**TASK_JSON, "session_id": "s"},
    ),
    Row(
        "session.get_task_result",
        "GET /sessions/s/tasks/t/result",
        RESULT_JSON,
        RESULT,
        [],
        args=("t",),
    ),
    Row(
        "session.get_task_result not yet there",
        "GET /sessions/s/tasks/t/result",
        wrong="done",
        args=("t",),
    ),
    Row(
        "session.get_tasks",
        "GET /sessions/s/tasks",
        [{"input": '{"a": 1}', "task_id": "t", "session_id": None, "agent_id": "echo"}],
        [TASK],
        [{"input": "{}", "task_id": "t", "agent_id": {}}],
    ),
    Row("session.get_current_task", "GET /sessions/s/current_task", TASK_JSON, TASK, []),
    Row("session.get_current_task of none", "GET /sessions/s/current_task", wrong={}),
    Row(
        "session.send_event",
        "POST /sessions/s/tasks/t/send_event",
        args=("human", "t", EVENT),
        body=EVENT_JSON,
    ),
    Row(
        "session.send_event_def",
        "POST /sessions/s/tasks/t/send_event",
        args=("t", EVENT_DEFINITION),
        body=EVENT_JSON,
    ),
    Row("session.get_state", "GET /sessions/s/state", {"n": 1}, wrong=[]),
    Row("session.update_state", "POST /sessions/s/state", args=({"n": 2},), body={"n": 2}),
    Row("session.definition", "GET /sessions/s", SESSION_JSON, SESSION, []),
]
ALL_ROWS = [STATUS_ROW, METRICS_ROW, *ROWS]
"""Status raises no errors, and metrics take any text."""
