"""One deadline for one call: what every wait on its way is measured against."""

from __future__ import annotations

from enum import Enum
from numbers import Real

from ._clock import monotonic

_LONGEST = 2_000_000.0
"""Seconds, some 23 days: `poll` and others take no more for one wait, infinity least of all."""


class Deadline:
    """The moment at which a call has taken `timeout` seconds; None never comes.

    The clock is monotonic. `restart` gives the same call its full time anew: a stream does so for
    each event that it is asked for.
    """

    __slots__ = ("_at", "timeout")

    def __init__(self, timeout: float | None) -> None:
        self.timeout = timeout
        self.restart()

    def restart(self) -> None:
        self._at = None if self.timeout is None else monotonic() + self.timeout

    def remaining(self) -> float | None:
        """Seconds left, at least 0 and at most some 23 days; None without a limit."""
        return None if self._at is None else min(max(0.0, self._at - monotonic()), _LONGEST)

    def expired(self) -> bool:
        return self._at is not None and monotonic() >= self._at

    def within(self, seconds: float) -> float:
        """The shorter of `seconds` and the time that is left."""
        remaining = self.remaining()
        return seconds if remaining is None else min(seconds, remaining)


def check_seconds(timeout: object) -> None:
    """Refuse a time-out that is none.

    Raises:
        TypeError: it is no number.
        ValueError: it is negative or NaN.
    """
    if not isinstance(timeout, Real):
        raise TypeError(f"timeout is a number of seconds or None, not {type(timeout).__name__}")
    if not float(timeout) >= 0:
        raise ValueError(f"timeout is a number of seconds from 0 on, not {timeout}")


class Unset(Enum):
    """The type of `UNSET`: a parameter left out, where None means something."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return self.name


UNSET = Unset.UNSET

Timeout = float | None | Unset
"""Seconds; None waits for ever; UNSET takes the client's setting."""
