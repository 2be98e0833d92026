"""The handles of a workflow server of `client.sync` and `SyncClient`. Experimental."""

from .._sync.handlers import Handler
from .._sync.workflow_runs import WorkflowRun
from .._sync.workflows import Workflow, WorkflowCollection

__all__ = ["Handler", "Workflow", "WorkflowCollection", "WorkflowRun"]
