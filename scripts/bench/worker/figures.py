"""Figures from what the async and the blocking worker measured."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """The median and the 99th percentile, in ms."""
    if not seconds:
        raise RuntimeError("nothing succeeded")
    ordered = sorted(seconds)
    at = min(len(ordered) - 1, int(len(ordered) * 0.99))
    return {"median": median(ordered) * 1000, "p99": ordered[at] * 1000}


def check_count(seen: int, sent: int) -> None:
    """Refuse figures of a client that loses events."""
    if seen != sent:
        raise RuntimeError(f"{seen} events of {sent} arrived")
