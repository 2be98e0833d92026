# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""A session's tasks in order (`GET /sessions/{session_id}/tasks`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.task_definition import TaskDefinition
from . import SERVER


def request(
    session_id: str,
) -> Request[list[TaskDefinition]]:
    """A session's tasks in order (`GET /sessions/{session_id}/tasks`).

    LlamaDeploy 0.6 to 0.8.
    """
    return Request(
        operation="list_session_tasks",
        server=SERVER,
        method="GET",
        path="/sessions/{session_id}/tasks".format(
            session_id=escape_id(session_id),
        ),
        returns=list[TaskDefinition],
    )
