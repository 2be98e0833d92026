"""What the tests of both colours share."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.servers import LOOPBACK, VERSIONS, free_port

WAIT = 30.0
"""Seconds that a test waits for what has to happen."""

SHORT = 0.3
"""Seconds after which a test stops waiting for what must not happen."""

with_control_plane = pytest.mark.parametrize(
    "server",
    [release.generation for release in VERSIONS.values() if release.has_control_plane],
    indirect=True,
    scope="session",
)
without_control_plane = pytest.mark.parametrize(
    "server",
    [release.generation for release in VERSIONS.values() if not release.has_control_plane],
    indirect=True,
    scope="session",
)


def nowhere() -> str:
    """A URL at which nothing listens."""
    return f"http://{LOOPBACK}:{free_port()}"


def progress(*steps: int, of: int) -> list[dict[str, Any]]:
    """The events of the progress workflow for these steps."""
    return [{"step": step, "text": f"step {step} of {of}"} for step in steps]


def without_stop(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the stop event `{}` at the end, which servers before 0.9 often lose."""
    return events[:-1] if events and events[-1] == {} else events
