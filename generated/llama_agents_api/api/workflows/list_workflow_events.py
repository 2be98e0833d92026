# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""The JSON Schemas of the events that a workflow takes or gives (`GET /workflows/{workflow_name}/events`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.workflow_events import WorkflowEvents
from . import SERVER


def request(
    workflow_name: str,
) -> Request[WorkflowEvents]:
    """The JSON Schemas of the events that a workflow takes or gives (`GET /workflows/{workflow_name}/events`)."""
    return Request(
        operation="list_workflow_events",
        server=SERVER,
        method="GET",
        path="/workflows/{workflow_name}/events".format(
            workflow_name=escape_id(workflow_name),
        ),
        returns=WorkflowEvents,
    )
