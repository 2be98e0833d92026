"""The pauses between polls. No I/O."""

from __future__ import annotations

from ._transport.clock import monotonic

SHORTEST_PAUSE = 0.035
"""Seconds. The servers that have to be polled check their own queues every 100 ms."""

SHARE = 1 / 20
"""The pause as a share of the time waited so far; a result is noticed at most that much late."""


class Polling:
    """The pauses between polls: short at first, growing with the time waited.

    Args:
        longest: the longest pause in seconds, the setting `poll_interval`.
    """

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._began = monotonic()

    def waited(self) -> float:
        """Seconds since the first poll."""
        return monotonic() - self._began

    def pause(self) -> float:
        """Return the seconds to wait before the next poll."""
        return min(self._longest, max(SHORTEST_PAUSE, self.waited() * SHARE))
