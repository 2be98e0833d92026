"""The API server, of all generations."""

from __future__ import annotations

import json
from typing import Any, Protocol

from pydantic_core import to_json

from .controlplane import (
    BrokenStreamError,
    catch_up,
    has_stream,
    replay,
    run_of,
    send_to_task,
)
from .events import received
from .generations import Generation
from .reading import REQUIRED, Call
from .routes import Half, Routes
from .runs import STOP, Run
from .state import Deployment, Session, Task
from .steps import (
    Advance,
    CrashError,
    CutError,
    Response,
    StatusError,
    Steps,
    Stream,
    Text,
    Wait,
    until_ended,
)

MAX_DEPLOYMENTS = 10
METRICS = """\
# HELP apiserver_state Current state of the API server
# TYPE apiserver_state gauge
apiserver_state{apiserver_state="starting"} 0.0
apiserver_state{apiserver_state="running"} 1.0
"""


class Deployer(Protocol):
    """Creates deployments from deployment files."""

    def __call__(self, text: str, *, reload: bool) -> str:
        """Create the deployment, and return its name.

        Raises:
            ValueError: the file is invalid, or not for this server.
        """
        ...


class ApiServer(Half):
    """The API server."""

    routes = Routes()

    def __init__(
        self, generation: Generation, deployments: dict[str, Deployment], deploy: Deployer
    ) -> None:
        super().__init__(generation)
        self.deployments = deployments
        self.deploy = deploy

    def check(self, ids: dict[str, str]) -> None:
        name = ids.get("deployment_name")
        if name is not None and name not in self.deployments:
            raise StatusError(404, "Deployment not found")

    def _deployment(self, call: Call) -> Deployment:
        return self.deployments[call.ids["deployment_name"]]

    # --- The server -------------------------------------------------------------------------------

    @routes("GET", "/")
    def links(self, call: Call) -> Any:
        base = "http://localhost:4501"
        if self.generation.knows_its_address:
            base = str(call.request.url.copy_with(path="/", query=None)).rstrip("/")
        return {"swagger_docs": f"{base}/docs", "status": f"{base}/status"}

    @routes("GET", "/openapi.json")
    def document(self, call: Call) -> Any:
        return self.openapi()

    @routes("GET", "/status/")
    def status(self, call: Call) -> Any:
        health = {"status": "Healthy", "status_message": "", "max_deployments": MAX_DEPLOYMENTS}
        return health | {"deployments": list(self.deployments)}

    @routes("GET", "/status/metrics", is_on=lambda generation: generation.has_metrics)
    def metrics(self, call: Call) -> Any:
        return Text(METRICS)

    @routes("GET", "/deployments/")
    def list_deployments(self, call: Call) -> Any:
        return [{"name": name} for name in self.deployments]

    @routes("POST", "/deployments/create", body="file", reload=False, local=False, base_path=".")
    def create_deployment(self, call: Call) -> Any:
        try:
            return {"name": self.deploy(call.body, reload=call.query["reload"])}
        except ValueError:
            raise CrashError from None

    @routes("GET", "/deployments/{deployment_name}")
    def deployment(self, call: Call) -> Any:
        return {"name": self._deployment(call).name}

    # --- Sessions ---------------------------------------------------------------------------------

    @routes("GET", "/deployments/{deployment_name}/sessions")
    def list_sessions(self, call: Call) -> Any:
        return [_bare(id) for id in list(self._deployment(call).sessions)]

    @routes("POST", "/deployments/{deployment_name}/sessions/create")
    def create_session(self, call: Call) -> Any:
        return _bare(self._new_session(self._deployment(call)).id)

    def _new_session(self, deployment: Deployment) -> Session:
        if not deployment.services:
            raise CrashError
        return deployment.new_session()

    @routes("GET", "/deployments/{deployment_name}/sessions/{session_id}")
    def session(self, call: Call) -> Any:
        id = call.ids["session_id"]
        if self.generation.checks_sessions:
            _known(self._deployment(call), id)
        return _bare(id)

    @routes("POST", "/deployments/{deployment_name}/sessions/delete", session_id=REQUIRED)
    def delete_session(self, call: Call) -> None:
        id = call.query["session_id"]
        existed = self._deployment(call).delete_session(id)
        # A control plane gets the id in a path, which cannot be empty.
        if not existed and (not id or not self.generation.checks_sessions):
            raise CrashError

    # --- Tasks ------------------------------------------------------------------------------------

    @routes("GET", "/deployments/{deployment_name}/tasks")
    def list_tasks(self, call: Call) -> Any:
        deployment = self._deployment(call)
        if self.generation.keeps_tasks:
            bare = {"session_id": None, self.generation.service_field: None}
            return [task.definition(self.generation) | bare for task in deployment.tasks]
        tasks = [task for session in list(deployment.sessions.values()) for task in session.tasks]
        return [task.definition(self.generation) for task in tasks]

    @routes("POST", "/deployments/{deployment_name}/tasks/run", body="NewTask", session_id="")
    def run_task(self, call: Call) -> Response:
        deployment = self._deployment(call)
        task = self._new_task(call, must_exist=True)
        run = task.run
        assert run is not None
        yield from until_ended(run)
        if not call.query["session_id"]:
            deployment.delete_session(task.session_id or "")
        if self.generation.results_are_text:
            return run.text
        if run.failure is not None:
            raise CrashError
        try:
            return json.loads(json.dumps(run.result, allow_nan=False))
        except (
            TypeError,
            ValueError,
            RecursionError,
        ) as error:  # for example a model, a date, or NaN
            raise CrashError from error

    @routes("POST", "/deployments/{deployment_name}/tasks/create", body="NewTask", session_id="")
    def create_task(self, call: Call) -> Response:
        task = self._new_task(call, must_exist=self.generation.checks_tasks)
        self._deployment(call).tasks.append(task)
        if task.run:
            yield Advance(task.run, far=False)
        definition = task.definition(self.generation)
        field = self.generation.service_field
        if self.generation.takes_first_service and getattr(call.body, field) is None:
            definition[field] = None
        return definition

    def _new_task(self, call: Call, *, must_exist: bool) -> Task:
        """Make a task; without a run if the service is unknown and need not exist."""
        deployment = self._deployment(call)
        service = getattr(call.body, self.generation.service_field) or self._default(deployment)
        if service not in deployment.services and must_exist:
            missing = f"Service {service!r} not found in deployment 'deployment_name'"
            raise StatusError(404, missing)
        id, input = call.query["session_id"], call.body.input
        session = _known(deployment, id) if id else None
        if self.generation.checks_tasks and not input:
            input = "{}"
        reserved = self.generation.taken_names(in_session=session is not None)
        if not _is_object(input) or reserved & json.loads(input).keys():
            raise CrashError
        session = session or self._new_session(deployment)
        run = deployment.run(service, input)
        return session.add(Task(call.body.input, service, session.id, run))

    def _default(self, deployment: Deployment) -> str:
        if deployment.default is not None:
            return deployment.default
        if not self.generation.takes_first_service:
            raise StatusError(400, "Service is None and deployment has no default service")
        if not deployment.services:
            raise CrashError
        return next(iter(deployment.services))

    # --- A task -----------------------------------------------------------------------------------

    def _session(self, call: Call) -> Session:
        """Return the session that the query names."""
        return _known(self._deployment(call), call.query["session_id"])

    def _created(self, call: Call) -> Task:
        """Return the task, whatever its session."""
        for task in self._deployment(call).tasks:
            if task.id == call.ids["task_id"]:
                return task
        raise CrashError

    @routes("GET", "/deployments/{deployment_name}/tasks/{task_id}/results", session_id=REQUIRED)
    def results(self, call: Call) -> Response:
        if not self.generation.results_wait:
            session, id = self._session(call), call.ids["task_id"]
            yield from catch_up(session, id)
            return session.state().get(f"result_{id}")
        task = self._created(call)
        assert task.run is not None
        yield from until_ended(task.run)
        if task.run.failure is not None or not isinstance(task.run.result, str):
            raise CrashError
        return task.result(task.run.result)

    @routes(
        "GET",
        "/deployments/{deployment_name}/tasks/{task_id}/events",
        session_id=REQUIRED,
        raw_event=False,
    )
    def events(self, call: Call) -> Stream:
        if self.generation.events_once:
            run = self._created(call).run
            assert run is not None
            return Stream(lambda: _send_once(run, with_class=call.query["raw_event"]))
        session, id = self._session(call), call.ids["task_id"]
        return Stream(lambda: _replay(session, id))

    @routes(
        "POST",
        "/deployments/{deployment_name}/tasks/{task_id}/events",
        session_id=REQUIRED,
        body="EventDefinition",
    )
    def send_event(self, call: Call) -> Any:
        session, text = self._session(call), call.body.event_obj_str
        if self.generation.checks_tasks:
            try:
                event = received(text)
            except ValueError:
                raise CrashError from None
            run = session.newest_run()
            if run:
                run.send(event)
        else:
            send_to_task(session, call.ids["task_id"], text)
        return call.body.model_dump()


