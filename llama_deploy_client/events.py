"""What an event is on its way to a workflow, and back.

The server rebuilds an event from three things: the name of its class, the values of the fields
that this class declares, and, under `_data`, the values of those that it does not. Any pydantic
model can be sent, a llama-index event among them; `ServerEvent` and `HumanResponseEvent` name a
class that only the server has.

The other way round, 0.9 can be asked for the name with each event, and a class that the caller has
is chosen by it. Nothing is ever imported by a name that a server sent.
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
"""The class of llama-index that questions to a human are of, or derived from."""

# Four, because mypy takes a list of classes for a list of their common base, a tuple as it is.
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
"""The classes that events are to be instances of."""


@frozen
class ServerEvent:
    """An event whose class exists on the server alone.

    Attributes:
        qualified_name: the class as the server imports it, `module.Class`.
        fields: values of the fields that the class declares.
        extra: values of fields that it does not declare; llama-index events take any.

    Examples:
        >>> ServerEvent("workflow.Answer", {"text": "42"}).to_json()
        '{"__is_pydantic": true, "value": {"text": "42"}, "qualified_name": "workflow.Answer"}'
    """

    qualified_name: str
    fields: Mapping[str, Any] = field(factory=dict)
    extra: Mapping[str, Any] = field(factory=dict)

    def to_json(self) -> str:
        """The event as servers read it.

        Raises:
            ValueError: a field has no JSON form; its place is named.
        """
        value = to_json_value(self.fields, "fields")
        if self.extra:
            value["_data"] = to_json_value(self.extra, "extra")
        return to_wire(value, self.qualified_name)


class HumanResponseEvent(ServerEvent):
    """The answer to an `InputRequiredEvent`, without llama-index installed.

    Args:
        module: where the server has the class. The default exists in every generation;
            `"workflows.events"` serves a 0.9 server without llama-index-core.
        extra: what the workflow reads, `response` as a rule.

    Examples:
        >>> HumanResponseEvent(response="42").to_json()  # doctest: +ELLIPSIS
        '{"__is_pydantic": true, "value": {"_data": {"response": "42"}}, "qualified_name": "llam...'
    """

    def __init__(self, *, module: str = "llama_index.core.workflow.events", **extra: Any) -> None:
        super().__init__(f"{module}.HumanResponseEvent", {}, extra)


def to_json(event: BaseModel | ServerEvent) -> str:
    """Return `event` as JSON text, byte for byte as the server's own serializer writes it.

    Raises:
        TypeError: `event` is neither a pydantic model (a llama-index event is one) nor one of ours.
        ValueError: a field has no JSON form; its place is named.
    """
    if isinstance(event, ServerEvent):
        return event.to_json()
    if isinstance(event, BaseModel):
        kind = type(event)
        return to_wire(to_json_value(event, "event"), f"{kind.__module__}.{kind.__name__}")
    raise TypeError(
        f"an event is a pydantic model or a ServerEvent, not {type(event).__name__}: "
        "for a class that only the server has, use ServerEvent('module.Class', {...})"
    )


def class_of(event: BaseModel | ServerEvent) -> str:
    """The name of its class, without the module."""
    if isinstance(event, ServerEvent):
        return _split(event.qualified_name)[1]
    return type(event).__name__


def define(event: BaseModel | ServerEvent, service_name: str) -> EventDefinition:
    """`event` as the payload that takes it to a service.

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
    """Check the class of an event that is serialized already.

    Raises:
        ValueError: no server can import it.
    """
    try:
        name = json.loads(event.event_obj_str)["qualified_name"]
    except (ValueError, TypeError, KeyError, RecursionError):  # the server's to judge
        return
    check_importable(*_split(str(name)))


def check_request(request: Request[Any] | StreamRequest[Any]) -> None:
    """Check what a request that was built apart sends to a workflow, as the methods do.

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
    """Servers import an event's class as `module.Class`; without it a task waits for ever.

    Raises:
        ValueError: no server can do that.
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
    """Module and name. Parameters of a generic class may have dots: `Box[Literal['a.b']]`."""
    path, bracket, parameters = qualified_name.partition("[")
    module, _, name = path.rpartition(".")
    return module, name + bracket + parameters


