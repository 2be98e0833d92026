"""Gateways that give up on a request: how to recognise them, and what it means. No I/O.

A reverse proxy or a load balancer closes a request without any bytes for a while (nginx: 60 s), or
responds to it itself.
"""

from __future__ import annotations

import json

from ._texts import is_web_page
from .errors import CallError, ConnectionLostError, StatusError

TIMEOUTS = frozenset({504, 524})
"""Statuses of a gateway for a server that took too long. 524 is Cloudflare's."""

_STATUSES = frozenset({502, 503, *TIMEOUTS})

WAY = "tasks.create, then task.wait; for many tasks, run_many with create_and_wait=True"
"""How to create tasks and wait for them; the command line replaces it with its own commands."""

_ADVICE = (
    "The workflow may still be running, but its result is lost. If workflows take longer than a "
    f"gateway allows, create each task and wait for it: {WAY}"
)


def gave_up(error: CallError) -> bool:
    """Return whether a gateway, not the server, gave up on the request."""
    if isinstance(error, StatusError):
        return error.status_code in TIMEOUTS or (error.status_code == 502 and _is_foreign(error))
    return isinstance(error, ConnectionLostError)


def explain_run(error: CallError) -> None:
    """Add to an error of running a workflow what it means if a gateway gave up on the request."""
    if isinstance(error, ConnectionLostError):
        why = "If a gateway closed the connection, its time limit is shorter than the workflow took"
    elif not isinstance(error, StatusError) or not _is_foreign(error):
        return
    elif error.status_code in TIMEOUTS:
        why = "The gateway's time limit is shorter than the workflow took"
    else:
        why = "The gateway reached no server, or its time limit is shorter than the workflow took"
    error._add(f"{why}. {_ADVICE}")


def _is_foreign(error: StatusError) -> bool:
    """Return whether a gateway responded: FastAPI's error bodies have a `detail`."""
    if is_web_page(error.response):
        return error.status_code >= 500
    return error.status_code in _STATUSES and not _has_detail(error.response.content)


def _has_detail(content: bytes) -> bool:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(body, dict) and "detail" in body
