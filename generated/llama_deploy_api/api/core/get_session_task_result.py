# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""A task's result (`GET /sessions/{session_id}/tasks/{task_id}/result`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.task_result import TaskResult
from . import SERVER


def request(
    session_id: str,
    task_id: str,
) -> Request[TaskResult | None]:
    """A task's result (`GET /sessions/{session_id}/tasks/{task_id}/result`).

    LlamaDeploy 0.6 to 0.8.
    """
    return Request(
        operation="get_session_task_result",
        server=SERVER,
        method="GET",
        path="/sessions/{session_id}/tasks/{task_id}/result".format(
            session_id=escape_id(session_id),
            task_id=escape_id(task_id),
        ),
        returns=TaskResult | None,
    )
