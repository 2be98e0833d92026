# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""Health."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Health(BaseModel):
    """Health.

    Attributes:
        status: `healthy` or `unhealthy`.
    """

    model_config = ConfigDict(defer_build=True)

    status: str
