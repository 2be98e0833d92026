"""One deadline for one call: what every wait on its way is measured against."""

from __future__ import annotations

from .clock import monotonic

_LONGEST = 2_000_000.0
"""Seconds, some 23 days: `poll` and others take no more for one wait, infinity least of all."""


class Deadline:
    """The moment at which a call has taken `timeout` seconds; None never comes.

    The clock is monotonic. `restart` gives the same call its full time again: a stream does so for
    each event that it is asked for.
    """

    __slots__ = ("_at", "_outer", "timeout")

    def __init__(self, timeout: float | None) -> None:
        self.timeout = timeout
        self._outer: Deadline | None = None
        self.restart()

    def limit(self, outer: Deadline | None) -> None:
        """End no later than `outer` from now on, restarted or not; None ends that."""
        self._outer = outer

    def restart(self) -> None:
        self._at = None if self.timeout is None else monotonic() + self.timeout

    def remaining(self) -> float | None:
        """Seconds left, at least 0 and at most some 23 days; None without a limit."""
        own = None if self._at is None else min(max(0.0, self._at - monotonic()), _LONGEST)
        return own if self._outer is None else self._outer.shorter(own)

    def expired(self) -> bool:
        if self._outer is not None and self._outer.expired():
            return True
        return self._at is not None and monotonic() >= self._at

    def shorter(self, seconds: float | None) -> float | None:
        """The shorter of `seconds`, where None means without limit, and the time that is left."""
        return self.remaining() if seconds is None else self.within(seconds)

    def within(self, seconds: float) -> float:
        """The shorter of `seconds` and the time that is left."""
        remaining = self.remaining()
        return seconds if remaining is None else min(seconds, remaining)
