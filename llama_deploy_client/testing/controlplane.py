"""The control plane that servers before 0.9 start for each deployment."""

from __future__ import annotations

from typing import Any

import httpx
from pydantic_core import to_json

from .events import received
from .generations import Generation
from .reading import REQUIRED, Call
from .routes import Half, Routes
from .runs import Run
from .state import Deployment, Session, Task
from .steps import Advance, CrashError, Response, StatusError, Steps, Stream, Wait

SETTINGS = {
    "services_store_key": "services",
    "tasks_store_key": "tasks",
    "session_store_key": "sessions",
}


class BrokenStreamError(Exception):
    """The server fails while it streams."""


class ControlPlane(Half):
    """The control plane of one deployment."""

    routes = Routes()

    def __init__(self, generation: Generation, deployment: Deployment) -> None:
        super().__init__(generation)
        self.deployment = deployment

    @routes("GET", "/")
    def root(self, call: Call) -> Any:
        return {"running": "True", "step_interval": "0.1"} | SETTINGS

    @routes("GET", "/openapi.json")
    def document(self, call: Call) -> Any:
        return self.openapi()

    @routes("GET", "/queue_config")
    def queue_config(self, call: Call) -> Any:
        settings = {"host": "127.0.0.1", "port": self.deployment.queue_port, "client_kwargs": {}}
        return {
            "SimpleMessageQueueConfig": settings | {"raise_exceptions": False, "use_ssl": False}
        }

    # --- Services ---------------------------------------------------------------------------------

    @routes("GET", "/services")
    def list_services(self, call: Call) -> Any:
        return self.deployment.registry

    @routes("GET", "/services/{service_name}")
    def service(self, call: Call) -> Any:
        try:
            return self.deployment.registry[call.ids["service_name"]]
        except KeyError:
            raise StatusError(404, "Service not found") from None

    @routes("POST", "/services/register", body="ServiceRegistration")
    def register(self, call: Call) -> Any:
        self.deployment.registry[call.body.service_name] = call.body.model_dump()
        url = httpx.URL(self.deployment.control_plane_url)
        return SETTINGS | {
            "step_interval": 0.1,
            "host": url.host,
            "port": url.port or (443 if url.scheme == "https" else 80),
            "internal_host": None,
            "internal_port": None,
            "running": True,
            "cors_origins": None,
            "topic_namespace": "llama_deploy",
            "state_store_uri": None,
            "use_tls": False,
        }

    @routes("POST", "/services/deregister", service_name=REQUIRED)
    def deregister(self, call: Call) -> None:
        self.deployment.registry.pop(call.query["service_name"], None)

    # --- Sessions ---------------------------------------------------------------------------------

    @routes("GET", "/sessions")
    def list_sessions(self, call: Call) -> Any:
        sessions = list(self.deployment.sessions.items())
        return {id: session.definition() for id, session in sessions}

    @routes("POST", "/sessions/create")
    def create_session(self, call: Call) -> Any:
        return self.deployment.new_session().id

    def _session(self, call: Call) -> Session:
        return self._session_of(call.ids["session_id"])

    def _session_of(self, id: str) -> Session:
        try:
            return self.deployment.sessions[id]
        except KeyError:
            raise StatusError(404, "Session not found") from None

    @routes("GET", "/sessions/{session_id}")
    def session(self, call: Call) -> Any:
        return self._session(call).definition()

    @routes("POST", "/sessions/{session_id}/delete")
    def delete_session(self, call: Call) -> None:
        self.deployment.delete_session(call.ids["session_id"])

    @routes("GET", "/sessions/{session_id}/state")
    def state(self, call: Call) -> Any:
        return self._session(call).state()

    @routes("POST", "/sessions/{session_id}/state", body="SessionState")
    def update_state(self, call: Call) -> None:
        self._session(call).entries.update(call.body)

    # --- Tasks ------------------------------------------------------------------------------------

    @routes("GET", "/sessions/{session_id}/tasks")
    def list_tasks(self, call: Call) -> Any:
        return [task.definition(self.generation) for task in self._session(call).tasks]

    @routes("GET", "/sessions/{session_id}/current_task")
    def current_task(self, call: Call) -> Any:
        tasks = self._session(call).tasks
        return tasks[-1].definition(self.generation) if tasks else None

    @routes("POST", "/sessions/{session_id}/tasks", body="NewTask")
    def create_task(self, call: Call) -> Response:
        session, body = self._session(call), call.body
        session_id = body.session_id or session.id
        if session_id != session.id and self.generation.refuses_other_sessions:
            wrong = f"task.session_id is {session_id} but should be {session.id}"
            raise StatusError(400, f"Wrong task definition: {wrong}")
        service = getattr(body, self.generation.service_field)
        task = Task(body.input, service, session_id, id=body.task_id)
        session.tasks.append(task)
        self._session_of(session_id).stored[task.id] = task
        if service is None:
            raise CrashError
        task.run = self.deployment.run(service, body.input)
        if task.run:
            yield Advance(task.run, far=False)
        return task.id

    @routes("GET", "/sessions/{session_id}/tasks/{task_id}/result")
    def result(self, call: Call) -> Response:
        session, id = self._session(call), call.ids["task_id"]
        yield from catch_up(session, id)
        value = session.state().get(f"result_{id}")
        if isinstance(value, str):  # read as a result in JSON
            raise CrashError
        if value is not None and not isinstance(value, dict):
            raise StatusError(500, "Unexpected result type")
        return value

    @routes("GET", "/sessions/{session_id}/tasks/{task_id}/result_stream")
    def result_stream(self, call: Call) -> Response:
        session, id = self._session(call), call.ids["task_id"]
        yield from catch_up(session, id, far=False)
        if not has_stream(session, id):
            raise StatusError(404, "Task stream not found")

        def lines() -> Steps:
            try:
                yield from replay(session, id)
            except BrokenStreamError as error:
                yield to_json({"error": str(error)}) + b"\n"

        return Stream(lines)

    @routes("POST", "/sessions/{session_id}/tasks/{task_id}/send_event", body="EventDefinition")
    def send_event(self, call: Call) -> None:
        session = self.deployment.sessions.get(call.ids["session_id"])
        if session:
            send_to_task(session, call.ids["task_id"], call.body.event_obj_str)


