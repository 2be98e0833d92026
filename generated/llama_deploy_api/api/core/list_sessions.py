# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""All sessions (`GET /sessions`)."""

from llama_deploy_client.request import Request

from ...models.session_definition import SessionDefinition
from . import SERVER


def request() -> Request[dict[str, SessionDefinition]]:
    """All sessions (`GET /sessions`).

    LlamaDeploy 0.6 to 0.8.
    """
    return Request(
        operation="list_sessions",
        server=SERVER,
        method="GET",
        path="/sessions",
        returns=dict[str, SessionDefinition],
    )
