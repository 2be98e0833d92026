"""One deadline for one call, which limits every wait in it."""

from __future__ import annotations

from .clock import monotonic

_LONGEST = 2_000_000.0
"""Seconds (23 days): the longest single wait that `poll` and others accept."""


class Deadline:
    """The moment at which a call has taken `timeout` seconds; with None, there is no limit.

    The clock is monotonic. `restart` gives the call its full time again, as a stream does for each
    event.
    """

    __slots__ = ("_at", "_outer", "timeout")

    def __init__(self, timeout: float | None) -> None:
        self.timeout = timeout
        self._outer: Deadline | None = None
        self.restart()

    def limit(self, outer: Deadline | None) -> None:
        """From now on, end no later than `outer`, restarted or not; None removes that limit."""
        self._outer = outer

    def restart(self) -> None:
        self._at = None if self.timeout is None else monotonic() + self.timeout

    def remaining(self) -> float | None:
        """Return the seconds left, from 0 to 23 days; None without a limit."""
        own = None if self._at is None else min(max(0.0, self._at - monotonic()), _LONGEST)
        return own if self._outer is None else self._outer.shorter(own)

    def expired(self) -> bool:
        if self._outer is not None and self._outer.expired():
            return True
        return self._at is not None and monotonic() >= self._at

    def shorter(self, seconds: float | None) -> float | None:
        """Return the smaller of `seconds` (None: no limit) and the time left."""
        return self.remaining() if seconds is None else self.within(seconds)

    def within(self, seconds: float) -> float:
        """Return the smaller of `seconds` and the time left."""
        remaining = self.remaining()
        return seconds if remaining is None else min(seconds, remaining)