def run_of(session: Session, id: str) -> Run | None:
    """Return the run of a session's task, if there is one."""
    task = session.stored.get(id)
    return task.run if task else None


def catch_up(session: Session, id: str, *, far: bool = True) -> Steps:
    """Let a task do everything that it can do by now."""
    run = run_of(session, id)
    if run and not run.ended:
        yield Advance(run, far)


def has_stream(session: Session, id: str) -> bool:
    """Return whether a task has an event."""
    return f"stream_{id}" in session.state()


def replay(session: Session, id: str) -> Steps:
    """Yield a task's events from the first one on, as they happen.

    Raises:
        BrokenStreamError: the session was deleted, or a client overwrote the events.
    """
    run = run_of(session, id)
    sent = 0
    while True:
        count = run.changes.count if run else 0
        if session.deleted:
            raise BrokenStreamError("404: Session not found")
        state = session.state()
        try:
            lines = [to_json(entry["data"]) + b"\n" for entry in state[f"stream_{id}"][sent:]]
        except Exception as error:
            raise BrokenStreamError(str(error)) from error
        sent += len(lines)
        yield from lines
        if f"result_{id}" in state:
            return
        yield Wait(run, count)


def send_to_task(session: Session, id: str, text: str) -> None:
    """Send an event to a task like the message queue, which drops undeliverable events."""
    run = run_of(session, id)
    try:
        event = received(text)
    except ValueError:
        return
    if run:
        run.send(event)
