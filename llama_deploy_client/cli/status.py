"""`status`: how the API server is."""

from __future__ import annotations

from typing import Any

import typer

from .._texts import without_credentials
from ..errors import LlamaDeployError
from ..sync import SyncClient
from ..types import Status, StatusEnum
from .command import Invocation
from .exits import ExitCode
from .output import show_facts, show_json, tell_error

_CODES = {
    StatusEnum.HEALTHY: ExitCode.DONE,
    StatusEnum.UNHEALTHY: ExitCode.FAILED,
    StatusEnum.DOWN: ExitCode.UNREACHABLE,
}
_STYLES = {StatusEnum.HEALTHY: "green", StatusEnum.UNHEALTHY: "yellow", StatusEnum.DOWN: "red"}


def status(call: Invocation) -> None:
    """Show how the API server is, and what it serves.

    Exits with 0 if it is healthy, 6 if it is not, and 4 if nothing answers.
    """
    with call.client() as client:
        found = client.apiserver.status()
        generation = _generation(client) if found.status is StatusEnum.HEALTHY else None
        described = _describe(client, found, generation)
    if call.as_json:
        show_json(described)
    else:
        _show(described, found.status)
    if found.status is not StatusEnum.HEALTHY:
        tell_error(_why(found, described["url"]))
    raise typer.Exit(_CODES[found.status])


def _generation(client: SyncClient) -> str | None:
    try:
        return client.apiserver.generation()
    except LlamaDeployError:  # a proxy may keep the server's own document back
        return None


def _describe(client: SyncClient, found: Status, generation: str | None) -> dict[str, Any]:
    return {
        "status": found.status.value,
        "url": str(without_credentials(client.api_server_url)),
        "generation": generation,
        "max_deployments": found.max_deployments,
        "deployments": found.deployments,
    }


def _why(found: Status, url: str) -> str:
    if found.status is StatusEnum.DOWN:
        return f"nothing answers at {url}: is the server running there? --url says where it is."
    return found.status_message


def _show(described: dict[str, Any], state: StatusEnum) -> None:
    names = described["deployments"]
    known = {name: value for name, value in described.items() if value is not None}
    if names is not None:
        known["deployments"] = ", ".join(names) or "none"
    show_facts(known, style=_STYLES[state])
