"""`status`: show the API server's status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from .exits import ExitCode
from .invocation import Invocation
from .settings import without_userinfo

if TYPE_CHECKING:
    from ..sync import SyncClient
    from ..types import Status

_ENDS = {
    "Healthy": (ExitCode.DONE, "green"),
    "Unhealthy": (ExitCode.FAILED, "yellow"),
    "Down": (ExitCode.UNREACHABLE, "red"),
}


def status(call: Invocation) -> None:
    """Show the API server's status, and its deployments.

    The exit code is 0 if it is healthy, 6 if it is not, and 4 if there is no server.
    """
    from .output import show_error, show_json

    with call.client() as client:
        reported = client.apiserver.status()
        state = reported.status.value
        code, style = _ENDS[state]
        described = _describe(client, reported, healthy=code is ExitCode.DONE)
    if call.as_json:
        show_json(described)
    else:
        _show(described, style)
    if code is not ExitCode.DONE:
        show_error(_why(call, state, reported.status_message, described["url"]))
    raise typer.Exit(code)


def _describe(client: SyncClient, reported: Status, *, healthy: bool) -> dict[str, Any]:
    return {
        "status": reported.status.value,
        "url": without_userinfo(client.api_server_url),
        "generation": _generation(client) if healthy else None,
        "max_deployments": reported.max_deployments,
        "deployments": reported.deployments,
    }


def _generation(client: SyncClient) -> str | None:
    from ..errors import LlamaDeployError

    try:
        return client.apiserver.generation()
    except LlamaDeployError:  # a proxy may block the request that shows the generation
        return None


def _why(call: Invocation, state: str, message: str, url: str) -> str:
    from .reporting import without_request

    if not call.options.debug:
        message = without_request(message, "GET", f"{url.rstrip('/')}/status/")
    if state == "Down":
        reason = message.removeprefix("API Server is down").removeprefix(": ")
        reason = reason or "is the server running there? --url sets another URL."
        return f"no server responds at {url}: {reason}"
    return message


def _show(described: dict[str, Any], style: str) -> None:
    from .output import show_facts

    names = described["deployments"]
    known = {name: value for name, value in described.items() if value is not None}
    if names is not None:
        known["deployments"] = ", ".join(names) or "none"
    show_facts(known, style=style)
