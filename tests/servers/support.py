"""What the tests of both colours share."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.servers import LOOPBACK, VERSIONS, DeploymentFile, Server, free_port

WAIT = 30.0
"""Seconds that a test waits for what has to happen."""

OLDEST_AND_NEWEST = ("0.6", "0.9")

SHORT = 0.3
"""Seconds after which a test stops waiting for what must not happen."""


def _servers(*, with_control_plane: bool | None = None) -> list[str]:
    """Servers of every kind, as the fixture `server` names them; a real one by its generation.

    What listens does not depend on the generation: two are enough.
    """
    releases = [
        release.generation
        for release in VERSIONS.values()
        if with_control_plane in (None, release.has_control_plane)
    ]
    port = [generation for generation in releases if generation in OLDEST_AND_NEWEST]
    return [*releases, *(f"port-{one}" for one in port), *(f"memory-{one}" for one in releases)]


EVERY_SERVER = _servers()
with_control_plane = pytest.mark.parametrize(
    "server", _servers(with_control_plane=True), indirect=True, scope="session"
)
without_control_plane = pytest.mark.parametrize(
    "server", _servers(with_control_plane=False), indirect=True, scope="session"
)


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
