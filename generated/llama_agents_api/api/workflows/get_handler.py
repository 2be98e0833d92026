# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""The state of a handler (`GET /handlers/{handler_id}`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.handler_state import HandlerState
from . import SERVER


def request(
    handler_id: str,
) -> Request[HandlerState]:
    """The state of a handler (`GET /handlers/{handler_id}`)."""
    return Request(
        operation="get_handler",
        server=SERVER,
        method="GET",
        path="/handlers/{handler_id}".format(
            handler_id=escape_id(handler_id),
        ),
        returns=HandlerState,
    )
