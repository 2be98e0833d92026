# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""SentEvent."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class SentEvent(BaseModel):
    """SentEvent.

    Attributes:
        status: `sent`.
    """

    model_config = ConfigDict(defer_build=True)

    status: str
