# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""HandlerStates."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from ..models.handler_state import HandlerState


class HandlerStates(BaseModel):
    """HandlerStates.

    Attributes:
        handlers: The handlers.
    """

    model_config = ConfigDict(defer_build=True)

    handlers: list[HandlerState]
