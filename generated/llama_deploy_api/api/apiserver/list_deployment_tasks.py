# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""The tasks of all sessions of a deployment (`GET /deployments/{deployment_name}/tasks`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.task_definition import TaskDefinition
from . import SERVER


def request(
    deployment_name: str,
) -> Request[list[TaskDefinition]]:
    """The tasks of all sessions of a deployment (`GET /deployments/{deployment_name}/tasks`).

    LlamaDeploy 0.6 to 0.9.
    """
    return Request(
        operation="list_deployment_tasks",
        server=SERVER,
        method="GET",
        path="/deployments/{deployment_name}/tasks".format(
            deployment_name=escape_id(deployment_name),
        ),
        returns=list[TaskDefinition],
    )
