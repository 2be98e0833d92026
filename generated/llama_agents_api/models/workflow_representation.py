# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""WorkflowRepresentation."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class WorkflowRepresentation(BaseModel):
    """WorkflowRepresentation.

    Attributes:
        graph: Its steps and events.
    """

    model_config = ConfigDict(defer_build=True)

    graph: dict[str, Any]
