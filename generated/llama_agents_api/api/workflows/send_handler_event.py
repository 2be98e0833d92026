# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""Send an event to a running handler (`POST /events/{handler_id}`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.new_event import NewEvent
from ...models.sent_event import SentEvent
from . import SERVER


def request(
    handler_id: str,
    *,
    body: NewEvent,
) -> Request[SentEvent]:
    """Send an event to a running handler (`POST /events/{handler_id}`)."""
    return Request(
        operation="send_handler_event",
        server=SERVER,
        method="POST",
        path="/events/{handler_id}".format(
            handler_id=escape_id(handler_id),
        ),
        json=body.model_dump(mode="json"),
        returns=SentEvent,
    )
