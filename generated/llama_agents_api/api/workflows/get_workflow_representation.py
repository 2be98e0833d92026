# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""A workflow's steps and events as a graph (`GET /workflows/{workflow_name}/representation`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.workflow_representation import WorkflowRepresentation
from . import SERVER


def request(
    workflow_name: str,
) -> Request[WorkflowRepresentation]:
    """A workflow's steps and events as a graph (`GET /workflows/{workflow_name}/representation`)."""
    return Request(
        operation="get_workflow_representation",
        server=SERVER,
        method="GET",
        path="/workflows/{workflow_name}/representation".format(
            workflow_name=escape_id(workflow_name),
        ),
        returns=WorkflowRepresentation,
    )
