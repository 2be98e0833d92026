# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""Start a task in a session (`POST /sessions/{session_id}/tasks`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.task_definition import TaskDefinition
from . import SERVER


def request(
    session_id: str,
    *,
    body: TaskDefinition,
) -> Request[str]:
    """Start a task in a session (`POST /sessions/{session_id}/tasks`).

    LlamaDeploy 0.6 to 0.8.
    """
    return Request(
        operation="create_session_task",
        server=SERVER,
        method="POST",
        path="/sessions/{session_id}/tasks".format(
            session_id=escape_id(session_id),
        ),
        json=body.model_dump(mode="json"),
        returns=str,
    )
