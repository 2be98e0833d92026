# Made by `make generate` from llama_deploy_client/_async/tasks.py: do not edit.
"""The tasks of a deployment: running workflows, following them, and having their results."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from os import PathLike
from typing import Any, ClassVar

from attrs import frozen
from llama_deploy_api.api.apiserver import (
    create_deployment_task,
    get_deployment_task_results,
    list_deployment_tasks,
    run_deployment_task,
    send_deployment_task_event,
    stream_deployment_task_events,
)
from llama_deploy_api.models import EventDefinition as EventPayload
from llama_deploy_api.models import NewTask as TaskPayload
from llama_deploy_api.types import UNSET as ABSENT
from pydantic import BaseModel

from .._concurrency import SyncInputs
from .._deadline import UNSET, Timeout
from .._servers import API_SERVER, Server
from ..errors import CallTimeoutError
from ..events import ServerEvent, define
from ..types import EventDefinition, TaskDefinition, TaskIds, TaskResult, to_task
from .batch import Batch
from .model import Collection, Model
from .streams import EventStream, read_events


@frozen(kw_only=True)
class Task(Model):
    """A task of a deployment."""

    _server: ClassVar[Server] = API_SERVER

    deployment_id: str
    session_id: str | None
    """The task's session. None where a 0.9 server lists tasks: it does not say."""

    def results(self, *, timeout: Timeout = UNSET) -> TaskResult | None:
        """The task's result (`GET /deployments/{deployment}/tasks/{task}/results`).

        0.6 to 0.8 answer None until the task is done; 0.9 waits for it, for `timeout` seconds.
        A workflow that failed: 0.6 to 0.8 give the text of the exception as the result.

        Raises:
            ServerError: the workflow failed, the task is unknown, or its result is not a string
                (0.9); the session is unknown (0.6 to 0.8). Servers give no reason.
            NotFoundError: no such deployment.
        """
        call = self._call(
            get_deployment_task_results,
            self.deployment_id,
            self.id,
            session_id=self.session_id or "",
        )
        return call.json_or_none(TaskResult, self._deadline(timeout))

    def send_event(
        self, ev: BaseModel | ServerEvent, service_name: str, *, timeout: Timeout = UNSET
    ) -> EventDefinition:
        """Send an event to the running task (`POST /deployments/{deployment}/tasks/{task}/events`).

        Args:
            ev: a llama-index event, any other pydantic model, or a `ServerEvent`, such as
                `HumanResponseEvent`.
            service_name: the service that waits for it.
            timeout: seconds for this call.

        Returns:
            The event as it was sent.

        Examples:
            >>> from llama_deploy_client import HumanResponseEvent
            >>> def answer(task):
            ...     task.send_event(HumanResponseEvent(response="42"), "human")
        """
        payload = EventPayload.from_dict(define(ev, service_name).model_dump())
        call = self._call(
            send_deployment_task_event,
            self.deployment_id,
            self.id,
            body=payload,
            session_id=self.session_id or "",
        )
        return call.json(EventDefinition, self._deadline(timeout))

    def events(self, *, timeout: Timeout = UNSET) -> EventStream:
        """The events of the task as they happen.

        `GET /deployments/{deployment}/tasks/{task}/events`.

        Each is a dict with the fields of the event. The last one is the workflow's stop event: `{}`
        or `{"result": …}`. 0.6 to 0.8 give all events to each reader, 0.9 each event to one reader.

        A stream of 0.6 to 0.8 that is cut is read on from there, `max_retries` times in a row
        without a new event at the most.

        Args:
            timeout: seconds that may pass without an event.

        Raises:
            CallTimeoutError: no event for `timeout` seconds, or no stream (404) for so long.
            StreamInterruptedError: the connection broke for good, the workflow failed (0.9), or the
                stream ended without a stop event and the task has no result (0.6 to 0.8).
            ReplayDiffersError: it broke, and the server sent other events afterwards than before.
            ServerError: no such task (0.9) or session (0.6 to 0.8).

        Examples:
            >>> def show(task):
            ...     for event in task.events():
            ...         print(event)
        """
        call = self._call(
            stream_deployment_task_events,
            self.deployment_id,
            self.id,
            session_id=self.session_id or "",
        )
        deadline = self._deadline(timeout)
        return EventStream(
            read_events(call, self.client, deadline, replays=self._replays, task_ended=self._ended)
        )

    def _replays(self, timeout: float | None) -> bool:
        """Whether the events can be read again: 0.9 sends each one once."""
        try:
            return self.client.apiserver.generation(timeout=timeout) != "0.9"
        except CallTimeoutError:
            raise
        except Exception:  # whatever is wrong with this question, the cut is what is to be told
            return False

    def _ended(self, timeout: float | None) -> bool:
        """Whether there is a result. 0.9 cuts what does not end well, and is to be believed."""
        return not self._replays(timeout) or self.results(timeout=timeout) is not None


