"""What async and blocking tests share."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.servers import LOOPBACK, VERSIONS, DeploymentFile, Server, free_port

WAIT = 30.0
"""Seconds that a test waits for what has to happen."""

ONE_OF_EACH_KIND = ("0.9", "port-0.6", "memory-0.8")

ENOUGH = 5.0
"""Seconds within which a busy server responds, for what never comes in the end: a test waits them
out."""

SHORT = 0.3
"""Seconds after which a test stops waiting for what must not happen."""

LISTINGS = 5
"""How often a test asks a server before 0.9 for a list of tasks.

Such a server goes through its sessions, and answers 500 if one of them goes meanwhile, as the
session of a run does when it ends. What earlier tests gave up ends once, so few tries are enough.
"""


with_control_plane = pytest.mark.control_plane(True)
without_control_plane = pytest.mark.control_plane(False)


def servers(*, blocking: bool, with_control_plane: bool | None = None) -> list[str]:
    """Names of servers for the fixture `server`; a real one is named by its generation.

    The async side meets every real server, and the in-memory one of each generation. The blocking
    side is made from it: one server of each kind is enough, each of another generation.
    """
    generations = [
        release.generation
        for release in VERSIONS.values()
        if with_control_plane in (None, release.has_control_plane)
    ]
    if not blocking:
        return [*generations, *(f"memory-{one}" for one in generations)]
    return [one for one in ONE_OF_EACH_KIND if one.rpartition("-")[2] in generations]


def nowhere() -> str:
    """A URL at which nothing listens."""
    return f"http://{LOOPBACK}:{free_port()}"


def variables(server: Server, file: DeploymentFile) -> dict[str, str]:
    """What names a server to programs, in their environment."""
    found = {"LLAMA_DEPLOY_API_SERVER_URL": server.url}
    if file.control_plane_url:
        found["LLAMA_DEPLOY_CONTROL_PLANE_URL"] = file.control_plane_url
    return found


def progress(*steps: int, of: int) -> list[dict[str, Any]]:
    """The events of the progress workflow for these steps."""
    return [{"step": step, "text": f"step {step} of {of}"} for step in steps]


def without_stop(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the stop event `{}` at the end, which servers before 0.9 often lose."""
    return events[:-1] if events and events[-1] == {} else events
