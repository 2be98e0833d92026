# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""A task's events as they happen (`GET /sessions/{session_id}/tasks/{task_id}/result_stream`)."""

from typing import Any

from llama_deploy_client.request import StreamRequest, escape_id

from . import SERVER


def request(
    session_id: str,
    task_id: str,
) -> StreamRequest[dict[str, Any]]:
    """A task's events as they happen (`GET /sessions/{session_id}/tasks/{task_id}/result_stream`).

    LlamaDeploy 0.6 to 0.8.
    """
    return StreamRequest(
        operation="stream_session_task_result",
        server=SERVER,
        method="GET",
        path="/sessions/{session_id}/tasks/{task_id}/result_stream".format(
            session_id=escape_id(session_id),
            task_id=escape_id(task_id),
        ),
    )
