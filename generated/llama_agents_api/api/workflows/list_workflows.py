# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""The names of all workflows (`GET /workflows`)."""

from llama_deploy_client.request import Request

from ...models.workflow_names import WorkflowNames
from . import SERVER


def request() -> Request[WorkflowNames]:
    """The names of all workflows (`GET /workflows`)."""
    return Request(
        operation="list_workflows",
        server=SERVER,
        method="GET",
        path="/workflows",
        returns=WorkflowNames,
    )
