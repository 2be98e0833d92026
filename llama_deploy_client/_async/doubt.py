"""What to ask while nothing comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from .._transport.deadline import Deadline
from ..errors import (
    CallTimeoutError,
    ConnectTimeoutError,
    PoolTimeoutError,
    WriteTimeoutError,
)

Reason = Callable[[Deadline], Awaitable[str]]
"""Tells why nothing may come, by the deadline; "" if it cannot tell."""


async def no_reason(_: Deadline) -> str:
    """What is told where nothing can be."""
    return ""


class Doubt:
    """Asks once why nothing comes, when half of the time is over: the time-out can tell it then."""

    def __init__(self, why: Reason) -> None:
        self._why = why
        self._hint = ""

    async def grow(self, deadline: Deadline) -> None:
        """Ask, if it is time to."""
        half = None if deadline.timeout is None else deadline.timeout / 2
        if half is not None and deadline.within(half) < half:
            await self.reason(None, deadline)

    async def reason(self, error: CallTimeoutError | None, deadline: Deadline) -> str:
        """What is known of the cause; of an error before the server was asked, nothing is."""
        if isinstance(error, ConnectTimeoutError | PoolTimeoutError | WriteTimeoutError):
            return ""
        why, self._why = self._why, no_reason
        self._hint = await why(deadline) or self._hint
        return self._hint

    async def explain(self, error: CallTimeoutError, deadline: Deadline) -> CallTimeoutError:
        """The error with what is known of its cause."""
        return add_hint(error, await self.reason(error, deadline))


def add_hint(error: CallTimeoutError, hint: str) -> CallTimeoutError:
    """The error with a further sentence."""
    if not hint:
        return error
    return type(error)(f"{error.message}. {hint}", request=error.request)
