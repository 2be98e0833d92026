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

from .._concurrency import AsyncInputs
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

    async def run(self, service_name: str, **run_kwargs: Any) -> str:
        """Run a workflow and wait for its result.

        `POST /sessions/{session}/tasks`, then polls of `GET
        /sessions/{session}/tasks/{task}/result`: frequent at first, later every `poll_interval`
        seconds.

        Args:
            service_name: the service to run. A task for an unknown one never ends; the error after
                `timeout` says so.
            run_kwargs: the workflow's arguments, even one named `timeout`: the client's setting
                limits this call.

        Returns:
            The result; for a workflow that failed, the text of the exception.

        Raises:
            CallTimeoutError: no result within `timeout` seconds. The task keeps running.
            NotFoundError: no such session.

        Examples:
            >>> async def shout(session):
            ...     return await session.run("echo", message="hello")
        """
        return await self._run(TaskDefinition.of(service_name, **run_kwargs))

    async def _run(self, task: TaskDefinition, *, timeout: Timeout = UNSET) -> str:
        deadline = self._deadline(timeout)
        task_id = await self._start(task, deadline)
        request = get_session_task_result.request(self.id, task_id)
        why_silent = partial(self._why_silent, task_id)
        return (await self._poll(request, deadline, why_silent)).result

    async def _why_silent(self, task_id: str, timeout: float) -> str | None:
        """Say why a task may never have an event or a result: it or its service is unknown."""
        send, deadline = self.client._sender.send, Deadline(timeout)
        try:
            tasks = await send(list_session_tasks.request(self.id), deadline)
            services = list_services.request().returning(dict[str, Any])
            names = await send(services, deadline)
        except LlamaDeployError:  # report the silence, not this error
            return None
        service = {task.task_id: task.service_id for task in tasks}
        if task_id not in service:
            return f"The session has no task {task_id!r}"
        return missing_service(service[task_id], names)

    def run_many(
        self,
        service_name: str,
        inputs: AsyncInputs[Arguments],
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
                `TaskDefinition.input` takes. The batch reads them one by one as it needs them.
            concurrency: how many run at once. A control plane runs eight tasks per service at once.
                It can lose a result when two tasks of a session end at the same moment: that is a
                `CallTimeoutError`, and rarer with fewer tasks at once.
            progress: as for `run_many` of a deployment's tasks.
            results_file: as for `run_many` of a deployment's tasks.
            timeout: seconds for each task.

        Returns:
            The batch. It runs while you ask it for outcomes or results.

        Examples:
            >>> async def shout(session, messages):
            ...     inputs = [{"message": message} for message in messages]
            ...     return await session.run_many("echo", inputs).results()
        """
        return Batch(
            inputs,
            lambda arguments: to_task(arguments, service_name),
            partial(self._run, timeout=timeout),
            concurrency=concurrency,
            progress=progress,
            results_file=results_file,
        )

    async def run_nowait(self, service_name: str, **run_kwargs: Any) -> str:
        """Start a workflow without waiting for it (`POST /sessions/{session}/tasks`).

        Returns:
            The task's id.

        Raises:
            NotFoundError: no such session.
        """
        return await self._start(TaskDefinition.of(service_name, **run_kwargs), self._deadline())

    async def create_task(
        self, task_def: TaskDefinition | Arguments, *, timeout: Timeout = UNSET
    ) -> str:
        """Start a task in this session (`POST /sessions/{session}/tasks`).

        Args:
            task_def: the task; or the workflow's arguments alone, in any form that
                `TaskDefinition.input` takes. Control planes fail (500) on a task that names no
                service.
            timeout: seconds for this call.

        Returns:
            The task's id, which is that of `task_def`.

        Raises:
            ValueError: the arguments are not a JSON object. Nothing is sent.
            NotFoundError: no such session.
        """
        return await self._start(to_task(task_def), self._deadline(timeout))

    async def _start(self, task: TaskDefinition, deadline: Deadline) -> str:
        task = task.model_copy(update={"session_id": self.id})
        request = create_session_task.request(self.id, body=task)
        return await self.client._sender.send(request, deadline)

    async def get_task_result(self, task_id: str, *, timeout: Timeout = UNSET) -> TaskResult | None:
        """Return a task's result, or None while the task runs.

        `GET /sessions/{session}/tasks/{task}/result`.

        Also None for an unknown task. If the workflow failed, the result is the text of the
        exception.

        Raises:
            NotFoundError: no such session.
        """
        return await self._send(get_session_task_result.request(self.id, task_id), timeout)

    async def get_tasks(self, *, timeout: Timeout = UNSET) -> list[TaskDefinition]:
        """List the tasks of this session, oldest first (`GET /sessions/{session}/tasks`).

        Raises:
            NotFoundError: no such session.
        """
        return await self._send(list_session_tasks.request(self.id), timeout)

    async def get_current_task(self, *, timeout: Timeout = UNSET) -> TaskDefinition | None:
        """Return the newest task of this session, or None.

        `GET /sessions/{session}/current_task`.

        Raises:
            NotFoundError: no such session.
        """
        return await self._send(get_current_session_task.request(self.id), timeout)

    async def send_event(
        self,
        service_name: str,
        task_id: str,
        ev: BaseModel | ServerEvent,
        *,
        timeout: Timeout = UNSET,
    ) -> None:
        """Send an event to a running task.

        `POST /sessions/{session}/tasks/{task}/send_event`.

        Control planes deliver it without checking that the task exists or waits for it.

        Args:
            service_name: the service that waits for the event.
            task_id: the id of the task.
            ev: a llama-index event, any other pydantic model, or a `ServerEvent`, such as
                `HumanResponseEvent`.
            timeout: seconds for this call.
        """
        await self.send_event_def(task_id, define(ev, service_name), timeout=timeout)

    async def send_event_def(
        self, task_id: str, ev_def: EventDefinition, *, timeout: Timeout = UNSET
    ) -> None:
        """Send an event that is already serialized.

        `POST /sessions/{session}/tasks/{task}/send_event`.
        """
        event = EventDefinition.model_validate(ev_def)
        check_definition(event)
        await self._send(send_session_task_event.request(self.id, task_id, body=event), timeout)

    def get_task_result_stream(self, task_id: str, *, timeout: Timeout = UNSET) -> EventStream:
        """Stream the events of a task, from the first one on.

        `GET /sessions/{session}/tasks/{task}/result_stream`.

        Each is a dict with the fields of the event. The last one is the workflow's stop event. A
        stream that is cut resumes where it was: until `timeout` if it had been open for a while, as
        behind a gateway; at most `max_retries` times in a row if it is cut at once.

        Args:
            task_id: the id of the task. An unknown task looks like one without events yet.
            timeout: longest time without an event, in seconds, also before the first one.

        Raises:
            CallTimeoutError: no event for `timeout` seconds.
            StreamInterruptedError: the connection broke and could not be resumed, or the stream
                ended without a stop event and the task has no known result.
            ReplayDiffersError: the connection broke, and the server then sent other events than
                before.
            MalformedResponseError: a line is not valid JSON, or longer than `max_line_size`.
            StreamFailedError: the control plane reported an error of its own.
        """
        request = stream_session_task_result.request(self.id, task_id)
        ended, why_silent = partial(self._ended, task_id), partial(self._why_silent, task_id)
        return EventStream(
            read_events(self.client._sender, request, self._deadline(timeout), ended, why_silent)
        )

    async def _ended(self, task_id: str, timeout: float) -> bool:
        return await self.get_task_result(task_id, timeout=timeout) is not None

    async def get_state(self, *, timeout: Timeout = UNSET) -> dict[str, Any]:
        """Return the state that the tasks of this session share (`GET /sessions/{session}/state`).

        Raises:
            NotFoundError: no such session.
        """
        return await self._send(get_session_state.request(self.id), timeout)

    async def update_state(self, state: Mapping[str, Any], *, timeout: Timeout = UNSET) -> None:
        """Add or replace entries of the state (`POST /sessions/{session}/state`).

        Args:
            state: the entries. Their values can be anything that a task's arguments can.
            timeout: seconds for this call.

        Raises:
            ValueError: an entry has no JSON form; the message says where.
            NotFoundError: no such session.
        """
        body = to_json_value(state, "state")
        await self._send(update_session_state.request(self.id, body=body), timeout)

    async def definition(self, *, timeout: Timeout = UNSET) -> SessionDefinition:
        """Return the session with its state and its task ids (`GET /sessions/{session}`).

        Raises:
            NotFoundError: no such session.
        """
        return await self._send(get_session.request(self.id), timeout)


@frozen(kw_only=True)
class SessionCollection(Collection[Session]):
    """The sessions of the control plane."""

    async def list(self, *, timeout: Timeout = UNSET) -> list[Session]:
        """List all sessions (`GET /sessions`)."""
        request = list_sessions.request().returning(dict[str, Any])  # only the ids are used
        return [Session(client=self.client, id=id) for id in await self._send(request, timeout)]

    async def create(self, *, timeout: Timeout = UNSET) -> Session:
        """Create a session (`POST /sessions/create`)."""
        id = await self._send(create_session.request(), timeout)
        return Session(client=self.client, id=id)

    async def get(self, id: str, *, timeout: Timeout = UNSET) -> Session:
        """Get a session by its id (`GET /sessions/{session}`).

        Raises:
            NotFoundError: no such session. It is also a ValueError.
        """
        await self._send(get_session.request(id).returning(None), timeout)
        return Session(client=self.client, id=id)

    async def get_or_create(self, id: str | None, *, timeout: Timeout = UNSET) -> Session:
        """Get a session by its id, or create one **with another id**.

        `GET /sessions/{session}`, `POST /sessions/create`.

        Control planes choose the id of a new session: read it from the session that this returns.
        With `None`, it creates a session at once.
        """
        deadline = self._deadline(timeout)
        if id is not None:
            try:
                return await self.get(id, timeout=deadline.remaining())
            except NotFoundError:
                pass
        return await self.create(timeout=deadline.remaining())

    async def delete(self, session_id: str, *, timeout: Timeout = UNSET) -> None:
        """Delete a session (`POST /sessions/{session}/delete`), if it exists."""
        await self._send(delete_session.request(session_id), timeout)


@frozen(kw_only=True)
class Core(Model):
    """The control plane."""

    @property
    def services(self) -> ServiceCollection:
        """The control plane's services. Sends nothing."""
        return ServiceCollection(client=self.client)

    @property
    def sessions(self) -> SessionCollection:
        """The control plane's sessions. Sends nothing."""
        return SessionCollection(client=self.client)

    async def settings(self, *, timeout: Timeout = UNSET) -> ControlPlaneSettings:
        """Return the control plane's settings (`GET /`)."""
        return await self._send(get_root_page.request().returning(ControlPlaneSettings), timeout)

    async def queue_config(self, *, timeout: Timeout = UNSET) -> dict[str, dict[str, Any]]:
        """Return the message queue's settings, by their class name (`GET /queue_config`)."""
        return await self._send(get_queue_config.request(), timeout)

    async def generation(self, *, timeout: Timeout = UNSET) -> str:
        """Return the control plane's LlamaDeploy generation, such as "0.8" (`GET /openapi.json`).

        The control planes of 0.7 and 0.8 are alike: "0.7" can mean either.
        """
        request = get_openapi_document.request().returning(ControlPlaneDocument)
        return (await self._send(request, timeout)).generation()
