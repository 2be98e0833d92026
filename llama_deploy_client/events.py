"""Events: those sent to a workflow, and those received from it.

The server rebuilds an event from three things: the name of its class, the values of the fields that
the class declares, and, under `_data`, the values of all other fields. Any pydantic model can be
sent, for example a llama-index event; `ServerEvent` and `HumanResponseEvent` name a class that
exists only on the server.

In the other direction, 0.9 sends the class name with each event on request, and the client picks
one of the caller's classes by that name. It never imports a class by a name that a server sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Never

from attrs import field, frozen
from pydantic import BaseModel
from typing_extensions import TypeVar

from ._jsonable import check_object, to_json_value
from ._pydantic import MisfitError, check_json
from ._texts import shorten
from .errors import EventMismatchError
from .request import Request, StreamRequest
from .types import EventDefinition

QUESTION = "InputRequiredEvent"
"""The llama-index class of questions to a human, or their base class."""

# Up to four: mypy infers a list of classes as a list of their common base, but not a tuple.
A = TypeVar("A", bound=BaseModel, default=Never)
B = TypeVar("B", bound=BaseModel, default=Never)
C = TypeVar("C", bound=BaseModel, default=Never)
D = TypeVar("D", bound=BaseModel, default=Never)

EventTypes = (
    list[type[A]]
    | tuple[()]
    | tuple[type[A]]
    | tuple[type[A], type[B]]
    | tuple[type[A], type[B], type[C]]
    | tuple[type[A], type[B], type[C], type[D]]
)
"""The classes for events; each event becomes an instance of the one with its name."""


@frozen
class ServerEvent:
    """An event whose class exists only on the server.

    Attributes:
        qualified_name: the class as the server imports it, `module.Class`.
        fields: values of the fields that the class declares.
        extra: values of other fields; llama-index events accept any.

    Examples:
        >>> ServerEvent("workflow.Answer", {"text": "42"}).to_json()
        '{"__is_pydantic": true, "value": {"text": "42"}, "qualified_name": "workflow.Answer"}'
    """

    qualified_name: str
    fields: Mapping[str, Any] = field(factory=dict)
    extra: Mapping[str, Any] = field(factory=dict)

    def to_json(self) -> str:
        """Return the event as JSON text in the form that servers read.

        Raises:
            ValueError: a field has no JSON form; the message says where.
        """
        value = to_json_value(self.fields, "fields")
        if self.extra:
            value["_data"] = to_json_value(self.extra, "extra")
        return to_wire(value, self.qualified_name)


class HumanResponseEvent(ServerEvent):
    """A reply to an `InputRequiredEvent`; llama-index need not be installed.

    Args:
        module: the module of the class on the server. The default exists in every generation; use
            `"workflows.events"` for a 0.9 server without llama-index-core.
        extra: the fields that the workflow reads, usually `response`.

    Examples:
        >>> HumanResponseEvent(response="42").to_json()  # doctest: +ELLIPSIS
        '{"__is_pydantic": true, "value": {"_data": {"response": "42"}}, "qualified_name": "llam...'
    """

    def __init__(self, *, module: str = "llama_index.core.workflow.events", **extra: Any) -> None:
        super().__init__(f"{module}.HumanResponseEvent", {}, extra)


def to_json(event: BaseModel | ServerEvent) -> str:
    """Return `event` as JSON text, byte for byte as the server's own serializer would.

    Raises:
        TypeError: `event` is neither a pydantic model nor a `ServerEvent`.
        ValueError: a field has no JSON form; the message says where.
    """
    if isinstance(event, ServerEvent):
        return event.to_json()
    if isinstance(event, BaseModel):
        kind = type(event)
        return to_wire(to_json_value(event, "event"), f"{kind.__module__}.{kind.__name__}")
    raise TypeError(
        f"an event must be a pydantic model or a ServerEvent, got {type(event).__name__}: "
        "for a class that only the server has, use ServerEvent('module.Class', {...})"
    )


def class_of(event: BaseModel | ServerEvent) -> str:
    """Return the name of an event's class, without the module."""
    if isinstance(event, ServerEvent):
        return _split(event.qualified_name)[1]
    return type(event).__name__


def define(event: BaseModel | ServerEvent, service_name: str) -> EventDefinition:
    """Return `event` as the payload of a request that sends it to a service.

    Raises:
        TypeError: `event` is not an event.
        ValueError: no server can import its class, or a field has no JSON form.
    """
    if isinstance(event, ServerEvent):
        check_importable(*_split(event.qualified_name))
    elif isinstance(event, BaseModel):
        check_importable(type(event).__module__, type(event).__qualname__)
    return EventDefinition(service_id=service_name, event_obj_str=to_json(event))


def check_definition(event: EventDefinition) -> None:
    """Check the class name of an event that is already serialized.

    Raises:
        ValueError: no server can import it.
    """
    try:
        name = json.loads(event.event_obj_str)["qualified_name"]
    except (ValueError, TypeError, KeyError, RecursionError):  # the server reports that itself
        return
    check_importable(*_split(str(name)))


def check_request(request: Request[Any] | StreamRequest[Any]) -> None:
    """Check the arguments or the event in a request for `client.send`, as the methods do.

    Raises:
        ValueError: its arguments are not a JSON object, or no server can import its event's class.
    """
    if request.operation in _WITH_ARGUMENTS:
        check_object(request.json["input"], "arguments")
    elif request.operation in _WITH_AN_EVENT:
        check_definition(EventDefinition.model_validate(request.json))


