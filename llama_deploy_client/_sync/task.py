# Made by `make generate` from llama_deploy_client/_async/task.py: do not edit.
"""A task of a deployment: its events, replies to it, and its result."""

from __future__ import annotations

from typing import Any, overload

from attrs import field, frozen
from llama_deploy_api.api.apiserver import (
    get_deployment_task_results,
    send_deployment_task_event,
    stream_deployment_task_events,
)
from pydantic import BaseModel

from .._silence import SENT_ONCE, unknown_service
from .._timeout import UNSET, Timeout
from .._transport.deadline import Deadline
from ..errors import CallTimeoutError, LlamaDeployError, ServerError
from ..events import (
    A,
    B,
    C,
    D,
    EventTypes,
    ReceivedEvent,
    ServerEvent,
    define,
    reader,
)
from ..request import Request
from ..types import EventDefinition, TaskResult, TaskState
from .doubt import LOOK
from .model import Model
from .streams import EventStream
from .task_events import can_be_read_again, read_events


@frozen(kw_only=True)
class Task(Model):
    """A task of a deployment."""

    deployment_id: str
    session_id: str | None
    """The id of the task's session; None for tasks that a 0.9 server lists without it."""
    service_id: str | None = field(default=None, eq=False, repr=False)
    """The service that runs the task, if known. 0.9 reports it if the task's creator named one."""

    def results(self, *, timeout: Timeout = UNSET) -> TaskResult | None:
        """Return the task's result (`GET /deployments/{deployment}/tasks/{task}/results`).

        0.6 to 0.8 return None until the task is done; 0.9 waits for the task, up to `timeout`
        seconds, even if a gateway allows less. If the workflow failed, 0.6 to 0.8 return the text
        of the exception as the result.

        Raises:
            ServerError: the workflow failed, the task is unknown, or its result is not a string
                (0.9); the session is unknown (0.6 to 0.8). Servers give no reason.
            NotFoundError: no such deployment.
        """
        return self._send(self._results(), timeout)

    def wait(self, *, timeout: Timeout = UNSET) -> TaskResult:
        """Wait for the task's result: call `results` until it is not None.

        If a gateway gives up on a request (504, 502, a broken connection), the client repeats it,
        until `timeout`.

        Raises:
            ServerError: as for `results`.
            CallTimeoutError: no result within `timeout` seconds.
        """
        return self._poll(self._results(), self._deadline(timeout), self._why_no_result)

    def done(self, *, timeout: Timeout = UNSET) -> TaskState:
        """Return whether the task is done, with its result if it is.

        `GET /deployments/{deployment}/tasks/{task}/results`.

        It does not wait for the task. 0.6 to 0.8 respond at once; 0.9 holds the request open until
        the task is done, so the client gives up after half a second. The task keeps running.

        Args:
            timeout: seconds for this call.

        Returns:
            A state that is true if the task is done. It has the `result`, or the `error` if 0.9
            cannot return the result, for example because the workflow failed.

        Raises:
            ServerError: the session is unknown (0.6 to 0.8).
            CallTimeoutError: the server does not respond.

        Examples:
            >>> def show(task):
            ...     if state := task.done():
            ...         print(state.result or state.error)
        """
        deadline = self._deadline(timeout)
        try:
            result = self._send(self._results(), deadline.within(LOOK))
        except CallTimeoutError:
            if self._sends_events_once(deadline):
                return TaskState()
            result = self.results(timeout=deadline.remaining())
        except ServerError as error:
            if error.status_code == 500 and self._sends_events_once(deadline):
                return TaskState(done=True, error=error)
            raise
        return TaskState(done=result is not None, result=result)

    def _sends_events_once(self, deadline: Deadline) -> bool:
        """Return whether the server is a 0.9, which also waits for results."""
        try:
            return can_be_read_again(self.client._sender, "apiserver", deadline) is False
        except CallTimeoutError:
            raise
        except LlamaDeployError:  # the generation stays unknown; the request for results decides
            return False

    def _why_no_result(self, _: float) -> str:
        return unknown_service(self.service_id)

    def _why_silent(self, timeout: float) -> str | None:
        """Why no event may come: others read them (0.9), or the service is unknown (0.6 to 0.8)."""
        try:
            result = self._send(self._results(), timeout)
        except ServerError as error:
            return SENT_ONCE if error.status_code == 500 else ""
        except LlamaDeployError:  # a 0.9 holds the request until the task is done
            return None
        return unknown_service(self.service_id) if result is None else SENT_ONCE

    def send_event(
        self, ev: BaseModel | ServerEvent, service_name: str, *, timeout: Timeout = UNSET
    ) -> EventDefinition:
        """Send an event to the running task (`POST /deployments/{deployment}/tasks/{task}/events`).

        Args:
            ev: a llama-index event, any other pydantic model, or a `ServerEvent`, such as
                `HumanResponseEvent`.
            service_name: the service that waits for the event.
            timeout: seconds for this call.

        Returns:
            The event as it was sent.

        Examples:
            >>> from llama_deploy_client import HumanResponseEvent
            >>> def answer(task):
            ...     task.send_event(HumanResponseEvent(response="42"), "human")
        """
        event = define(ev, service_name)
        request = send_deployment_task_event.request(
            self.deployment_id, self.id, session_id=self.session_id or None, body=event
        )
        return self._send(request, timeout)

    @overload
    def events(self, *, types: None = None, timeout: Timeout = UNSET) -> EventStream: ...
    @overload
    def events(
        self, *, types: EventTypes[A, B, C, D], timeout: Timeout = UNSET
    ) -> EventStream[A | B | C | D | ReceivedEvent]: ...
    @overload
    def events(
        self, *, types: list[type[BaseModel]] | None, timeout: Timeout = UNSET
    ) -> EventStream[Any]: ...
    def events(
        self, *, types: EventTypes[Any, Any, Any, Any] | None = None, timeout: Timeout = UNSET
    ) -> EventStream[Any]:
        """Stream the events of the task as they happen.

        `GET /deployments/{deployment}/tasks/{task}/events`.

        Each is a dict with the fields of the event. The last one is the workflow's stop event: `{}`
        or `{"result": …}`. 0.6 to 0.8 send all events to each reader, 0.9 sends each event to one
        reader.

        A stream of 0.6 to 0.8 that is cut resumes where it was: until `timeout` if it had been open
        for a while, as behind a gateway; at most `max_retries` times in a row if it is cut at once.

        Args:
            types: pydantic classes. An event becomes an instance of the one that has the name of
                its class on the server (0.9). All others, and all events from 0.6 to 0.8, are
                `ReceivedEvent`s.
            timeout: longest time without an event, in seconds.

        Raises:
            EventMismatchError: an event has the name of one of `types`, but does not fit it. Keep
                iterating for the next event.
            CallTimeoutError: no event for `timeout` seconds, or no stream (404) for so long.
            StreamInterruptedError: the connection broke and could not be resumed (on 0.9 never, and
                events are lost), the workflow failed (0.9), or the stream ended without a stop
                event and the task has no known result (0.6 to 0.8).
            ReplayDiffersError: the connection broke, and the server then sent other events than
                before.
            MalformedResponseError: a line is not valid JSON, or longer than `max_line_size`.
            ServerError: no such task (0.9) or session (0.6 to 0.8).

        Examples:
            >>> def show(task):
            ...     for event in task.events():
            ...         print(event)
        """
        request = stream_deployment_task_events.request(
            self.deployment_id,
            self.id,
            session_id=self.session_id or None,
            raw_event=None if types is None else True,  # 0.6 to 0.8 ignore this parameter
        )
        deadline = self._deadline(timeout)
        sent = read_events(self.client._sender, request, deadline, self._ended, self._why_silent)
        if types is None:
            return EventStream(sent)
        read = reader(types)
        return EventStream(sent, lambda event: read(ReceivedEvent.of(event)), deadline)

    def _results(self) -> Request[TaskResult | None]:
        return get_deployment_task_results.request(
            self.deployment_id, self.id, session_id=self.session_id or None
        ).waiting()

    def _ended(self, timeout: float) -> bool:
        """Return whether a stream without a stop event ended properly.

        0.9 cuts the stream of a workflow that fails, so a clean end means that the task is over.
        With 0.6 to 0.8, only a result shows that.
        """
        deadline = Deadline(timeout)
        if not can_be_read_again(self.client._sender, "apiserver", deadline):
            return True
        return self.results(timeout=deadline.remaining()) is not None
