# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""Delete a session (`POST /deployments/{deployment_name}/sessions/delete`)."""

from llama_deploy_client.request import Request, check_id, escape_id

from . import SERVER


def request(
    deployment_name: str,
    *,
    session_id: str,
) -> Request[None]:
    """Delete a session (`POST /deployments/{deployment_name}/sessions/delete`).

    LlamaDeploy 0.6 to 0.9.
    """
    return Request(
        operation="delete_deployment_session",
        server=SERVER,
        method="POST",
        path="/deployments/{deployment_name}/sessions/delete".format(
            deployment_name=escape_id(deployment_name),
        ),
        query={
            "session_id": check_id(session_id),
        },
        returns=None,
    )
