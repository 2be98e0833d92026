# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""One session (`GET /sessions/{session_id}`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.session_definition import SessionDefinition
from . import SERVER


def request(
    session_id: str,
) -> Request[SessionDefinition]:
    """One session (`GET /sessions/{session_id}`).

    LlamaDeploy 0.6 to 0.8.
    """
    return Request(
        operation="get_session",
        server=SERVER,
        method="GET",
        path="/sessions/{session_id}".format(
            session_id=escape_id(session_id),
        ),
        returns=SessionDefinition,
    )
