# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""Start a workflow without waiting for it (`POST /deployments/{deployment_name}/tasks/create`)."""

from llama_deploy_client.request import Request, check_id, escape_id, given

from ...models.task_definition import TaskDefinition
from . import SERVER


def request(
    deployment_name: str,
    *,
    body: TaskDefinition,
    session_id: str | None = None,
) -> Request[TaskDefinition]:
    """Start a workflow without waiting for it (`POST /deployments/{deployment_name}/tasks/create`).

    LlamaDeploy 0.6 to 0.9.
    """
    return Request(
        operation="create_deployment_task",
        server=SERVER,
        method="POST",
        path="/deployments/{deployment_name}/tasks/create".format(
            deployment_name=escape_id(deployment_name),
        ),
        query=given(
            {
                "session_id": None if session_id is None else check_id(session_id),
            }
        ),
        json=body.model_dump(mode="json"),
        returns=TaskDefinition,
    )