def to_wire(value: Mapping[str, Any], qualified_name: str) -> str:
    """The JSON text of an event, from its value and the name of its class."""
    return json.dumps({"__is_pydantic": True, "value": value, "qualified_name": qualified_name})


@frozen
class ReceivedEvent:
    """An event as a server sent it.

    Attributes:
        qualified_name: its class on the server, `module.Class`. None from 0.6 to 0.8, which send
            values only; nothing is guessed there.
        value: the JSON value as it was sent.

    Examples:
        >>> ReceivedEvent("workflow.Ask", {"id": 1, "_data": {"prefix": "Who?"}}).fields
        {'id': 1, 'prefix': 'Who?'}
    """

    qualified_name: str | None
    value: Any

    @classmethod
    def of(cls, sent: Any) -> ReceivedEvent:
        """The event in one line of a stream.

        0.9 sends name and value where it is asked to (`raw_event`); 0.6 to 0.8 cannot, and send
        values. No value has these three keys and no other: no pydantic class can declare
        `__is_pydantic`, and what llama-index events hold undeclared travels below `_data`.
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
        """All fields: those that its class declares, and those that it does not (`_data`)."""
        if not isinstance(self.value, dict):
            return {}
        fields = dict(self.value)
        if isinstance(fields.get("_data"), dict):
            return {**fields.pop("_data"), **fields}
        return fields

    def parse_as(self, kind: type[A]) -> A:
        """It as an instance of `kind`, whatever its name.

        Raises:
            EventMismatchError: it does not fit.
        """
        content = self.fields if isinstance(self.value, dict) else self.value
        try:
            # As JSON, which it came as: a strict model takes a date as text there.
            value: A = check_json(kind, json.dumps(content))
            return value
        except MisfitError as error:
            problem = "; ".join(f"{_where(place)}: {reason}" for place, reason in error.problems)
        name = shorten(self.qualified_name or "(without a name)")
        raise EventMismatchError(
            f"the event {name} does not fit the class {kind.__qualname__}: {problem}", event=self
        )


def is_input_required(event: ReceivedEvent) -> bool:
    """Whether it asks a human, as far as the event tells.

    By the name `InputRequiredEvent`, where there is one (0.9); or by a field `prefix`, declared or
    not, since a class derived from `InputRequiredEvent` has a name of its own.
    """
    return event.name == QUESTION or "prefix" in event.fields


def question_test(types: Iterable[type[BaseModel]] | None) -> Callable[[ReceivedEvent], bool]:
    """A test for questions that also knows those of `types` derived from `InputRequiredEvent`."""
    names = {
        kind.__name__
        for kind in types or ()
        if any(base.__name__ == QUESTION for base in kind.__mro__)
    }
    return lambda event: event.name in names or is_input_required(event)


def reader(types: Iterable[type[BaseModel]] | None) -> Callable[[ReceivedEvent], Any]:
    """Return a converter from ReceivedEvent to one of `types`, or without them to its value.

    Raises:
        TypeError: `types` is a single class, or one of them is not a pydantic model.
        ValueError: two of them have one name.
    """
    if types is None:
        return _value
    if isinstance(types, type):
        raise TypeError(f"types are several classes: [{types.__name__}], not {types.__name__}")
    known: dict[str | None, type[BaseModel]] = {}
    for kind in types:
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            raise TypeError(f"the class of an event is a pydantic model, not {kind!r}")
        other = known.setdefault(kind.__name__, kind)
        if other is not kind:
            raise ValueError(
                f"{_qualified(other)} and {_qualified(kind)} have one name, and nothing else tells "
                "events apart: leave one out, and use parse_as on the ReceivedEvents instead"
            )
    return lambda event: event.parse_as(known[event.name]) if event.name in known else event


def _value(event: ReceivedEvent) -> Any:
    return event.value


def _qualified(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _where(place: tuple[int | str, ...]) -> str:
    return shorten(".".join(map(str, place))) or "the event"
