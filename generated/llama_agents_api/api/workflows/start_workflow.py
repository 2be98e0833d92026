# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""Start a workflow (`POST /workflows/{workflow_name}/run-nowait`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.handler_state import HandlerState
from ...models.new_handler import NewHandler
from . import SERVER


def request(
    workflow_name: str,
    *,
    body: NewHandler,
) -> Request[HandlerState]:
    """Start a workflow (`POST /workflows/{workflow_name}/run-nowait`)."""
    return Request(
        operation="start_workflow",
        server=SERVER,
        method="POST",
        path="/workflows/{workflow_name}/run-nowait".format(
            workflow_name=escape_id(workflow_name),
        ),
        json=body.model_dump(mode="json"),
        returns=HandlerState,
    )
