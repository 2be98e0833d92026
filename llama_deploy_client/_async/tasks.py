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

from .._answers import AsyncAnswer
from .._concurrency import AsyncInputs
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

    async def run(self, task: TaskDefinition | Arguments, *, timeout: Timeout = UNSET) -> Any:
        """Run a workflow and wait for its result (`POST /deployments/{deployment}/tasks/run`).

        Args:
            task: the task; or the arguments for the default service, in any form that
                `TaskDefinition.input` takes. A task with a `session_id` runs in that session.
            timeout: seconds for the whole run.

        Returns:
            The result: any JSON value (0.9), or a string (0.6 to 0.8), which for a workflow that
            failed is the text of the exception.

        Raises:
            ValueError: the arguments are not a JSON object. Nothing is sent.
            ServerError: the workflow failed (0.9), or no such session; or a gateway gave up on the
                request (502 to 504). For workflows that take longer than it allows, `create` the
                task and `wait` for it.
            NotFoundError: no such deployment or service. 0.6.0 never responds if the service is
                unknown.

        Examples:
            >>> async def shout(deployment):
            ...     return await deployment.tasks.run({"message": "hello"})
        """
        task = to_task(task)
        request = run_deployment_task.request(
            self.deployment_id, session_id=task.session_id or None, body=task
        )
        try:
            return await self._send(request, timeout)
        except CallError as error:
            explain_run(error)
            raise

    def run_many(
        self,
        tasks: AsyncInputs[TaskDefinition | Arguments],
        *,
        concurrency: int = 10,
        create_and_wait: bool = False,
        progress: bool = False,
        results_file: str | PathLike[str] | None = None,
        timeout: Timeout = UNSET,
    ) -> Batch:
        """Run many workflows, a few at a time (`POST /deployments/{deployment}/tasks/run` each).

        Args:
            tasks: an iterable, each item as for `run`. The batch reads them one by one as it needs
                them.
            concurrency: how many run at once. Beyond `max_connections`, they wait for a connection.
            create_and_wait: create each task and wait for its result, as `create` and `Task.wait`
                do, for workflows that take longer than a gateway allows. Results are then strings:
                any other result is a `ServerError` (0.9). An unknown service is a
                `CallTimeoutError` (0.6 to 0.8).
            progress: show a progress bar, if stderr is a terminal. Needs tqdm: the extra
                `progress`.
            results_file: a JSON Lines file that gets each result. A later batch with the same tasks
                and file runs only those without a result.
            timeout: seconds for each task.

        Returns:
            The batch. It runs while you ask it for outcomes or results.

        Raises:
            ModuleNotFoundError: `progress` is true and tqdm is not installed.
            ValueError: arguments are not a JSON object; raised when the batch reads the task.

        Examples:
            >>> async def shout(deployment, messages):
            ...     tasks = [{"message": message} for message in messages]
            ...     return await deployment.tasks.run_many(tasks).results()
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

    async def _create_and_wait(self, task: TaskDefinition, *, timeout: Timeout = UNSET) -> str:
        deadline = self._deadline(timeout)
        created = await self.create(task, timeout=deadline.remaining())
        return (await created.wait(timeout=deadline.remaining())).result

    async def create(self, task: TaskDefinition | Arguments, *, timeout: Timeout = UNSET) -> Task:
        """Start a workflow without waiting for it (`POST /deployments/{deployment}/tasks/create`).

        Args:
            task: as for `run`. Without a `session_id`, the server creates a session.
            timeout: seconds for this call.

        Returns:
            The task, with the ids that the server chose.

        Raises:
            ValueError: the arguments are not a JSON object. Nothing is sent.
            NotFoundError: no such deployment, or no such service (0.9). On 0.6 to 0.8, a task for
                an unknown service never ends.
            ServerError: no such session.
        """
        task = to_task(task)
        request = create_deployment_task.request(
            self.deployment_id, session_id=task.session_id or None, body=task
        )
        return self._task(await self._send(request.returning(TaskIds), timeout))

    @overload
    def stream(
        self,
        task: TaskDefinition | Arguments,
        *,
        types: None = None,
        answer: AsyncAnswer | None = None,
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
        answer: AsyncAnswer | None = None,
        is_question: Callable[[ReceivedEvent], bool] | None = None,
        answer_timeout: float | None = None,
        timeout: Timeout = UNSET,
    ) -> TaskRun[A | B | C | D | ReceivedEvent]: ...
    def stream(
        self,
        task: TaskDefinition | Arguments,
        *,
        types: EventTypes[Any, Any, Any, Any] | None = None,
        answer: AsyncAnswer | None = None,
        is_question: Callable[[ReceivedEvent], bool] | None = None,
        answer_timeout: float | None = None,
        timeout: Timeout = UNSET,
    ) -> TaskRun[Any]:
        """Create a task on entering the block, and give its events, questions and result.

        Leaving the block releases the connection at once; the task is still running on the server.

        `answer` is called with each question when you ask for the next event. If it raises, times
        out or is cancelled, reading on calls it again. The task waits for it, no event is lost, and
        its time does not count as time without an event.

        Args:
            task: as for `create`.
            types: as for `Task.events`.
            answer: a function, async or not, that gets a question as a `ReceivedEvent` and returns
                the reply: a string (sent as `HumanResponseEvent(response=…)`), an event (sent as it
                is), or None (nothing is sent). Replies go to the service that runs the task.
            is_question: tells which events are questions. By default: those of a class named
                `InputRequiredEvent`, of one derived from it in `types`, or with a field `prefix`.
            answer_timeout: seconds for each call of `answer`. A function that is not async cannot
                be stopped; a reply that it returns too late is not sent.
            timeout: longest time without an event, and for each request, in seconds.

        Raises:
            ValueError: the arguments are not a JSON object.
            NotFoundError: as for `create`, on entering.
            TaskFailedError: the workflow failed (0.9), after its stop event.
            AnswerTimeoutError: no reply within `answer_timeout` seconds.
            LlamaDeployError: what `Task.events` raises, while reading.

        Examples:
            >>> async def converse(deployment, ask):
            ...     async with deployment.tasks.stream({"message": "hello"}, answer=ask) as run:
            ...         async for event in run:
            ...             print(event)
            ...         print((await run.result()).result)
        """
        return TaskRun(
            partial(self.create, to_task(task), timeout=timeout),
            read=reader(types),
            answer=answer,
            is_question=is_question or question_test(types),
            answer_timeout=answer_timeout,
            timeout=timeout,
        )

    async def list(self, *, timeout: Timeout = UNSET) -> list[Task]:
        """List all tasks (`GET /deployments/{deployment}/tasks`).

        Raises:
            NotFoundError: no such deployment.
        """
        request = list_deployment_tasks.request(self.deployment_id).returning(list[TaskIds])
        return [self._task(ids) for ids in await self._send(request, timeout)]

    def _task(self, ids: TaskIds) -> Task:
        return Task(
            client=self.client,
            deployment_id=self.deployment_id,
            id=ids.task_id,
            session_id=ids.session_id,
            service_id=ids.service_id,
        )
