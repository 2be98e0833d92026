"""Values that workflow servers of llama-agents receive and send. No I/O."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import httpx
from attrs import field, frozen
from llama_agents_api.models.event_envelope import EventEnvelope
from llama_agents_api.models.handler_state import HandlerState
from pydantic import BaseModel

from ._jsonable import to_json_value
from ._ndjson import LineError
from ._pydantic import MisfitError, check, check_json
from ._received_json import JSONError, parse
from ._sse import Message
from ._texts import shorten
from .errors import ServerError, TaskFailedError
from .events import QUESTION, ReceivedEvent, ServerEvent, reader

STOP = "StopEvent"
_FAILURES = {"WorkflowFailedEvent", "WorkflowTimedOutEvent", "WorkflowCancelledEvent"}
_CANCELLED = "the handler was cancelled"
_UNREADABLE = (
    "The handler ended, but the server cannot read the result that it stored: its stop event has "
    "changed, or is no longer declared by the workflow"
)


@frozen(kw_only=True)
class WorkflowEvent(ReceivedEvent):
    """An event of a workflow server.

    Attributes:
        qualified_name: its class on the server, `module.Class`.
        value: its fields as the server sent them.
        kind: the name of its class.
        bases: the names of its base classes, the nearest first.
        sequence: its number among the events of its handler, for `after=`; numbers have gaps.
    """

    kind: str
    bases: tuple[str, ...] = ()
    sequence: int | None = field(default=None, eq=False)

    @classmethod
    def from_envelope(cls, sent: EventEnvelope, sequence: int | None = None) -> WorkflowEvent:
        """Make an event from the envelope that a server sends."""
        return cls(
            qualified_name=sent.qualified_name,
            value=sent.value,
            kind=sent.type_,
            bases=tuple(sent.types or ()),
            sequence=sequence,
        )

    def to_envelope(self) -> dict[str, Any]:
        """Return the event as the dict that the server sent."""
        return {
            "value": self.value,
            "qualified_name": self.qualified_name,
            "type": self.kind,
            "types": list(self.bases) or None,
        }

    @property
    def name(self) -> str:
        """The name of its class without the module."""
        return self.kind

    def is_a(self, name: str) -> bool:
        """Return whether its class or one of its base classes has this name."""
        return name == self.kind or name in self.bases

    @property
    def is_last(self) -> bool:
        """Whether no event follows: it is a stop event, or reports a failure."""
        return self.is_a(STOP)

    @property
    def is_failure(self) -> bool:
        """Whether it reports that the workflow failed, timed out or was cancelled."""
        return self.kind in _FAILURES and STOP in self.bases


@frozen(kw_only=True)
class WorkflowResult:
    """The result of a workflow.

    Attributes:
        task_id: the id of the handler.
        result: the result, any JSON value; for a workflow's own stop event class, all its fields.
        event: the stop event itself.
    """

    task_id: str
    result: Any
    event: WorkflowEvent | None = None


def to_event(message: Message, max_values: int) -> WorkflowEvent:
    """Return the event in a message of a stream.

    Raises:
        LineError: the message is not an event.
    """
    try:
        sent = check(EventEnvelope, parse(message.data, max_values))
        sequence = None if message.id is None else int(message.id)
        return WorkflowEvent.from_envelope(sent, sequence)
    except JSONError as error:
        problem = str(error)
    except MisfitError as error:
        problem = f"is not as documented: {error.problems[0][1]}"
    except ValueError:
        problem = f"has the id {shorten(message.id or b'')}, which is not a number"
    raise LineError(f"an event that {problem}: {shorten(message.data)}")


def state_in(response: httpx.Response) -> HandlerState | None:
    """Return the handler state in a response of any status, or None."""
    try:
        state: HandlerState = check_json(HandlerState, response.text)
        return state
    except (MisfitError, ValueError):
        return None


def unreadable(response: httpx.Response) -> ServerError:
    """Return the error for a result that the server cannot read."""
    return ServerError(response, cause=_UNREADABLE)


def result_of(state: HandlerState, response: httpx.Response) -> WorkflowResult:
    """Return the result of a handler that has ended.

    Raises:
        TaskFailedError: the handler failed or was cancelled.
        ServerError: the server cannot read the result.
    """
    if state.status == "cancelled":
        raise TaskFailedError(response, reason=state.error or _CANCELLED)
    if state.status != "completed":
        raise TaskFailedError(response, reason=state.error or "its exception has no message")
    if state.result_unreadable:
        raise unreadable(response)
    if state.result is None:
        return WorkflowResult(task_id=state.handler_id, result=None)
    event = WorkflowEvent.from_envelope(state.result)
    result = event.fields.get("result") if event.kind == STOP else event.fields
    return WorkflowResult(task_id=state.handler_id, result=result, event=event)


def failure_in(event: WorkflowEvent) -> str:
    """Return why a workflow failed, from its last event."""
    if event.kind == "WorkflowCancelledEvent":
        return _CANCELLED
    exception = event.fields.get("exception")
    text = exception.get("exception_message") if isinstance(exception, dict) else None
    return str(text or f"its last event was a {event.kind}")


def start_event(text: str) -> dict[str, Any]:
    """Return the fields of a start event, from a task's arguments as JSON text."""
    fields: dict[str, Any] = json.loads(text) if text else {}
    return fields


def looks_like_an_envelope(fields: Mapping[str, Any]) -> bool:
    """Return whether a server would mistake these fields of a start event for an envelope."""
    return "value" in fields or {"type", "qualified_name"} <= fields.keys()


def to_envelope(event: BaseModel | ServerEvent) -> dict[str, Any]:
    """Return `event` in the form that workflow servers accept: class name and fields.

    Raises:
        TypeError: `event` is neither a pydantic model nor a `ServerEvent`.
        ValueError: a field has no JSON form; the message says where.
    """
    if isinstance(event, ServerEvent):
        name = event.qualified_name.partition("[")[0].rpartition(".")[2]
        return {"type": name, "value": to_json_value({**event.fields, **event.extra}, "fields")}
    if isinstance(event, BaseModel):
        return {"type": type(event).__name__, "value": to_json_value(event, "event")}
    raise TypeError(
        f"an event must be a pydantic model or a ServerEvent, got {type(event).__name__}: "
        "for a class that only the server has, use ServerEvent('module.Class', {...})"
    )


def asks(event: ReceivedEvent) -> bool:
    """Return whether an event asks a human: an `InputRequiredEvent`, or a class derived from it."""
    return isinstance(event, WorkflowEvent) and event.is_a(QUESTION)


def open_question(last: WorkflowEvent | None) -> str:
    """Return what to do if the last event before a silence asks a human; "" if it does not."""
    if last is None or not asks(last):
        return ""
    return (
        f". The last event, {last.kind}, asks a human, and the workflow waits for a reply: "
        "send it with handler.send_event, or use workflow.stream with answer="
    )


def reader_of_events(types: Iterable[type[BaseModel]] | None) -> Callable[[WorkflowEvent], Any]:
    """Return a converter from an event to one of `types`; without types, to its value.

    It picks the class with the name of the event's class, else of its nearest base class in
    `types`.

    Raises:
        TypeError: `types` is a single class, or one of them is not a pydantic model.
        ValueError: two of them have the same name.
    """
    kinds = types if types is None or isinstance(types, type) else list(types)
    read = reader(kinds)
    if kinds is None:
        return read
    known = {kind.__name__: kind for kind in kinds}

    def read_one(event: WorkflowEvent) -> Any:
        for name in (event.kind, *event.bases):
            if name in known:
                return event.parse_as(known[name])
        return event

    return read_one
