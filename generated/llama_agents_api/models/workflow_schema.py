# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""WorkflowSchema."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class WorkflowSchema(BaseModel):
    """The JSON Schemas of a workflow's start event and stop event.

    Attributes:
        start: That of the start event.
        stop: That of the stop event.
    """

    model_config = ConfigDict(defer_build=True)

    start: dict[str, Any]
    stop: dict[str, Any]
