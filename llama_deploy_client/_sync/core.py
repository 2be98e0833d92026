# Made by `make generate` from llama_deploy_client/_async/core.py: do not edit.
"""The control plane of LlamaDeploy 0.6 to 0.8: sessions and their tasks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from os import PathLike
from typing import Any

from attrs import frozen
from llama_deploy_api.api.core import (
    create_session,
    create_session_task,
    delete_session,
    get_current_session_task,
    get_openapi_document,
    get_queue_config,
    get_root_page,
    get_session,
    get_session_state,
    get_session_task_result,
    list_services,
    list_session_tasks,
    list_sessions,
    send_session_task_event,
    stream_session_task_result,
    update_session_state,
)
from pydantic import BaseModel

from .._concurrency import SyncInputs
from .._generations import ControlPlaneDocument
from .._jsonable import to_json_value
from .._silence import missing_service
from .._timeout import UNSET, Timeout
from .._transport.deadline import Deadline
from .._values import Arguments, to_task
from ..errors import LlamaDeployError, NotFoundError
from ..events import ServerEvent, check_definition, define
from ..types import (
    ControlPlaneSettings,
    EventDefinition,
    SessionDefinition,
    TaskDefinition,
    TaskResult,
)
from .batch import Batch
from .model import Collection, Model
from .services import ServiceCollection
from .streams import EventStream
from .task_events import read_events


@frozen(kw_only=True)
class Session(Model):
    """A session: tasks that share a state."""

    def run(self, service_name: str, **run_kwargs: Any) -> str:
        """Run a workflow and wait for its result.

        `POST /sessions/{session}/tasks`, then `GET /sessions/{session}/tasks/{task}/result`, often
        at first, later every `poll_interval` seconds.

        Args:
            service_name: the service to run. An unknown one never ends; the error at the end of
                `timeout` says so.
            run_kwargs: the workflow's arguments, all of them: the client's `timeout` bounds it.

        Returns:
            The result; for a workflow that failed, the text of the exception.

        Raises:
            CallTimeoutError: not done within `timeout` seconds. It goes on running.
            NotFoundError: no such session.

        Examples:
            >>> def shout(session):
            ...     return session.run("echo", message="hello")
        """
        return self._run(TaskDefinition.of(service_name, **run_kwargs))

    def _run(self, task: TaskDefinition, *, timeout: Timeout = UNSET) -> str:
        deadline = self._deadline(timeout)
        task_id = self._start(task, deadline)
        request = get_session_task_result.request(self.id, task_id)
        why_silent = partial(self._why_silent, task_id)
        return (self._poll(request, deadline, why_silent)).result

    def _why_silent(self, task_id: str, deadline: Deadline) -> str:
        """Why a task may never have an event or a result: an unknown one, or an unknown service."""
        send = self.client._sender.send
        try:
            tasks = send(list_session_tasks.request(self.id), Deadline(deadline.remaining()))
            services = list_services.request().returning(dict[str, Any])
            names = send(services, Deadline(deadline.remaining()))
        except LlamaDeployError:  # the silence is to be told
            return ""
        service = {task.task_id: task.service_id for task in tasks}
        if task_id not in service:
            return f"The session has no task {task_id!r}"
        return missing_service(service[task_id], names)

    def run_many(
        self,
        service_name: str,
        inputs: SyncInputs[Arguments],
        *,
        concurrency: int = 10,
        progress: bool = False,
        results_file: str | PathLike[str] | None = None,
        timeout: Timeout = UNSET,
    ) -> Batch:
        """Run a workflow for many inputs, a few at a time, as `run` does for one.

        Args:
            service_name: the service to run.
            inputs: the workflow's arguments for each run, as JSON text or as what
                `TaskDefinition.input` takes. They are read as there is room for them.
            concurrency: how many run at once. Control planes run eight of a service, and can lose
                the result of a task that ends together with another one of its session: that is a
                `CallTimeoutError`, rarer the fewer run.
            progress: as for the `run_many` of a deployment's tasks.
            results_file: the same.
            timeout: seconds that each may take.

        Returns:
            The batch. It runs as it is asked for outcomes or results.

        Examples:
            >>> def shout(session, messages):
            ...     inputs = [{"message": message} for message in messages]
            ...     return session.run_many("echo", inputs).results()
        """
        return Batch(
            inputs,
            lambda arguments: to_task(arguments, service_name),
            partial(self._run, timeout=timeout),
            concurrency=concurrency,
            progress=progress,
            results_file=results_file,
        )

    def run_nowait(self, service_name: str, **run_kwargs: Any) -> str:
        """Start a workflow without waiting for it (`POST /sessions/{session}/tasks`).

        Returns:
            The task's id.

        Raises:
            NotFoundError: no such session.
        """
        return self._start(TaskDefinition.of(service_name, **run_kwargs), self._deadline())

    def create_task(self, task_def: TaskDefinition | Arguments, *, timeout: Timeout = UNSET) -> str:
        """Start a task in this session (`POST /sessions/{session}/tasks`).

        Args:
            task_def: what to run; or the workflow's arguments alone, as JSON text or as what
                `TaskDefinition.input` takes. Control planes fail (500) on a task that names no
                service.
            timeout: seconds for this call.

        Returns:
            The task's id, which is that of `task_def`.

        Raises:
            ValueError: the arguments are not a JSON object. Nothing is sent.
            NotFoundError: no such session.
        """
        return self._start(to_task(task_def), self._deadline(timeout))

    def _start(self, task: TaskDefinition, deadline: Deadline) -> str:
        task = task.model_copy(update={"session_id": self.id})
        request = create_session_task.request(self.id, body=task)
        return self.client._sender.send(request, deadline)

    def get_task_result(self, task_id: str, *, timeout: Timeout = UNSET) -> TaskResult | None:
        """A task's result, or None while it runs.

        `GET /sessions/{session}/tasks/{task}/result`.

        None also for an unknown task. A workflow that failed has the text of the exception here.

        Raises:
            NotFoundError: no such session.
        """
        return self._send(get_session_task_result.request(self.id, task_id), timeout)

    def get_tasks(self, *, timeout: Timeout = UNSET) -> list[TaskDefinition]:
        """The tasks of this session, oldest first (`GET /sessions/{session}/tasks`).

        Raises:
            NotFoundError: no such session.
        """
        return self._send(list_session_tasks.request(self.id), timeout)

    def get_current_task(self, *, timeout: Timeout = UNSET) -> TaskDefinition | None:
        """The newest task of this session, if it has one.

        `GET /sessions/{session}/current_task`.

        Raises:
            NotFoundError: no such session.
        """
        return self._send(get_current_session_task.request(self.id), timeout)

    def send_event(
        self,
        service_name: str,
        task_id: str,
        ev: BaseModel | ServerEvent,
        *,
        timeout: Timeout = UNSET,
    ) -> None:
        """Send an event to a running task.

        `POST /sessions/{session}/tasks/{task}/send_event`.

        Control planes pass it on without looking whether anyone waits for it.

        Args:
            service_name: the service that waits for it.
            task_id: its task.
            ev: a llama-index event, any other pydantic model, or a `ServerEvent`, such as
                `HumanResponseEvent`.
            timeout: seconds for this call.
        """
        self.send_event_def(task_id, define(ev, service_name), timeout=timeout)

    def send_event_def(
        self, task_id: str, ev_def: EventDefinition, *, timeout: Timeout = UNSET
    ) -> None:
        """Send an event that is serialized already.

        `POST /sessions/{session}/tasks/{task}/send_event`.
        """
        event = EventDefinition.model_validate(ev_def)
        check_definition(event)
        self._send(send_session_task_event.request(self.id, task_id, body=event), timeout)

    def get_task_result_stream(self, task_id: str, *, timeout: Timeout = UNSET) -> EventStream:
        """The events of a task, from the first one on.

        `GET /sessions/{session}/tasks/{task}/result_stream`.

        Each is a dict with the fields of the event. The last one is the workflow's stop event. A
        stream that is cut is read on from there: until `timeout` if it was open for a while, as
        gateways cut it, or `max_retries` times in a row if it is cut at once.

        Args:
            task_id: the task; there is no telling an unknown one from one without events yet.
            timeout: seconds that may pass without an event, the first one included.

        Raises:
            CallTimeoutError: no event for `timeout` seconds.
            StreamInterruptedError: the connection broke for good, or the stream ended without a
                stop event and the task is not known to have a result.
            ReplayDiffersError: it broke, and the server sent other events afterwards than before.
            MalformedResponseError: a line is not valid JSON, or longer than `max_line_size`.
            StreamFailedError: the control plane reported an error of its own.
        """
        request = stream_session_task_result.request(self.id, task_id)
        ended, why_silent = partial(self._ended, task_id), partial(self._why_silent, task_id)
        return EventStream(
            read_events(self.client._sender, request, self._deadline(timeout), ended, why_silent)
        )

    def _ended(self, task_id: str, timeout: float) -> bool:
        return self.get_task_result(task_id, timeout=timeout) is not None

    def get_state(self, *, timeout: Timeout = UNSET) -> dict[str, Any]:
        """What the tasks of this session share (`GET /sessions/{session}/state`).

        Raises:
            NotFoundError: no such session.
        """
        return self._send(get_session_state.request(self.id), timeout)

    def update_state(self, state: Mapping[str, Any], *, timeout: Timeout = UNSET) -> None:
        """Add to the state, or replace entries of it (`POST /sessions/{session}/state`).

        Args:
            state: the entries. They can hold what a task's arguments can.
            timeout: seconds for this call.

        Raises:
            ValueError: an entry has no JSON form; its place is named.
            NotFoundError: no such session.
        """
        body = to_json_value(state, "state")
        self._send(update_session_state.request(self.id, body=body), timeout)

    def definition(self, *, timeout: Timeout = UNSET) -> SessionDefinition:
        """The session with its state and the ids of its tasks (`GET /sessions/{session}`).

        Raises:
            NotFoundError: no such session.
        """
        return self._send(get_session.request(self.id), timeout)


@frozen(kw_only=True)
class SessionCollection(Collection[Session]):
    """The sessions of the control plane."""

    def list(self, *, timeout: Timeout = UNSET) -> list[Session]:
        """All sessions (`GET /sessions`)."""
        request = list_sessions.request().returning(dict[str, Any])  # the ids are enough
        return [Session(client=self.client, id=id) for id in self._send(request, timeout)]

    def create(self, *, timeout: Timeout = UNSET) -> Session:
        """Make a session (`POST /sessions/create`)."""
        id = self._send(create_session.request(), timeout)
        return Session(client=self.client, id=id)

    def get(self, id: str, *, timeout: Timeout = UNSET) -> Session:
        """The session with that id (`GET /sessions/{session}`).

        Raises:
            NotFoundError: no such session. It is a ValueError.
        """
        self._send(get_session.request(id).returning(None), timeout)
        return Session(client=self.client, id=id)

    def get_or_create(self, id: str | None, *, timeout: Timeout = UNSET) -> Session:
        """The session with that id, or else a new one **under another id**.

        `GET /sessions/{session}`, `POST /sessions/create`.

        Control planes choose the id of a new session. Read it from what this returns. For `None`,
        which is the id of no session, it makes a new one at once.
        """
        deadline = self._deadline(timeout)
        if id is not None:
            try:
                return self.get(id, timeout=deadline.remaining())
            except NotFoundError:
                pass
        return self.create(timeout=deadline.remaining())

    def delete(self, session_id: str, *, timeout: Timeout = UNSET) -> None:
        """Delete a session (`POST /sessions/{session}/delete`). No error if there is none."""
        self._send(delete_session.request(session_id), timeout)


@frozen(kw_only=True)
class Core(Model):
    """The control plane."""

    @property
    def services(self) -> ServiceCollection:
        """Its services. Sends nothing."""
        return ServiceCollection(client=self.client)

    @property
    def sessions(self) -> SessionCollection:
        """Its sessions. Sends nothing."""
        return SessionCollection(client=self.client)

    def settings(self, *, timeout: Timeout = UNSET) -> ControlPlaneSettings:
        """The control plane's settings (`GET /`)."""
        return self._send(get_root_page.request().returning(ControlPlaneSettings), timeout)

    def queue_config(self, *, timeout: Timeout = UNSET) -> dict[str, dict[str, Any]]:
        """The message queue's settings, by the name of their class (`GET /queue_config`)."""
        return self._send(get_queue_config.request(), timeout)

    def generation(self, *, timeout: Timeout = UNSET) -> str:
        """The generation of LlamaDeploy that it is of, such as "0.8" (`GET /openapi.json`).

        The control planes of 0.7 and 0.8 are alike: "0.7" may be either.
        """
        request = get_openapi_document.request().returning(ControlPlaneDocument)
        return (self._send(request, timeout)).generation()
