# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""WorkflowEvents."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from ..models.workflow_events_events_item import WorkflowEventsEventsItem


class WorkflowEvents(BaseModel):
    """WorkflowEvents.

    Attributes:
        events: The JSON Schemas of its events.
    """

    model_config = ConfigDict(defer_build=True)

    events: list[WorkflowEventsEventsItem]
