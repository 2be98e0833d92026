# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""NewEvent."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class NewEvent(BaseModel):
    """An event for a running handler.

    Attributes:
        event: `{"type", "value"}`: class and fields.
        step: The step that is to have it; every step that takes it unless given.
    """

    model_config = ConfigDict(defer_build=True)

    event: dict[str, Any]
    step: str | None = None
