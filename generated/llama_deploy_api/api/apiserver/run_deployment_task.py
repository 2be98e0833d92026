# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""Run a workflow and wait for its result (`POST /deployments/{deployment_name}/tasks/run`)."""

from typing import Any

from llama_deploy_client.request import Request, check_id, escape_id, given

from ...models.task_definition import TaskDefinition
from . import SERVER


def request(
    deployment_name: str,
    *,
    body: TaskDefinition,
    session_id: str | None = None,
) -> Request[Any]:
    """Run a workflow and wait for its result (`POST /deployments/{deployment_name}/tasks/run`).

    LlamaDeploy 0.6 to 0.9.
    """
    return Request(
        operation="run_deployment_task",
        server=SERVER,
        method="POST",
        path="/deployments/{deployment_name}/tasks/run".format(
            deployment_name=escape_id(deployment_name),
        ),
        query=given(
            {
                "session_id": None if session_id is None else check_id(session_id),
            }
        ),
        json=body.model_dump(mode="json"),
        returns=Any,
    )
