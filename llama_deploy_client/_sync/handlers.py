# Made by `make generate` from llama_deploy_client/_async/handlers.py: do not edit.
"""A handler of a workflow server: following a run, answering it, and having its result."""

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
from .._texts import seconds
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
from .sending import Sender
from .streams import EventStream


def receive_state(
    sender: Sender, request: Request[HandlerState], deadline: Deadline, *, patient: bool = False
) -> tuple[HandlerState, httpx.Response]:
    """The handler that answers a request, whatever the status that it comes with.

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
    """A run of a workflow. Experimental."""

    workflow_id: str
    """The name of the workflow that it runs."""

    def status(self, *, timeout: Timeout = UNSET) -> HandlerState:
        """The state of the handler, a failure among them (`GET /handlers/{handler}`).

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
        """The result; None while the handler runs (`GET /handlers/{handler}`).

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
            CallTimeoutError: no result within `timeout` seconds. Servers never end a handler whose
                result has no JSON form.
        """
        return self._wait(self._deadline(timeout))

    def _wait(self, deadline: Deadline) -> WorkflowResult:
        polling = Polling(self.client.settings.poll_interval)
        while True:
            state, response = self._ask(deadline, patient=True)
            if state.status != "running":
                return result_of(state, response)
            sleep_sync(deadline.within(polling.pause()))
            if deadline.expired():
                time = seconds(deadline.timeout)
                message = f"no result within {time}; handler {self.id!r} still runs"
                raise ReadTimeoutError(message, request=response.request)

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
            ev: a pydantic model or a `ServerEvent`, such as `HumanResponseEvent`. The server knows
                its class by the name without the module.
            service_name: of no use here; taken so that calls of `Task.send_event` fit.
            step: the step that is to have it; each step that takes it unless given.
            timeout: seconds for this call.

        Raises:
            InvalidRequestError: the workflow has no such event; the error lists those it has.
            StatusError: the handler ended (409).
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
            purge: also remove it and its events from the server; it need not run then.
            timeout: seconds for this call.

        Raises:
            NotFoundError: no such handler; or, without `purge`, it ended already.
        """
        try:
            self._send(cancel_handler.request(self.id, purge=purge or None), timeout)
        except NotFoundError as error:
            if not (purge or isinstance(error, UnknownEndpointError)):
                error._add("Or it ended: cancel(purge=True) removes it from the server")
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
        """The events of the handler as they happen (`GET /events/{handler}`).

        Each is a dict with the fields of the event; the last one is the stop event. Every reader
        has all events, whenever it comes. A stream that is cut is read on behind the last event,
        `max_retries` times in a row without a new one at the most.

        Args:
            types: pydantic classes. An event whose class on the server, or the nearest of its base
                classes, has the name of one is an instance of it, any other one a `WorkflowEvent`.
            after: the events after that `WorkflowEvent.sequence`: -1 are all; `"now"` those that
                are still to come, less those during a cut before the first one.
            timeout: seconds that may pass without an event. Heartbeats are not events.

        Raises:
            TaskFailedError: the workflow failed or was cancelled; in place of its last event.
            EventMismatchError: an event has the name of one of `types`, but does not fit it. The
                stream goes on: iterate on for the next event.
            CallTimeoutError: no event for `timeout` seconds.
            StreamInterruptedError: the connection broke for good.
            MalformedResponseError: what came is not an event, or longer than `max_line_size`.
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
        """Raise the error of a failure, whose words are in the handler's state."""
        try:
            deadline.restart()
            self._wait(deadline)
        except NotFoundError as removed:
            raise TaskFailedError(removed.response, reason=failure_in(event)) from None

    def _run_id(self, deadline: Deadline) -> str | None:
        """The last run of the handler; None if there is none, or none that can be read."""
        try:
            return (self._ask(deadline))[0].run_id
        except (NotFoundError, ServerError):
            return None

    def _ask(
        self, deadline: Deadline, *, patient: bool = False
    ) -> tuple[HandlerState, httpx.Response]:
        request = get_handler.request(self.id)
        return receive_state(self.client._sender, request, deadline, patient=patient)
