"""Find out why no event or result comes, while a call waits for it."""

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
"""Says why nothing comes, within the deadline; "" if it does not know."""


async def no_reason(_: Deadline) -> str:
    """Give no reason."""
    return ""


class Doubt:
    """Asks once for the reason, after half of the time, so that the time-out can name it."""

    def __init__(self, why: Reason) -> None:
        self._why = why
        self._hint = ""

    async def grow(self, deadline: Deadline) -> None:
        """Ask, if half of the time is over."""
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
        """Return the error with its cause, as far as it is known."""
        return add_hint(error, await self.reason(error, deadline))


def add_hint(error: CallTimeoutError, hint: str) -> CallTimeoutError:
    """Return the error with one more sentence."""
    if not hint:
        return error
    return type(error)(f"{error.message}. {hint}", request=error.request)
