# Made by `make generate` from llama_deploy_client/_async/workflows.py: do not edit.
"""The workflows of a workflow server of llama-agents. Experimental."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from os import PathLike
from typing import Any, overload

import httpx
from attrs import frozen
from llama_agents_api.api.workflows import (
    get_health,
    get_workflow_schema,
    list_handlers,
    list_workflows,
    run_workflow,
    start_workflow,
)
from llama_agents_api.models.handler_state import HandlerState
from llama_agents_api.models.new_handler import NewHandler

from .._answers import SyncAnswer
from .._concurrency import SyncInputs, sleep_sync
from .._polling import Polling
from .._retry import PASSING_STATUSES
from .._timeout import UNSET, Timeout
from .._transport.deadline import Deadline
from .._values import Arguments, generate_id, to_task
from .._workflows import (
    WorkflowEvent,
    asks,
    looks_like_an_envelope,
    reader_of_events,
    result_of,
    start_event,
)
from ..errors import (
    CallError,
    CertificateError,
    ConnectionLostError,
    MalformedResponseError,
    NotFoundError,
    ReadTimeoutError,
    ServerUnreachableError,
    StatusError,
    WriteTimeoutError,
)
from ..events import A, B, C, D, EventTypes, ReceivedEvent
from ..request import Request, check_id
from ..types import Status, StatusEnum, TaskDefinition
from .batch import Batch
from .handlers import Handler, receive_state
from .model import Collection, Model
from .workflow_runs import WorkflowRun

PATIENCE = 1.0
"""Seconds after which a server has surely created the handler of a request that it got."""

_STATUSES = ("running", "completed", "failed", "cancelled")
"""The statuses of handlers."""

_LOST = PASSING_STATUSES - {429}
"""Statuses of a gateway without a response: the server behind it may have got the request."""


@frozen(kw_only=True)
class Workflow(Model):
    """A workflow of a workflow server. Its id is its name. Experimental."""

    def run(
        self,
        task: TaskDefinition | Arguments,
        *,
        handler_id: str | None = None,
        timeout: Timeout = UNSET,
    ) -> Any:
        """Run the workflow and wait for its result (`POST /workflows/{workflow}/run`).

        If the response is lost, the client gets the result by the handler's id.

        Args:
            task: the task, or the workflow's arguments, as for `tasks.run`.
            handler_id: the id of the handler; a new random one by default. With the id of a handler
                that has ended, that handler runs again with its state.
            timeout: seconds for the run. Afterwards, the workflow keeps running on the server.

        Returns:
            The result, any JSON value; for a workflow's own stop event class, a dict of its fields.

        Raises:
            TaskFailedError: the workflow failed; `reason` is its own message.
            InvalidRequestError: the workflow refuses the arguments; the error says why.
            NotFoundError: no such workflow.
            StatusError: a handler with this id is running (409).
            ConnectionLostError: as for `create`.

        Examples:
            >>> def shout(client):
            ...     echo = client.workflows.get("echo")
            ...     return echo.run({"message": "hello"})
        """
        deadline = self._deadline(timeout)
        state, response = self._start(run_workflow.request, task, handler_id, deadline)
        if state.status == "running":  # the response was lost, or the server set the handler aside
            return (self._handler(state)._wait(deadline)).result
        return result_of(state, response).result

    def run_many(
        self,
        tasks: SyncInputs[TaskDefinition | Arguments],
        *,
        concurrency: int = 10,
        progress: bool = False,
        results_file: str | PathLike[str] | None = None,
        timeout: Timeout = UNSET,
    ) -> Batch:
        """Run the workflow many times, a few at a time, as `tasks.run_many` does.

        Args:
            tasks: an iterable, each item as for `run`. The batch reads them one by one as it needs
                them.
            concurrency: how many run at once. Beyond `max_connections`, they wait for a connection.
            progress: show a progress bar, if stderr is a terminal. Needs tqdm: the extra
                `progress`.
            results_file: a JSON Lines file that gets each result. A later batch with the same tasks
                and file runs only those without a result.
            timeout: seconds for each task.

        Returns:
            The batch. It runs while you ask it for outcomes or results.

        Raises:
            ModuleNotFoundError: `progress` is true and tqdm is not installed.

        Examples:
            >>> def shout(workflow, messages):
            ...     return workflow.run_many({"message": text} for text in messages).results()
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
        self,
        task: TaskDefinition | Arguments,
        *,
        handler_id: str | None = None,
        timeout: Timeout = UNSET,
    ) -> Handler:
        """Start the workflow without waiting for it (`POST /workflows/{workflow}/run-nowait`).

        The client chooses the handler's id. If the response is lost, it looks for that id, and does
        not start the workflow a second time.

        Args:
            task: as for `run`.
            handler_id: as for `run`.
            timeout: seconds for this call.

        Raises:
            InvalidRequestError: the workflow refuses the arguments; the error says why.
            NotFoundError: no such workflow.
            StatusError: a handler with this id is running (409).
            ConnectionLostError: the response was lost, and the server has no such handler.
        """
        deadline = self._deadline(timeout)
        state, _ = self._start(start_workflow.request, task, handler_id, deadline)
        return self._handler(state)

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
    ) -> WorkflowRun: ...
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
    ) -> WorkflowRun[A | B | C | D | WorkflowEvent]: ...
    def stream(
        self,
        task: TaskDefinition | Arguments,
        *,
        types: EventTypes[Any, Any, Any, Any] | None = None,
        answer: SyncAnswer | None = None,
        is_question: Callable[[ReceivedEvent], bool] | None = None,
        answer_timeout: float | None = None,
        timeout: Timeout = UNSET,
    ) -> WorkflowRun[Any]:
        """Start the workflow on entering the block, and give its events, questions and result.

        It works like `tasks.stream`: `answer` is called with each question when you ask for the
        next event, and again if it raises or times out. Leaving the block releases the connection
        at once; the handler is still running on the server.

        Args:
            task: as for `create`.
            types: as for `Handler.events`.
            answer: a function, async or not, that gets a question as a `WorkflowEvent` and returns
                the reply: a string (sent as `HumanResponseEvent(response=…)`), an event (sent as it
                is), or None (nothing is sent).
            is_question: tells which events are questions. By default: those of the class
                `InputRequiredEvent` and of classes derived from it.
            answer_timeout: seconds for each call of `answer`.
            timeout: longest time without an event, and for each request, in seconds.

        Raises:
            NotFoundError: as for `create`, on entering.
            TaskFailedError: the workflow failed; `reason` is its own message.
            AnswerTimeoutError: no reply within `answer_timeout` seconds.
            LlamaDeployError: what `Handler.events` raises, while reading.

        Examples:
            >>> def converse(workflow, ask):
            ...     with workflow.stream({"question": "Who?"}, answer=ask) as run:
            ...         for event in run:
            ...             print(event)
            ...         print((run.result()).result)
        """
        return WorkflowRun(
            partial(self.create, to_task(task), timeout=timeout),
            read=reader_of_events(types),
            answer=answer,
            is_question=is_question or asks,
            answer_timeout=answer_timeout,
            timeout=timeout,
        )

    def handlers(self, *, status: str | None = None, timeout: Timeout = UNSET) -> list[Handler]:
        """List the handlers of the workflow (`GET /handlers`).

        Args:
            status: only those with this status: `"running"`, `"completed"`, `"failed"` or
                `"cancelled"`; all by default.
            timeout: seconds for this call.

        Raises:
            ValueError: there is no such status. Nothing is sent.
        """
        if status not in (None, *_STATUSES):
            raise ValueError(f"status must be one of {', '.join(_STATUSES)}, got {status!r}")
        statuses = None if status is None else [status]
        request = list_handlers.request(status=statuses, workflow_name=[self.id])
        return [self._handler(state) for state in (self._send(request, timeout)).handlers]

    def handler(self, id: str, *, timeout: Timeout = UNSET) -> Handler:
        """Get a handler by its id (`GET /handlers/{handler}`).

        Raises:
            NotFoundError: no such handler.
        """
        handler = Handler(client=self.client, id=id, workflow_id=self.id)
        return self._handler(handler.status(timeout=timeout))

    def _handler(self, state: HandlerState) -> Handler:
        return Handler(client=self.client, id=state.handler_id, workflow_id=state.workflow_name)

    def _start(
        self,
        operation: Callable[..., Request[HandlerState]],
        task: TaskDefinition | Arguments,
        handler_id: str | None,
        deadline: Deadline,
    ) -> tuple[HandlerState, httpx.Response]:
        """Start a handler; if the response is lost, look for the handler by its id."""
        fields = self._start_event(to_task(task), deadline)
        id = generate_id() if handler_id is None else _check_id(handler_id)
        handler = Handler(client=self.client, id=id, workflow_id=self.id)
        earlier_run = None if handler_id is None else handler._run_id(deadline)
        request = operation(self.id, body=NewHandler(start_event=fields, handler_id=id))
        try:
            return receive_state(self.client._sender, request, deadline)
        except (ConnectionLostError, StatusError) as error:
            if not (isinstance(error, ConnectionLostError) or error.status_code in _LOST):
                raise
            match = self._find(handler, earlier_run, deadline)
            if match is None:
                error._add(f"The server has no handler {id!r}, or did not respond in time")
                raise
            return match
        except (ReadTimeoutError, WriteTimeoutError) as error:
            error._add(f"Handler {id!r} may run on the server")
            raise

    def _start_event(self, task: TaskDefinition, deadline: Deadline) -> dict[str, Any]:
        if task.service_id not in (None, self.id):
            raise ValueError(
                f"the task names the service {task.service_id!r}, but this workflow is {self.id!r}"
            )
        if task.session_id:
            raise ValueError(
                f"the task names the session {task.session_id!r}, but workflow servers have no "
                "sessions: to continue with a handler's state, run it again with handler_id="
            )
        fields = start_event(task.input)
        if looks_like_an_envelope(fields):  # so they go into an envelope that names their class
            schema = self._send(get_workflow_schema.request(self.id), deadline.remaining())
            fields = {"type": schema.start.get("title", "StartEvent"), "value": fields}
        return fields

    def _find(
        self, handler: Handler, earlier_run: str | None, deadline: Deadline
    ) -> tuple[HandlerState, httpx.Response] | None:
        """Return the handler's state, once it has a new run; None if that does not happen."""
        polling = Polling(self.client.settings.poll_interval)
        while polling.waited() <= PATIENCE and not deadline.expired():
            try:
                state, response = handler._ask(deadline)
                if earlier_run is None or state.run_id != earlier_run:
                    return state, response
            except NotFoundError:
                pass
            except CallError:
                break
            sleep_sync(deadline.within(polling.pause()))
        return None


