"""The events that a service's function yields and gets back; llama-index's can be yielded, too."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from ..events import ServerEvent

MODULE = "workflows.events"


class InputRequiredEvent(ServerEvent):
    """A question: yielding it gives the event that answers.

    Examples:
        >>> def greet():
        ...     answer = yield InputRequiredEvent(prefix="Your name?")
        ...     return f"Hello {answer.response}"
    """

    def __init__(self, **extra: Any) -> None:
        super().__init__(f"{MODULE}.InputRequiredEvent", {}, extra)


class StopEvent(ServerEvent):
    """The end, with the result: for async generators, which cannot return one."""

    def __init__(self, result: Any = None) -> None:
        super().__init__(f"{MODULE}.StopEvent")
        object.__setattr__(self, "result", result)


class ReceivedEvent(ServerEvent):
    """An event that a client sent. Its fields, declared or not, are attributes."""

    @classmethod
    def from_json(cls, text: str) -> ReceivedEvent:
        """The event in a payload.

        Raises:
            ValueError: it is none.
        """
        content = json.loads(text)
        try:
            fields = dict(content["value"])
            return cls(str(content["qualified_name"]), fields, fields.pop("_data", {}))
        except (TypeError, KeyError) as error:
            raise ValueError(f"this is no event: {text}") from error

    def get(self, name: str, default: Any = None) -> Any:
        """A field by its name."""
        return self.fields.get(name, self.extra.get(name, default))

    def __getattr__(self, name: str) -> Any:
        missing = object()
        value = self.get(name, missing)
        if value is missing:
            raise AttributeError(f"the event {self.qualified_name} has no field {name!r}")
        return value


Event = BaseModel | ServerEvent


def is_a(event: Event, name: str) -> bool:
    """Whether an event is of a class of this name: llama-index's counts like ours."""
    return any(kind.__name__ == name for kind in type(event).__mro__)
