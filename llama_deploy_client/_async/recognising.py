"""Recognise a server of another kind than expected."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from ..request import Server

WORKFLOW_SERVER = (
    "It is a workflow server of llama-agents: use client.workflows, with this URL as "
    "workflow_server_url"
)
APPSERVER = (
    "It is an appserver of llama-agents: use client.workflows, with this URL plus "
    "/deployments/NAME as workflow_server_url"
)
NO_DEPLOYMENT = (
    "It is an appserver of llama-agents without such a deployment: is the name at the end of "
    "workflow_server_url right?"
)
NO_DEPLOYMENTS = (
    "It is a workflow server of llama-agents without deployments: use this URL without "
    "/deployments/NAME as workflow_server_url"
)
API_SERVER = (
    "It is an API server of LlamaDeploy: use client.apiserver, with this URL{} as api_server_url"
)

_DEPLOYMENT = re.compile("/deployments/[^/]+/?$")
_UP = "/../.."
"""From a deployment's URL to that of its server."""

Ask = Callable[[str], Awaitable[Any]]
"""Returns the JSON value that a server has at a path, or None."""


async def recognise(ask: Ask, expected: Server, url: str) -> str:
    """Return which server responds in place of `expected`; "" if that stays unknown.

    Args:
        ask: sends a request to the server.
        expected: the kind of server that the settings name.
        url: the URL in the settings.
    """
    if expected != "workflows":
        kind = await _find(ask, "")
        return {"workflows": WORKFLOW_SERVER, "appserver": APPSERVER}.get(kind, "")
    if _has(await ask("/status/"), "deployments", list):
        return API_SERVER.format("")
    if kind := await _find(ask, ""):
        return APPSERVER if kind == "appserver" else ""
    if not _DEPLOYMENT.search(url):
        return ""
    if _has(await ask(f"{_UP}/status/"), "deployments", list):
        return API_SERVER.format(" without /deployments/NAME")
    kind = await _find(ask, _UP)
    return {"workflows": NO_DEPLOYMENTS, "appserver": NO_DEPLOYMENT}.get(kind, "")


async def _find(ask: Ask, path: str) -> str:
    """Return the kind of llama-agents server at the path; "" if it is another server."""
    health = await ask(f"{path}/health")
    if not (_has(health, "status", str) and health["status"] == "healthy"):
        return ""
    workflows = await ask(f"{path}/workflows")
    return "workflows" if _has(workflows, "workflows", list) else "appserver"


def _has(value: Any, name: str, kind: type) -> bool:
    return isinstance(value, dict) and isinstance(value.get(name), kind)
