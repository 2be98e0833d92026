# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""Stop a handler, and optionally delete it (`POST /handlers/{handler_id}/cancel`)."""

from llama_deploy_client.request import Request, escape_id, given

from ...models.cancelled_handler import CancelledHandler
from . import SERVER


def request(
    handler_id: str,
    *,
    purge: bool | None = None,
) -> Request[CancelledHandler]:
    """Stop a handler, and optionally delete it (`POST /handlers/{handler_id}/cancel`)."""
    return Request(
        operation="cancel_handler",
        server=SERVER,
        method="POST",
        path="/handlers/{handler_id}/cancel".format(
            handler_id=escape_id(handler_id),
        ),
        query=given(
            {
                "purge": purge,
            }
        ),
        returns=CancelledHandler,
    )
