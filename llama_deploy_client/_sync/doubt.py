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
"""Returns why nothing comes, within some seconds: "" if no reason is visible, None without a
response."""

LOOK = 0.5
"""Seconds for which the client looks for the reason, or whether a 0.9 server has a result."""

LATE = 0.08
"""Seconds that a time-out error may come late, to name the reason. A server reports within a few
milliseconds that a task is done; if it is not, 0.9 holds the request open."""


def no_reason(_: float) -> str:
    """Give no reason."""
    return ""


class Doubt:
    """Looks for the reason once half of the time is over, so that the time-out error can name it.

    It repeats the request until the server responds: a busy server may need several.
    """

    def __init__(self, why: Reason) -> None:
        self._why = why
        self._hint = ""

    def grow(self, deadline: Deadline) -> None:
        """Look for the reason, if half of the time is over."""
        half = None if deadline.timeout is None else deadline.timeout / 2
        if half is not None and deadline.within(half) < half:
            self.reason(None, deadline)

    def reason(self, error: CallTimeoutError | None, deadline: Deadline) -> str:
        """Return the reason, or "" if it is unknown, or if the request never reached the server."""
        if isinstance(error, ConnectTimeoutError | PoolTimeoutError | WriteTimeoutError):
            return ""
        hint = self._why(max(deadline.within(LOOK), LATE))
        if hint is not None:
            self._why, self._hint = no_reason, hint or self._hint
        return self._hint

    def explain(self, error: CallTimeoutError, deadline: Deadline) -> CallTimeoutError:
        """Return the error with the reason, if that is known."""
        return add_hint(error, self.reason(error, deadline))


def add_hint(error: CallTimeoutError, hint: str) -> CallTimeoutError:
    """Return the error with one more sentence."""
    if not hint:
        return error
    return type(error)(f"{error.message}. {hint}", request=error.request)