def _check_id(id: str) -> str:
    if "/" in check_id(id):
        raise ValueError(
            f"{id!r} cannot be the id of a handler: servers cannot find one with a slash"
        )
    return id


@frozen(kw_only=True)
class WorkflowCollection(Collection[Workflow]):
    """The workflows of a workflow server of llama-agents. Experimental.

    The server's URL is the setting `workflow_server_url`; on an appserver or LlamaCloud, it ends in
    `/deployments/{name}`.
    """

    def list(self, *, timeout: Timeout = UNSET) -> list[Workflow]:
        """List all workflows (`GET /workflows`).

        Examples:
            >>> def names(client):
            ...     return [workflow.id for workflow in client.workflows.list()]
        """
        names = (self._send(list_workflows.request(), timeout)).workflows
        return [Workflow(client=self.client, id=name) for name in names]

    def get(self, id: str, *, timeout: Timeout = UNSET) -> Workflow:
        """Get a workflow by its name (`GET /workflows/{workflow}/schema`).

        Raises:
            NotFoundError: no such workflow.
        """
        self._send(get_workflow_schema.request(id), timeout)
        return Workflow(client=self.client, id=id)

    def health(self, *, timeout: Timeout = UNSET) -> Status:
        """Return the workflow server's status (`GET /health`).

        Returns:
            Healthy; unhealthy, if the server is starting, is not a workflow server, or its
            certificate is not trusted; down, if nothing responds.

        Raises:
            CallTimeoutError: no response within `timeout` seconds.
            ConnectionLostError: the connection broke, or the server does not speak HTTP.
        """
        try:
            health = self._send(get_health.request(), timeout)
        except (CertificateError, StatusError, MalformedResponseError) as error:
            return Status(status=StatusEnum.UNHEALTHY, status_message=str(error))
        except ServerUnreachableError as error:
            return Status(status=StatusEnum.DOWN, status_message=str(error))
        if health.status != "healthy":
            return Status(status=StatusEnum.UNHEALTHY, status_message=health.status)
        message = "The workflow server is up and running."
        return Status(status=StatusEnum.HEALTHY, status_message=message)