_WITH_ARGUMENTS = {"run_deployment_task", "create_deployment_task", "create_session_task"}
_WITH_AN_EVENT = {"send_deployment_task_event", "send_session_task_event"}
"""Operations that send something to a workflow."""


def check_importable(module: str, name: str) -> None:
    """Check that a server can import an event's class; otherwise the task would wait for ever.

    Raises:
        ValueError: no server can import it.
    """
    name = name.partition("[")[0]
    if module in ("__main__", "__mp_main__"):
        why = f"{module} is another module there"
    elif not module:
        why = "the module is missing"
    elif not (name.isidentifier() and module.replace(".", "").isidentifier()):
        why = "only a class at the top level of a module can be imported"
    else:
        return
    raise ValueError(
        f"no server can import the event class {'.'.join(filter(None, (module, name)))!r}: {why}. "
        "Name the class that the workflow waits for: "
        f'ServerEvent("workflow_module.{name.rpartition(".")[2] or "Class"}", {{…}})'
    )


def _split(qualified_name: str) -> tuple[str, str]:
    """Split into module and name. Generic parameters may have dots: `Box[Literal['a.b']]`."""
    path, bracket, parameters = qualified_name.partition("[")
    module, _, name = path.rpartition(".")
    return module, name + bracket + parameters


def to_wire(value: Mapping[str, Any], qualified_name: str) -> str:
    """Return the JSON text of an event, from its value and the name of its class."""
    return json.dumps({"__is_pydantic": True, "value": value, "qualified_name": qualified_name})


@frozen
class ReceivedEvent:
    """An event that a server sent.

    Attributes:
        qualified_name: its class on the server, `module.Class`. None from 0.6 to 0.8, which send
            values only.
        value: the JSON value that the server sent.

    Examples:
        >>> ReceivedEvent("workflow.Ask", {"id": 1, "_data": {"prefix": "Who?"}}).fields
        {'id': 1, 'prefix': 'Who?'}
    """

    qualified_name: str | None
    value: Any

    @classmethod
    def of(cls, sent: Any) -> ReceivedEvent:
        """Make an event from the JSON value of one line of a stream.

        0.9 sends name and value if the request has `raw_event`; 0.6 to 0.8 always send the value.
        No value has exactly these three keys: no pydantic class can declare `__is_pydantic`, and
        undeclared fields of llama-index events are below `_data`.
        """
        if (
            isinstance(sent, dict)
            and sent.keys() == {"__is_pydantic", "value", "qualified_name"}
            and sent["__is_pydantic"] is True
            and isinstance(sent["qualified_name"], str)
        ):
            return cls(sent["qualified_name"], sent["value"])
        return cls(None, sent)

    @property
    def name(self) -> str | None:
        """The name of its class without the module."""
        if self.qualified_name is None:
            return None
        return _split(self.qualified_name)[1]

    @property
    def fields(self) -> dict[str, Any]:
        """All fields: declared ones, and others (from `_data`)."""
        if not isinstance(self.value, dict):
            return {}
        fields = dict(self.value)
        if isinstance(fields.get("_data"), dict):
            return {**fields.pop("_data"), **fields}
        return fields

    def parse_as(self, kind: type[A]) -> A:
        """Return the event as an instance of `kind`, whatever its class on the server.

        Raises:
            EventMismatchError: the event does not fit the class.
        """
        content = self.fields if isinstance(self.value, dict) else self.value
        try:
            # As JSON, since a strict model accepts a date as text only in JSON.
            value: A = check_json(kind, json.dumps(content))
            return value
        except MisfitError as error:
            problem = "; ".join(f"{_where(place)}: {reason}" for place, reason in error.problems)
        name = shorten(self.qualified_name or "(without a name)")
        raise EventMismatchError(
            f"the event {name} does not fit the class {kind.__qualname__}: {problem}", event=self
        )


def is_input_required(event: ReceivedEvent) -> bool:
    """Return whether the event asks a human, as far as it shows that.

    It does if its class is named `InputRequiredEvent` (0.9), or if it has a field `prefix`,
    declared or not: a class derived from `InputRequiredEvent` has another name.
    """
    return event.name == QUESTION or "prefix" in event.fields


def question_test(types: Iterable[type[BaseModel]] | None) -> Callable[[ReceivedEvent], bool]:
    """Return a test for questions that also knows the question classes in `types`."""
    names = {
        kind.__name__
        for kind in types or ()
        if any(base.__name__ == QUESTION for base in kind.__mro__)
    }
    return lambda event: event.name in names or is_input_required(event)


def reader(types: Iterable[type[BaseModel]] | None) -> Callable[[ReceivedEvent], Any]:
    """Return a converter from `ReceivedEvent` to one of `types`; without types, to its value.

    Raises:
        TypeError: `types` is a single class, or one of them is not a pydantic model.
        ValueError: two of them have the same name.
    """
    if types is None:
        return _value
    if isinstance(types, type):
        raise TypeError(
            f"types must be a sequence of classes: [{types.__name__}], not {types.__name__}"
        )
    known: dict[str | None, type[BaseModel]] = {}
    for kind in types:
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            raise TypeError(f"types must be pydantic models, got {kind!r}")
        other = known.setdefault(kind.__name__, kind)
        if other is not kind:
            raise ValueError(
                f"{_qualified(other)} and {_qualified(kind)} have the same name, which selects the "
                "class: leave one out, and use parse_as on the ReceivedEvents instead"
            )
    return lambda event: event.parse_as(known[event.name]) if event.name in known else event


def _value(event: ReceivedEvent) -> Any:
    return event.value


def _qualified(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _where(place: tuple[int | str, ...]) -> str:
    return shorten(".".join(map(str, place))) or "the event"
