# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""Add to a session's state (`POST /sessions/{session_id}/state`)."""

from typing import Any

from llama_deploy_client.request import Request, escape_id

from . import SERVER


def request(
    session_id: str,
    *,
    body: dict[str, Any],
) -> Request[None]:
    """Add to a session's state (`POST /sessions/{session_id}/state`).

    LlamaDeploy 0.6 to 0.8.
    """
    return Request(
        operation="update_session_state",
        server=SERVER,
        method="POST",
        path="/sessions/{session_id}/state".format(
            session_id=escape_id(session_id),
        ),
        json=body,
        returns=None,
    )
