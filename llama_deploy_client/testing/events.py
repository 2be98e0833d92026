"""The events that a service's function yields and gets back; llama-index's can be yielded, too."""

from __future__ import annotations

import json
from typing import Any

from attrs import frozen

from ..events import ReceivedEvent, ServerEvent

MODULE = "workflows.events"


class InputRequiredEvent(ServerEvent):
    """A question: yielding it gives the event that answers.

    Examples:
        >>> def greet():
        ...     answer = yield InputRequiredEvent(prefix="Your name?")
        ...     return f"Hello {answer.fields['response']}"
    """

    def __init__(self, **extra: Any) -> None:
        super().__init__(f"{MODULE}.InputRequiredEvent", {}, extra)


@frozen
class StopEvent:
    """The end, with the result: for async generators, which cannot return one."""

    result: Any = None


def is_a(event: object, name: str) -> bool:
    """Whether an event is of a class of this name: llama-index's counts like ours."""
    return any(kind.__name__ == name for kind in type(event).__mro__)


def received(text: str) -> ReceivedEvent:
    """The event that a client sent.

    Raises:
        ValueError: it is none.
    """
    event = ReceivedEvent.of(json.loads(text))
    if event.qualified_name is None or not isinstance(event.value, dict):
        raise ValueError(f"this is no event: {text}")
    return event
