# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""A task's result (`GET /deployments/{deployment_name}/tasks/{task_id}/results`)."""

from llama_deploy_client.request import Request, check_id, escape_id

from ...models.task_result import TaskResult
from . import SERVER


def request(
    deployment_name: str,
    task_id: str,
    *,
    session_id: str | None,
) -> Request[TaskResult | None]:
    """A task's result (`GET /deployments/{deployment_name}/tasks/{task_id}/results`).

    LlamaDeploy 0.6 to 0.9.
    """
    return Request(
        operation="get_deployment_task_results",
        server=SERVER,
        method="GET",
        path="/deployments/{deployment_name}/tasks/{task_id}/results".format(
            deployment_name=escape_id(deployment_name),
            task_id=escape_id(task_id),
        ),
        query={
            "session_id": "" if session_id is None else check_id(session_id),
        },
        returns=TaskResult | None,
    )
