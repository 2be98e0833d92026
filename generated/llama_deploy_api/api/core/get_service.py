# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""One service (`GET /services/{service_name}`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.service_definition import ServiceDefinition
from . import SERVER


def request(
    service_name: str,
) -> Request[ServiceDefinition]:
    """One service (`GET /services/{service_name}`).

    LlamaDeploy 0.6 to 0.8.
    """
    return Request(
        operation="get_service",
        server=SERVER,
        method="GET",
        path="/services/{service_name}".format(
            service_name=escape_id(service_name),
        ),
        returns=ServiceDefinition,
    )
