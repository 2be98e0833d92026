# Made by `make generate` from llama_deploy_client/_async/doubt.py: do not edit.
"""Find out why no event or result comes, while a call waits for it."""

from __future__ import annotations

from collections.abc import Callable

from .._transport.deadline import Deadline
from ..errors import (
    CallTimeoutError,
    ConnectTimeoutError,
    PoolTimeoutError,
    WriteTimeoutError,
)

Reason = Callable[[float], str | None]
"""Says why nothing comes, within some seconds: "" if there is no reason to see, None if the server
did not respond to the question."""

LOOK = 0.5
"""Seconds for which the client looks for the reason, or whether a 0.9 server has a result."""

LATE = 0.08
"""Seconds that the error of a silence may come late, to name the reason. A server that is asked
whether the task is done needs a few milliseconds if it is, and 0.9 holds the request if not."""


def no_reason(_: float) -> str:
    """Give no reason."""
    return ""


class Doubt:
    """Asks for the reason, after half of the time, so that the time-out can name it.

    It asks until it gets a response: a server that is busy has no time for it at once.
    """

    def __init__(self, why: Reason) -> None:
        self._why = why
        self._hint = ""

    def grow(self, deadline: Deadline) -> None:
        """Ask, if half of the time is over."""
        half = None if deadline.timeout is None else deadline.timeout / 2
        if half is not None and deadline.within(half) < half:
            self.reason(None, deadline)

    def reason(self, error: CallTimeoutError | None, deadline: Deadline) -> str:
        """What is known of the cause; of an error before the server was asked, nothing is."""
        if isinstance(error, ConnectTimeoutError | PoolTimeoutError | WriteTimeoutError):
            return ""
        hint = self._why(max(deadline.within(LOOK), LATE))
        if hint is not None:
            self._why, self._hint = no_reason, hint or self._hint
        return self._hint

    def explain(self, error: CallTimeoutError, deadline: Deadline) -> CallTimeoutError:
        """Return the error with its cause, as far as it is known."""
        return add_hint(error, self.reason(error, deadline))


def add_hint(error: CallTimeoutError, hint: str) -> CallTimeoutError:
    """Return the error with one more sentence."""
    if not hint:
        return error
    return type(error)(f"{error.message}. {hint}", request=error.request)