@frozen(kw_only=True)
class TaskCollection(Collection[Task]):
    """The tasks of a deployment, in all of its sessions."""

    _server: ClassVar[Server] = API_SERVER

    deployment_id: str

    def run(
        self, task: TaskDefinition | str | Mapping[str, Any], *, timeout: Timeout = UNSET
    ) -> Any:
        """Run a workflow and wait for its result (`POST /deployments/{deployment}/tasks/run`).

        Args:
            task: what to run; or the arguments for the default service, as JSON text or a dict.
                With its `session_id`, it runs in that session.
            timeout: seconds that it may take.

        Returns:
            The result: any JSON value (0.9), or a string (0.6 to 0.8), which for a workflow that
            failed is the text of the exception.

        Raises:
            ServerError: the workflow failed (0.9), or no such session.
            NotFoundError: no such deployment or service.

        Examples:
            >>> def shout(deployment):
            ...     return deployment.tasks.run({"message": "hello"})
        """
        task = to_task(task)
        call = self._call(
            run_deployment_task,
            self.deployment_id,
            body=TaskPayload.from_dict(task.model_dump()),
            session_id=task.session_id or ABSENT,
        )
        return call.json(object, self._deadline(timeout))

    def run_many(
        self,
        tasks: SyncInputs[TaskDefinition | str | Mapping[str, Any]],
        *,
        concurrency: int = 10,
        progress: bool = False,
        results_file: str | PathLike[str] | None = None,
        timeout: Timeout = UNSET,
    ) -> Batch:
        """Run many workflows, a few at a time (`POST /deployments/{deployment}/tasks/run` each).

        Args:
            tasks: what to run, each as for `run`. They are read as there is room for them.
            concurrency: how many run at once. Beyond `max_connections` they wait their turn.
            progress: show a bar, if stderr is a terminal. This needs tqdm: the extra `progress`.
            results_file: the file to which each result is added, as a line of JSON, and from which
                a batch of the same tasks takes those that succeeded before.
            timeout: seconds that each may take.

        Returns:
            The batch. It runs as it is asked for outcomes or results.

        Raises:
            ModuleNotFoundError: a bar is asked for, and tqdm is not installed.

        Examples:
            >>> def shout(deployment, messages):
            ...     tasks = [{"message": message} for message in messages]
            ...     return deployment.tasks.run_many(tasks).results()
        """
        return Batch(
            tasks,
            to_task,
            partial(self.run, timeout=timeout),
            concurrency=concurrency,
            progress=progress,
            results_file=results_file,
        )

    def create(
        self, task: TaskDefinition | str | Mapping[str, Any], *, timeout: Timeout = UNSET
    ) -> Task:
        """Start a workflow without waiting for it (`POST /deployments/{deployment}/tasks/create`).

        Args:
            task: as for `run`. Without a `session_id` the server makes a session.
            timeout: seconds for this call.

        Returns:
            The task, with the ids that the server gave it.

        Raises:
            NotFoundError: no such deployment, or no such service (0.9). 0.6 to 0.8 take an
                unknown service for a task that never ends.
            ServerError: no such session.
        """
        task = to_task(task)
        call = self._call(
            create_deployment_task,
            self.deployment_id,
            body=TaskPayload.from_dict(task.model_dump()),
            session_id=task.session_id or ABSENT,
        )
        return self._task(call.json(TaskIds, self._deadline(timeout)))

    def list(self, *, timeout: Timeout = UNSET) -> list[Task]:
        """All tasks (`GET /deployments/{deployment}/tasks`).

        Raises:
            NotFoundError: no such deployment.
        """
        call = self._call(list_deployment_tasks, self.deployment_id)
        return [self._task(ids) for ids in call.json(list[TaskIds], self._deadline(timeout))]

    def _task(self, ids: TaskIds) -> Task:
        return Task(
            client=self.client,
            deployment_id=self.deployment_id,
            id=ids.task_id,
            session_id=ids.session_id,
        )
