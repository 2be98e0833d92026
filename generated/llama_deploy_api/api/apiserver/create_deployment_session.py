# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""Create a session (`POST /deployments/{deployment_name}/sessions/create`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.session_definition import SessionDefinition
from . import SERVER


def request(
    deployment_name: str,
) -> Request[SessionDefinition]:
    """Create a session (`POST /deployments/{deployment_name}/sessions/create`).

    LlamaDeploy 0.6 to 0.9.
    """
    return Request(
        operation="create_deployment_session",
        server=SERVER,
        method="POST",
        path="/deployments/{deployment_name}/sessions/create".format(
            deployment_name=escape_id(deployment_name),
        ),
        returns=SessionDefinition,
    )
