# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""Whether the server takes requests (`GET /health`)."""

from llama_deploy_client.request import Request

from ...models.health import Health
from . import SERVER


def request() -> Request[Health]:
    """Whether the server takes requests (`GET /health`)."""
    return Request(
        operation="get_health",
        server=SERVER,
        method="GET",
        path="/health",
        returns=Health,
    )
