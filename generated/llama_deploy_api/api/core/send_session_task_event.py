# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""Send an event to a running task (`POST /sessions/{session_id}/tasks/{task_id}/send_event`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.event_definition import EventDefinition
from . import SERVER


def request(
    session_id: str,
    task_id: str,
    *,
    body: EventDefinition,
) -> Request[None]:
    """Send an event to a running task (`POST /sessions/{session_id}/tasks/{task_id}/send_event`).

    LlamaDeploy 0.6 to 0.8.
    """
    return Request(
        operation="send_session_task_event",
        server=SERVER,
        method="POST",
        path="/sessions/{session_id}/tasks/{task_id}/send_event".format(
            session_id=escape_id(session_id),
            task_id=escape_id(task_id),
        ),
        json=body.model_dump(mode="json"),
        returns=None,
    )
