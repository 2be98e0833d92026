"""The state of a server: deployments, their sessions, and the tasks in them."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from attrs import define, field

from .generations import Generation
from .runs import Run, Service


def new_id() -> str:
    """Return an id like those that servers choose."""
    return str(uuid4())


@define
class Task:
    """A task.

    Attributes:
        service: the name of the requested service, or of the default one.
        run: the run; None if there is none: the service is unknown, or the input is invalid.
    """

    input: str
    service: str | None
    session_id: str | None
    run: Run | None = None
    id: str = field(factory=new_id)

    def definition(self, generation: Generation) -> dict[str, Any]:
        """A TaskDefinition."""
        return {
            "input": self.input,
            "task_id": self.id,
            "session_id": self.session_id,
            generation.service_field: self.service,
        }

    def result(self, text: str) -> dict[str, Any]:
        """A TaskResult."""
        return {"task_id": self.id, "history": [], "result": text, "data": {}}


@define
class Session:
    """A session.

    Attributes:
        tasks: those that it lists.
        stored: those whose events and results are in its state.
        entries: what clients added to its state.
    """

    id: str = field(factory=new_id)
    tasks: list[Task] = field(factory=list)
    stored: dict[str, Task] = field(factory=dict)
    entries: dict[str, Any] = field(factory=dict)
    deleted: bool = False

    def add(self, task: Task) -> Task:
        """Add a task to this session."""
        self.tasks.append(task)
        self.stored[task.id] = task
        return task

    def newest_run(self) -> Run | None:
        """The newest run that has not ended."""
        running = [task.run for task in self.tasks if task.run and not task.run.ended]
        return running[-1] if running else None

    def state(self) -> dict[str, Any]:
        """The state as the control plane shows it, with its own entries."""
        own: dict[str, Any] = {}
        for id, task in list(self.stored.items()):
            own[id] = {}
            if task.run and task.run.events:
                own[f"stream_{id}"] = [
                    {
                        "task_id": id,
                        "session_id": self.id,
                        "data": json.loads(event)["value"],
                        "index": index,
                    }
                    for index, event in enumerate(task.run.events)
                ]
            if task.run and task.run.ended:
                own[f"result_{id}"] = task.result(task.run.text)
        return own | self.entries

    def definition(self) -> dict[str, Any]:
        """A SessionDefinition, as the control plane shows it."""
        ids = [task.id for task in self.tasks]
        return {"session_id": self.id, "task_ids": ids, "state": self.state()}

    def delete(self) -> None:
        """Delete the session, and end the streams of its tasks."""
        self.deleted = True
        for task in list(self.stored.values()):
            if task.run:
                task.run.changes.announce()


@define
class Deployment:
    """A deployment, and the control plane that servers before 0.9 start for it.

    Attributes:
        default: the service of tasks that name none.
        tasks: those that were created, for generations that list them without sessions.
        registry: the services as the control plane defines them.
        queue_port: where its message queue would listen.
    """

    name: str
    services: dict[str, Service] = field(factory=dict)
    default: str | None = None
    sessions: dict[str, Session] = field(factory=dict)
    tasks: list[Task] = field(factory=list)
    registry: dict[str, dict[str, Any]] = field(factory=dict)
    control_plane_url: str = ""
    queue_port: int = 8001

    def serve(self, service: Service, port: int | None = None) -> None:
        """Add or replace a service."""
        self.services[service.name] = service
        self.registry[service.name] = {
            "service_name": service.name,
            "description": "A service that wraps a llama-index workflow.",
            "prompt": [],
            "host": "127.0.0.1",
            "port": port or 8002 + len(self.registry),
        }

    def new_session(self) -> Session:
        """A new session."""
        session = Session()
        self.sessions[session.id] = session
        return session

    def delete_session(self, id: str) -> bool:
        """Delete a session, and return whether it existed."""
        session = self.sessions.pop(id, None)
        if session is not None:
            session.delete()
        return session is not None

    def run(self, service: str | None, input: str) -> Run | None:
        """Make a run of a service; None if the service is unknown, or its input invalid."""
        match = self.services.get(service or "")
        try:
            arguments = json.loads(input)
        except ValueError:
            return None
        return Run(match, arguments) if match and isinstance(arguments, dict) else None
