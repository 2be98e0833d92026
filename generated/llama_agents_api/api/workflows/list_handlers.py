# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""All handlers, or those of a status or a workflow (`GET /handlers`)."""

from llama_deploy_client.request import Request, given

from ...models.handler_states import HandlerStates
from . import SERVER


def request(
    *,
    status: list[str] | None = None,
    workflow_name: list[str] | None = None,
) -> Request[HandlerStates]:
    """All handlers, or those of a status or a workflow (`GET /handlers`).

    There is no paging. Unknown statuses are ignored.
    """
    return Request(
        operation="list_handlers",
        server=SERVER,
        method="GET",
        path="/handlers",
        query=given(
            {
                "status": status,
                "workflow_name": workflow_name,
            }
        ),
        returns=HandlerStates,
    )
