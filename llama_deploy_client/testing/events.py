"""The events that a service's function yields and receives; llama-index events work, too."""

from __future__ import annotations

import json
from typing import Any

from attrs import frozen
from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer
from pydantic_core import to_json

from ..events import ReceivedEvent, ServerEvent, to_wire

MODULE = "workflows.events"
_ROOTS = {"Event", "_Open", "BaseModel"}
"""Classes from which every event is derived."""


class _Open(BaseModel):
    """A model with any fields, like llama-index's events."""

    model_config = ConfigDict(extra="allow")

    @model_serializer(mode="wrap")
    def _to_value(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Return the fields as llama-index does: those that no class declares are below `_data`."""
        value: dict[str, Any] = serialize(self)
        extra = {name: value.pop(name) for name in self.model_extra or {}}
        return {**value, "_data": extra} if extra else value


_Base: Any = _Open  # for type checkers: a derived class takes fields that it does not declare


class InputRequiredEvent(_Base):  # type: ignore[misc]  # Any, as said above
    """A question to a human: `yield` returns the event with the reply.

    It accepts any fields. A derived class can declare some, as on a real server, and is sent under
    its own name.

    Examples:
        >>> def greet():
        ...     answer = yield InputRequiredEvent(prefix="Your name?")
        ...     return f"Hello {answer.fields['response']}"
    """


@frozen
class StopEvent:
    """The end of a run, with its result, for async generators, which cannot return one."""

    result: Any = None


def is_a(event: object, name: str) -> bool:
    """Return whether an event's class, ours or llama-index's, has this name or a base with it."""
    return any(kind.__name__ == name for kind in type(event).__mro__)


def bases_of(event: object) -> tuple[str, ...]:
    """Return the names of an event's base classes."""
    names = [kind.__name__ for kind in type(event).__mro__[1:]]
    ends = [index for index, name in enumerate(names) if name in _ROOTS]
    return tuple(names[: ends[0]]) if ends else ()


def published(event: BaseModel | ServerEvent) -> str:
    """Return an event of a service as JSON, with the name of its class."""
    if isinstance(event, ServerEvent):
        name = event.qualified_name
        value = {**event.fields, "_data": event.extra} if event.extra else event.fields
    else:
        kind = type(event)
        name = f"{MODULE if kind is InputRequiredEvent else kind.__module__}.{kind.__name__}"
        value = event.model_dump(mode="json")
    # 0.9 writes null where a float is NaN or infinite.
    return to_wire(json.loads(to_json(value, inf_nan_mode="null")), name)


def received(text: str) -> ReceivedEvent:
    """Parse the event that a client sent.

    Raises:
        ValueError: it is not an event.
    """
    event = ReceivedEvent.of(json.loads(text))
    if event.qualified_name is None or not isinstance(event.value, dict):
        raise ValueError(f"this is not an event: {text}")
    return event
