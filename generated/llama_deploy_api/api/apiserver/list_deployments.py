# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""All deployments (`GET /deployments/`)."""

from llama_deploy_client.request import Request

from ...models.deployment_definition import DeploymentDefinition
from . import SERVER


def request() -> Request[list[DeploymentDefinition]]:
    """All deployments (`GET /deployments/`).

    LlamaDeploy 0.6 to 0.9.
    """
    return Request(
        operation="list_deployments",
        server=SERVER,
        method="GET",
        path="/deployments/",
        returns=list[DeploymentDefinition],
    )
