# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""Create a session (`POST /sessions/create`)."""

from llama_deploy_client.request import Request

from . import SERVER


def request() -> Request[str]:
    """Create a session (`POST /sessions/create`).

    LlamaDeploy 0.6 to 0.8.
    """
    return Request(
        operation="create_session",
        server=SERVER,
        method="POST",
        path="/sessions/create",
        returns=str,
    )
