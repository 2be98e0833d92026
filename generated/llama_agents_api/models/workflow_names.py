# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""WorkflowNames."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class WorkflowNames(BaseModel):
    """WorkflowNames.

    Attributes:
        workflows: The names.
    """

    model_config = ConfigDict(defer_build=True)

    workflows: list[str]
