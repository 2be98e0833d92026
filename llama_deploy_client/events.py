"""What an event is on its way to a workflow.

The server rebuilds an event from three things: the name of its class, the values of the fields
that this class declares, and, under `_data`, the values of those that it does not. Any pydantic
model can be sent, a llama-index event among them; `ServerEvent` and `HumanResponseEvent` name a
class that only the server has.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen
from pydantic import BaseModel

from .types import EventDefinition


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
        """The event as servers read it."""
        value = {**self.fields, "_data": dict(self.extra)} if self.extra else dict(self.fields)
        return _wire(value, self.qualified_name)


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
    """`event` as JSON text, byte for byte what the server's own serializer makes of it.

    Raises:
        TypeError: `event` is neither a pydantic model (a llama-index event is one) nor one of ours.
    """
    if isinstance(event, ServerEvent):
        return event.to_json()
    if isinstance(event, BaseModel):
        kind = type(event)
        return _wire(event.model_dump(mode="json"), f"{kind.__module__}.{kind.__name__}")
    raise TypeError(
        f"an event is a pydantic model or a ServerEvent, not {type(event).__name__}: "
        "for a class that only the server has, use ServerEvent('module.Class', {...})"
    )


def define(event: BaseModel | ServerEvent, service_name: str) -> EventDefinition:
    """`event` as the payload that takes it to a service."""
    return EventDefinition(service_id=service_name, event_obj_str=to_json(event))


def _wire(value: Mapping[str, Any], qualified_name: str) -> str:
    return json.dumps({"__is_pydantic": True, "value": value, "qualified_name": qualified_name})
