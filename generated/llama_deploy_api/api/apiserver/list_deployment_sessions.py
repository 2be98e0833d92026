# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""A deployment's sessions (`GET /deployments/{deployment_name}/sessions`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.session_definition import SessionDefinition
from . import SERVER


def request(
    deployment_name: str,
) -> Request[list[SessionDefinition]]:
    """A deployment's sessions (`GET /deployments/{deployment_name}/sessions`).

    LlamaDeploy 0.6 to 0.9.
    """
    return Request(
        operation="list_deployment_sessions",
        server=SERVER,
        method="GET",
        path="/deployments/{deployment_name}/sessions".format(
            deployment_name=escape_id(deployment_name),
        ),
        returns=list[SessionDefinition],
    )
