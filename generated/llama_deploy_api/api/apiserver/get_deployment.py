# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""One deployment (`GET /deployments/{deployment_name}`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.deployment_definition import DeploymentDefinition
from . import SERVER


def request(
    deployment_name: str,
) -> Request[DeploymentDefinition]:
    """One deployment (`GET /deployments/{deployment_name}`).

    LlamaDeploy 0.6 to 0.9.
    """
    return Request(
        operation="get_deployment",
        server=SERVER,
        method="GET",
        path="/deployments/{deployment_name}".format(
            deployment_name=escape_id(deployment_name),
        ),
        returns=DeploymentDefinition,
    )
