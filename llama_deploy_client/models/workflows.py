"""The handles of a workflow server of llama-agents, for annotations. Experimental."""

from abc import ABCMeta

from llama_agents_api.models.handler_state import HandlerState

from .._async.handlers import Handler
from .._async.workflow_runs import WorkflowRun
from .._async.workflows import Workflow, WorkflowCollection
from .._workflows import WorkflowEvent, WorkflowResult
from ..sync import workflows as _sync

__all__ = [
    "Handler",
    "HandlerState",
    "Workflow",
    "WorkflowCollection",
    "WorkflowEvent",
    "WorkflowResult",
    "WorkflowRun",
]

# As elsewhere, `isinstance` accepts an object of the sync client here.
for _name in _sync.__all__:
    ABCMeta.register(globals()[_name], getattr(_sync, _name))
