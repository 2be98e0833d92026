# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""One session of a deployment (`GET /deployments/{deployment_name}/sessions/{session_id}`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.session_definition import SessionDefinition
from . import SERVER


def request(
    deployment_name: str,
    session_id: str,
) -> Request[SessionDefinition]:
    """One session of a deployment (`GET /deployments/{deployment_name}/sessions/{session_id}`).

    LlamaDeploy 0.6 to 0.9.
    """
    return Request(
        operation="get_deployment_session",
        server=SERVER,
        method="GET",
        path="/deployments/{deployment_name}/sessions/{session_id}".format(
            deployment_name=escape_id(deployment_name),
            session_id=escape_id(session_id),
        ),
        returns=SessionDefinition,
    )
