# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""A session's newest task (`GET /sessions/{session_id}/current_task`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.task_definition import TaskDefinition
from . import SERVER


def request(
    session_id: str,
) -> Request[TaskDefinition | None]:
    """A session's newest task (`GET /sessions/{session_id}/current_task`).

    LlamaDeploy 0.6 to 0.8.
    """
    return Request(
        operation="get_current_session_task",
        server=SERVER,
        method="GET",
        path="/sessions/{session_id}/current_task".format(
            session_id=escape_id(session_id),
        ),
        returns=TaskDefinition | None,
    )
