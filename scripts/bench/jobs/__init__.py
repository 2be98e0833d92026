"""What is measured, by name."""

from __future__ import annotations

from collections.abc import Callable

from ..bench import Bench
from ..tables import Table
from . import calls, growth, profile, run, start, streams

JOBS: dict[str, Callable[[Bench], list[Table]]] = {
    "sequence": calls.sequence,
    "callers": calls.callers,
    "threads": calls.threads,
    "streams": streams.streams,
    "run": run.run,
    "start": start.start,
    "growth": growth.growth,
    "profile": profile.profile,
}
