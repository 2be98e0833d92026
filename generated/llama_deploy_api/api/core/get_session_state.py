# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""A session's state (`GET /sessions/{session_id}/state`)."""

from typing import Any

from llama_deploy_client.request import Request, escape_id

from . import SERVER


def request(
    session_id: str,
) -> Request[dict[str, Any]]:
    """A session's state (`GET /sessions/{session_id}/state`).

    LlamaDeploy 0.6 to 0.8.
    """
    return Request(
        operation="get_session_state",
        server=SERVER,
        method="GET",
        path="/sessions/{session_id}/state".format(
            session_id=escape_id(session_id),
        ),
        returns=dict[str, Any],
    )
