# Made by `make generate` from llama_deploy_client/_async/tasks.py: do not edit.
"""The tasks of a deployment: running workflows, one or many."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from os import PathLike
from typing import Any, overload

from attrs import frozen
from llama_deploy_api.api.apiserver import (
    create_deployment_task,
    list_deployment_tasks,
    run_deployment_task,
)

from .._answers import SyncAnswer
from .._concurrency import SyncInputs
from .._gateways import explain_run
from .._timeout import UNSET, Timeout
from .._values import Arguments, to_task
from ..errors import CallError
from ..events import (
    A,
    B,
    C,
    D,
    EventTypes,
    ReceivedEvent,
    question_test,
    reader,
)
from ..types import TaskDefinition, TaskIds
from .batch import Batch
from .model import Collection
from .runs import TaskRun
from .task import Task

__all__ = ["Task", "TaskCollection"]


@frozen(kw_only=True)
class TaskCollection(Collection[Task]):
    """The tasks of a deployment, in all of its sessions."""

    deployment_id: str

    def run(self, task: TaskDefinition | Arguments, *, timeout: Timeout = UNSET) -> Any:
        """Run a workflow and wait for its result (`POST /deployments/{deployment}/tasks/run`).

        Args:
            task: what to run; or the arguments for the default service, as JSON text or as what
                `TaskDefinition.input` takes. With its `session_id`, it runs in that session.
            timeout: seconds that it may take.

        Returns:
            The result: any JSON value (0.9), or a string (0.6 to 0.8), which for a workflow that
            failed is the text of the exception.

        Raises:
            ValueError: the arguments are not a JSON object. Nothing is sent.
            ServerError: the workflow failed (0.9), or no such session; or a gateway on the way gave
                up on the request (502 to 504). For workflows that take longer than it allows,
                `create` the task, and `wait` for it.
            NotFoundError: no such deployment or service. 0.6.0 never answers where the service is
                unknown.

        Examples:
            >>> def shout(deployment):
            ...     return deployment.tasks.run({"message": "hello"})
        """
        task = to_task(task)
        request = run_deployment_task.request(
            self.deployment_id, session_id=task.session_id or None, body=task
        )
        try:
            return self._send(request, timeout)
        except CallError as error:
            explain_run(error)
            raise

    def run_many(
        self,
        tasks: SyncInputs[TaskDefinition | Arguments],
        *,
        concurrency: int = 10,
        create_and_wait: bool = False,
        progress: bool = False,
        results_file: str | PathLike[str] | None = None,
        timeout: Timeout = UNSET,
    ) -> Batch:
        """Run many workflows, a few at a time (`POST /deployments/{deployment}/tasks/run` each).

        Args:
            tasks: what to run, each as for `run`. They are read as there is room for them.
            concurrency: how many run at once. Beyond `max_connections` they wait their turn.
            create_and_wait: create each task and wait for its result, as `create` and `Task.wait`
                do, for workflows that take longer than a gateway on the way allows. Results are
                strings then: one that is not is a `ServerError` (0.9). An unknown service is a
                `CallTimeoutError` (0.6 to 0.8).
            progress: show a bar, if stderr is a terminal. This needs tqdm: the extra `progress`.
            results_file: the file to which each result is added, as a line of JSON, and from which
                a batch of the same tasks takes those that succeeded before.
            timeout: seconds that each may take.

        Returns:
            The batch. It runs as it is asked for outcomes or results.

        Raises:
            ModuleNotFoundError: a bar is asked for, and tqdm is not installed.
            ValueError: the arguments of a task are not a JSON object; raised when it is reached.

        Examples:
            >>> def shout(deployment, messages):
            ...     tasks = [{"message": message} for message in messages]
            ...     return deployment.tasks.run_many(tasks).results()
        """
        run = self._create_and_wait if create_and_wait else self.run
        return Batch(
            tasks,
            to_task,
            partial(run, timeout=timeout),
            concurrency=concurrency,
            progress=progress,
            results_file=results_file,
        )

    def _create_and_wait(self, task: TaskDefinition, *, timeout: Timeout = UNSET) -> str:
        deadline = self._deadline(timeout)
        created = self.create(task, timeout=deadline.remaining())
        return (created.wait(timeout=deadline.remaining())).result

    def create(self, task: TaskDefinition | Arguments, *, timeout: Timeout = UNSET) -> Task:
        """Start a workflow without waiting for it (`POST /deployments/{deployment}/tasks/create`).

        Args:
            task: as for `run`. Without a `session_id` the server makes a session.
            timeout: seconds for this call.

        Returns:
            The task, with the ids that the server gave it.

        Raises:
            ValueError: the arguments are not a JSON object. Nothing is sent.
            NotFoundError: no such deployment, or no such service (0.9). 0.6 to 0.8 take an
                unknown service for a task that never ends.
            ServerError: no such session.
        """
        task = to_task(task)
        request = create_deployment_task.request(
            self.deployment_id, session_id=task.session_id or None, body=task
        )
        return self._task(self._send(request.returning(TaskIds), timeout))

    @overload
    def stream(
        self,
        task: TaskDefinition | Arguments,
        *,
        types: None = None,
        answer: SyncAnswer | None = None,
        is_question: Callable[[ReceivedEvent], bool] | None = None,
        answer_timeout: float | None = None,
        timeout: Timeout = UNSET,
    ) -> TaskRun: ...
    @overload
    def stream(
        self,
        task: TaskDefinition | Arguments,
        *,
        types: EventTypes[A, B, C, D],
        answer: SyncAnswer | None = None,
        is_question: Callable[[ReceivedEvent], bool] | None = None,
        answer_timeout: float | None = None,
        timeout: Timeout = UNSET,
    ) -> TaskRun[A | B | C | D | ReceivedEvent]: ...
    def stream(
        self,
        task: TaskDefinition | Arguments,
        *,
        types: EventTypes[Any, Any, Any, Any] | None = None,
        answer: SyncAnswer | None = None,
        is_question: Callable[[ReceivedEvent], bool] | None = None,
        answer_timeout: float | None = None,
        timeout: Timeout = UNSET,
    ) -> TaskRun[Any]:
        """Create a task on entering the block, with its events, questions and result.

        Leaving the block releases the connection at once; the task is still running on the server.

        `answer` is called with each question when you ask for the next event. If it raises, times
        out or is cancelled, reading on calls it again. Meanwhile the task waits, and no event is
        lost; the time does not count as time without an event.

        Args:
            task: as for `create`.
            types: as for `Task.events`.
            answer: a function, async or not, that gets a question as a `ReceivedEvent`. A string
                that it returns is sent as `HumanResponseEvent(response=…)`, an event as it is, both
                to the service that runs the task; for None nothing is sent.
            is_question: which events are questions. Unless given: those of a class named
                `InputRequiredEvent`, or derived from it in `types`, or with a field `prefix`.
            answer_timeout: seconds that an answer may take. A function that is not async cannot be
                stopped: what it answers later is not sent.
            timeout: seconds that may pass without an event, and for each call on the way.

        Raises:
            ValueError: the arguments are not a JSON object.
            NotFoundError: as for `create`, on entering.
            TaskFailedError: the workflow failed (0.9), after its stop event.
            AnswerTimeoutError: no answer within `answer_timeout` seconds.
            LlamaDeployError: what `Task.events` raises, while reading.

        Examples:
            >>> def converse(deployment, ask):
            ...     with deployment.tasks.stream({"message": "hello"}, answer=ask) as run:
            ...         for event in run:
            ...             print(event)
            ...         print((run.result()).result)
        """
        return TaskRun(
            partial(self.create, to_task(task), timeout=timeout),
            read=reader(types),
            answer=answer,
            is_question=is_question or question_test(types),
            answer_timeout=answer_timeout,
            timeout=timeout,
        )

    def list(self, *, timeout: Timeout = UNSET) -> list[Task]:
        """All tasks (`GET /deployments/{deployment}/tasks`).

        Raises:
            NotFoundError: no such deployment.
        """
        request = list_deployment_tasks.request(self.deployment_id).returning(list[TaskIds])
        return [self._task(ids) for ids in self._send(request, timeout)]

    def _task(self, ids: TaskIds) -> Task:
        return Task(
            client=self.client,
            deployment_id=self.deployment_id,
            id=ids.task_id,
            session_id=ids.session_id,
            service_id=ids.service_id,
        )
