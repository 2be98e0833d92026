# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""The JSON Schemas of a workflow's start event and stop event (`GET /workflows/{workflow_name}/schema`)."""

from llama_deploy_client.request import Request, escape_id

from ...models.workflow_schema import WorkflowSchema
from . import SERVER


def request(
    workflow_name: str,
) -> Request[WorkflowSchema]:
    """The JSON Schemas of a workflow's start event and stop event (`GET /workflows/{workflow_name}/schema`)."""
    return Request(
        operation="get_workflow_schema",
        server=SERVER,
        method="GET",
        path="/workflows/{workflow_name}/schema".format(
            workflow_name=escape_id(workflow_name),
        ),
        returns=WorkflowSchema,
    )
