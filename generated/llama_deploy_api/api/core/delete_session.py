# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""Delete a session (`POST /sessions/{session_id}/delete`)."""

from llama_deploy_client.request import Request, escape_id

from . import SERVER


def request(
    session_id: str,
) -> Request[None]:
    """Delete a session (`POST /sessions/{session_id}/delete`).

    LlamaDeploy 0.6 to 0.8.
    """
    return Request(
        operation="delete_session",
        server=SERVER,
        method="POST",
        path="/sessions/{session_id}/delete".format(
            session_id=escape_id(session_id),
        ),
        returns=None,
    )
