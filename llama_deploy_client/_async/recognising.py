"""What answers where another server was expected."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ..request import Server

WORKFLOW_SERVER = (
    "It is a workflow server of llama-agents: use client.workflows, with this URL as "
    "workflow_server_url"
)
APPSERVER = (
    "It is an appserver of llama-agents: use client.workflows, with this URL and "
    "/deployments/NAME behind it as workflow_server_url"
)
API_SERVER = (
    "It is an API server of LlamaDeploy: use client.apiserver, with this URL as api_server_url"
)

Ask = Callable[[str], Awaitable[Any]]
"""Gets the JSON value that a server has at a path; None if it has none."""


async def recognise(ask: Ask, expected: Server) -> str:
    """Tell what a server is that has no such path as `expected` has; "" if it cannot be told."""
    if expected == "workflows" and _has(await ask("/status/"), "deployments", list):
        return API_SERVER
    health = await ask("/health")
    if not (_has(health, "status", str) and health["status"] == "healthy"):
        return ""
    if expected == "workflows":
        return APPSERVER
    return WORKFLOW_SERVER if _has(await ask("/workflows"), "workflows", list) else APPSERVER


def _has(value: Any, name: str, kind: type) -> bool:
    return isinstance(value, dict) and isinstance(value.get(name), kind)
