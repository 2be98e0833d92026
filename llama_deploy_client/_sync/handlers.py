# Made by `make generate` from llama_deploy_client/_async/handlers.py: do not edit.
"""A handler of a workflow server: a run's events, replies to it, and its result."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import Any, Literal, overload

import httpx
from attrs import frozen
from llama_agents_api.api.workflows import (
    cancel_handler,
    get_handler,
    send_handler_event,
    stream_handler_events,
)
from llama_agents_api.models.handler_state import HandlerState
from llama_agents_api.models.new_event import NewEvent
from pydantic import BaseModel

from .._concurrency import sleep_sync
from .._decoding import decode
from .._polling import Polling
from .._timeout import UNSET, Timeout
from .._transport.deadline import Deadline
from .._workflows import (
    WorkflowEvent,
    WorkflowResult,
    failure_in,
    reader_of_events,
    result_of,
    state_in,
    to_envelope,
    unreadable,
)
from ..errors import (
    InvalidRequestError,
    NotFoundError,
    ReadTimeoutError,
    ServerError,
    TaskFailedError,
    UnknownEndpointError,
)
from ..events import A, B, C, D, EventTypes, ServerEvent
from ..request import Request
from .handler_events import read_handler_events
from .model import Model
from .sending import Sender, no_result
from .streams import EventStream


def receive_state(
    sender: Sender, request: Request[HandlerState], deadline: Deadline, *, patient: bool = False
) -> tuple[HandlerState, httpx.Response]:
    """Send a request whose response is a handler, and return its state and the response.

    The state also comes with error statuses.

    Raises:
        ServerError: the server cannot read the result of the handler.
    """
    try:
        response = sender.respond(request, deadline, patient=patient)
    except ServerError as error:
        state = state_in(error.response)
        if state is None:
            raise
        return state, error.response
    except InvalidRequestError as error:
        if error.status_code == 422:
            raise unreadable(error.response) from None
        raise
    return decode(response, request, sender.settings.max_values), response


@frozen(kw_only=True)
class Handler(Model):
    """A run of a workflow on a workflow server. Experimental."""

    workflow_id: str
    """The name of the workflow that the handler runs."""

    def status(self, *, timeout: Timeout = UNSET) -> HandlerState:
        """Return the handler's state, also if it failed (`GET /handlers/{handler}`).

        Raises:
            NotFoundError: no such handler.
            ServerError: the server cannot read the result that it stored.

        Examples:
            >>> def is_running(handler):
            ...     return (handler.status()).status == "running"
        """
        state, _ = self._ask(self._deadline(timeout))
        return state

    def results(self, *, timeout: Timeout = UNSET) -> WorkflowResult | None:
        """Return the result, or None while the handler runs (`GET /handlers/{handler}`).

        Raises:
            TaskFailedError: the workflow failed or was cancelled; `reason` is its own message.
            NotFoundError: no such handler.
            ServerError: the server cannot read the result that it stored.
        """
        state, response = self._ask(self._deadline(timeout))
        return None if state.status == "running" else result_of(state, response)

    def wait(self, *, timeout: Timeout = UNSET) -> WorkflowResult:
        """Wait for the result: call `results` until it is not None.

        If a gateway gives up on a request, the client sends it again.

        Raises:
            TaskFailedError: the workflow failed or was cancelled; `reason` is its own message.
            NotFoundError: no such handler.
            CallTimeoutError: no result within `timeout` seconds. A handler whose result has no JSON
                form never ends.
        """
        return self._wait(self._deadline(timeout))

    def _wait(self, deadline: Deadline) -> WorkflowResult:
        polling = Polling(self.client.settings.poll_interval)
        is_running = False
        while True:
            try:
                state, response = self._ask(deadline, patient=True)
            except ReadTimeoutError as error:
                if not is_running:
                    raise
                raise self._no_result(deadline, error.request) from error.__cause__
            is_running = state.status == "running"
            if not is_running:
                return result_of(state, response)
            sleep_sync(deadline.within(polling.pause()))
            if deadline.expired():
                raise self._no_result(deadline, response.request)

    def _no_result(self, deadline: Deadline, request: httpx.Request) -> ReadTimeoutError:
        error = no_result(deadline, request)
        error._add(f"Handler {self.id!r} is still running on the server")
        return error

    def send_event(
        self,
        ev: BaseModel | ServerEvent,
        service_name: str | None = None,
        *,
        step: str | None = None,
        timeout: Timeout = UNSET,
    ) -> None:
        """Send an event to the running workflow (`POST /events/{handler}`).

        Args:
            ev: a pydantic model or a `ServerEvent`, such as `HumanResponseEvent`. The server finds
                its class by the name without the module.
            service_name: ignored; accepted so that calls written for `Task.send_event` work.
            step: the step that receives the event; by default, every step that accepts it.
            timeout: seconds for this call.

        Raises:
            InvalidRequestError: the workflow has no such event; the error lists those it has.
            StatusError: the handler has ended (409).
            NotFoundError: no such handler.
            ServerError: no such step.

        Examples:
            >>> from llama_deploy_client import HumanResponseEvent
            >>> def answer(handler):
            ...     handler.send_event(HumanResponseEvent(response="42"))
        """
        body = NewEvent(event=to_envelope(ev), step=step)
        self._send(send_handler_event.request(self.id, body=body), timeout)

    def cancel(self, *, purge: bool = False, timeout: Timeout = UNSET) -> None:
        """Stop the handler (`POST /handlers/{handler}/cancel`).

        Args:
            purge: also delete the handler and its events, even if it has ended.
            timeout: seconds for this call.

        Raises:
            NotFoundError: no such handler; or, without `purge`, it has ended.
        """
        try:
            self._send(cancel_handler.request(self.id, purge=purge or None), timeout)
        except NotFoundError as error:
            if not (purge or isinstance(error, UnknownEndpointError)):
                error._add("Or it has ended: cancel(purge=True) removes it from the server")
            raise

    @overload
    def events(
        self, *, types: None = None, after: int | Literal["now"] = -1, timeout: Timeout = UNSET
    ) -> EventStream: ...
    @overload
    def events(
        self,
        *,
        types: EventTypes[A, B, C, D],
        after: int | Literal["now"] = -1,
        timeout: Timeout = UNSET,
    ) -> EventStream[A | B | C | D | WorkflowEvent]: ...
    @overload
    def events(
        self,
        *,
        types: list[type[BaseModel]] | None,
        after: int | Literal["now"] = -1,
        timeout: Timeout = UNSET,
    ) -> EventStream[Any]: ...
    def events(
        self,
        *,
        types: EventTypes[Any, Any, Any, Any] | None = None,
        after: int | Literal["now"] = -1,
        timeout: Timeout = UNSET,
    ) -> EventStream[Any]:
        """Stream the events of the handler as they happen (`GET /events/{handler}`).

        Each is a dict with the fields of the event; the last one is the stop event. Every reader
        gets all events, even after the run. A stream that is cut resumes after the last event, at
        most `max_retries` times in a row without a new one.

        Args:
            types: pydantic classes. An event becomes an instance of the one that has the name of
                its class on the server, or of its nearest base class. All others are
                `WorkflowEvent`s.
            after: only events after this `WorkflowEvent.sequence`; -1 for all. `"now"` for new
                events only; those during a cut before the first one are missed.
            timeout: longest time without an event, in seconds. Heartbeats do not count.

        Raises:
            TaskFailedError: the workflow failed or was cancelled; raised instead of its last event.
            EventMismatchError: an event has the name of one of `types`, but does not fit it. Keep
                iterating for the next event.
            CallTimeoutError: no event for `timeout` seconds.
            StreamInterruptedError: the connection broke and could not be resumed.
            MalformedResponseError: a message is not an event, or longer than `max_line_size`.
            NotFoundError: no such handler.
            ServerError: the server cannot read the result that it stored.

        Examples:
            >>> def show(handler):
            ...     for event in handler.events():
            ...         print(event)
        """
        deadline = self._deadline(timeout)
        return EventStream(self._events(after, deadline), reader_of_events(types), deadline)

    def _events(
        self, after: int | Literal["now"], deadline: Deadline
    ) -> Generator[WorkflowEvent, None]:
        request = stream_handler_events.request(self.id, after_sequence=str(after))
        with closing(read_handler_events(self.client._sender, request, deadline)) as events:
            for event in events:
                if event.is_failure:
                    self._fail(event, deadline)
                yield event

    def _fail(self, event: WorkflowEvent, deadline: Deadline) -> None:
        """Raise the error of a failure; its message is in the handler's state."""
        try:
            deadline.restart()
            self._wait(deadline)
        except NotFoundError as removed:
            raise TaskFailedError(removed.response, reason=failure_in(event)) from None

    def _run_id(self, deadline: Deadline) -> str | None:
        """Return the id of the handler's last run; None if it is missing or unreadable."""
        try:
            return (self._ask(deadline))[0].run_id
        except (NotFoundError, ServerError):
            return None

    def _ask(
        self, deadline: Deadline, *, patient: bool = False
    ) -> tuple[HandlerState, httpx.Response]:
        request = get_handler.request(self.id)
        return receive_state(self.client._sender, request, deadline, patient=patient)
