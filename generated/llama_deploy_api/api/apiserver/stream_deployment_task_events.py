# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""A task's events as they happen (`GET /deployments/{deployment_name}/tasks/{task_id}/events`)."""

from typing import Any

from llama_deploy_client.request import StreamRequest, check_id, escape_id, given

from . import SERVER


def request(
    deployment_name: str,
    task_id: str,
    *,
    raw_event: bool | None = None,
    session_id: str | None,
) -> StreamRequest[dict[str, Any]]:
    """A task's events as they happen (`GET /deployments/{deployment_name}/tasks/{task_id}/events`).

    LlamaDeploy 0.6 to 0.9.
    """
    return StreamRequest(
        operation="stream_deployment_task_events",
        server=SERVER,
        method="GET",
        path="/deployments/{deployment_name}/tasks/{task_id}/events".format(
            deployment_name=escape_id(deployment_name),
            task_id=escape_id(task_id),
        ),
        query=given(
            {
                "raw_event": raw_event,
                "session_id": "" if session_id is None else check_id(session_id),
            }
        ),
    )
