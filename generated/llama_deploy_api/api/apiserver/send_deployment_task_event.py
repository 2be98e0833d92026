# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""Send an event to a running task (`POST /deployments/{deployment_name}/tasks/{task_id}/events`)."""

from llama_deploy_client.request import Request, check_id, escape_id

from ...models.event_definition import EventDefinition
from . import SERVER


def request(
    deployment_name: str,
    task_id: str,
    *,
    body: EventDefinition,
    session_id: str | None,
) -> Request[EventDefinition]:
    """Send an event to a running task (`POST /deployments/{deployment_name}/tasks/{task_id}/events`).

    LlamaDeploy 0.6 to 0.9.
    """
    return Request(
        operation="send_deployment_task_event",
        server=SERVER,
        method="POST",
        path="/deployments/{deployment_name}/tasks/{task_id}/events".format(
            deployment_name=escape_id(deployment_name),
            task_id=escape_id(task_id),
        ),
        query={
            "session_id": "" if session_id is None else check_id(session_id),
        },
        json=body.model_dump(mode="json"),
        returns=EventDefinition,
    )
