# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""Run a workflow and wait for its end (`POST /workflows/{workflow_name}/run`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.handler_state import HandlerState
from ...models.new_handler import NewHandler
from . import SERVER


def request(
    workflow_name: str,
    *,
    body: NewHandler,
) -> Request[HandlerState]:
    """Run a workflow and wait for its end (`POST /workflows/{workflow_name}/run`).

    A client that disconnects before the end does not stop it. If the handler still runs, the
    response is also 500: its result has no JSON form, or the server set it aside until an
    event comes.
    """
    return Request(
        operation="run_workflow",
        server=SERVER,
        method="POST",
        path="/workflows/{workflow_name}/run".format(
            workflow_name=escape_id(workflow_name),
        ),
        json=body.model_dump(mode="json"),
        returns=HandlerState,
    )
