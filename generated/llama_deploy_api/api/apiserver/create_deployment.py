# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""Create a deployment from a deployment file (`POST /deployments/create`)."""

from llama_deploy_client.request import File, Request, given

from ...models.deployment_definition import DeploymentDefinition
from . import SERVER


def request(
    *,
    config_file: File,
    reload: bool | None = None,
    local: bool | None = None,
    base_path: str | None = None,
) -> Request[DeploymentDefinition]:
    """Create a deployment from a deployment file (`POST /deployments/create`).

    LlamaDeploy 0.6 to 0.9.
    """
    return Request(
        operation="create_deployment",
        server=SERVER,
        method="POST",
        path="/deployments/create",
        query=given(
            {
                "reload": reload,
                "local": local,
                "base_path": base_path,
            }
        ),
        files={
            "config_file": config_file,
        },
        returns=DeploymentDefinition,
    )