def _bare(id: str) -> dict[str, Any]:
    """Return a SessionDefinition in the form of the API server."""
    return {"session_id": id, "task_ids": [], "state": {}}


def _known(deployment: Deployment, id: str) -> Session:
    try:
        return deployment.sessions[id]
    except KeyError:
        raise CrashError from None


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _replay(session: Session, id: str) -> Steps:
    """Yield the events of a task from the first one on; for an unknown task, wait for ever."""
    yield from catch_up(session, id, far=False)
    run = run_of(session, id)
    while not has_stream(session, id):
        yield Wait(run, run.changes.count if run else 0)
    try:
        yield from replay(session, id)
    except BrokenStreamError:
        raise CutError from None


def _send_once(run: Run, *, with_class: bool) -> Steps:
    """Yield the events that no reader has received yet.

    The stream is cut after a failure, or if all events were sent before. A reader waits for ever if
    another one received the stop event.
    """
    if run.ended and run.sent == len(run.events):
        raise CutError
    while True:
        count = run.changes.count
        while run.sent < len(run.events):
            event = run.events[run.sent]
            run.sent += 1
            yield (event.encode() if with_class else to_json(json.loads(event)["value"])) + b"\n"
            if event is STOP:
                if run.failure is not None:
                    raise CutError
                return
        yield Wait() if run.ended else Wait(run, count)
