"""How often to ask for what a server does not announce. No I/O."""

from __future__ import annotations

from ._transport.clock import monotonic

SHORTEST_PAUSE = 0.035
"""Seconds. The servers that have to be polled look at their own queues every 100 ms."""

SHARE = 1 / 20
"""The pause as a share of the time waited so far: what an answer comes late by, at the most."""


class Polling:
    """The pauses between questions: short at first, growing with the time waited.

    Args:
        longest: seconds that no pause exceeds, the setting `poll_interval`.
    """

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._began = monotonic()

    def waited(self) -> float:
        """Seconds since the first question."""
        return monotonic() - self._began

    def pause(self) -> float:
        """Seconds to wait before the next question."""
        return min(self._longest, max(SHORTEST_PAUSE, self.waited() * SHARE))
