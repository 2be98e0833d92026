# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""The API server's health and its deployments (`GET /status/`)."""

from llama_deploy_client.request import Request

from ...models.api_server_status import ApiServerStatus
from . import SERVER


def request() -> Request[ApiServerStatus]:
    """The API server's health and its deployments (`GET /status/`).

    LlamaDeploy 0.6 to 0.9.
    """
    return Request(
        operation="get_status",
        server=SERVER,
        method="GET",
        path="/status/",
        returns=ApiServerStatus,
    )
