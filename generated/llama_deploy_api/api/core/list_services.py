# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""All services (`GET /services`)."""

from llama_deploy_client.request import Request

from ...models.service_definition import ServiceDefinition
from . import SERVER


def request() -> Request[dict[str, ServiceDefinition]]:
    """All services (`GET /services`).

    LlamaDeploy 0.6 to 0.8.
    """
    return Request(
        operation="list_services",
        server=SERVER,
        method="GET",
        path="/services",
        returns=dict[str, ServiceDefinition],
    )
