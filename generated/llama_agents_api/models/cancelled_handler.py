# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""CancelledHandler."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class CancelledHandler(BaseModel):
    """CancelledHandler.

    Attributes:
        status: `cancelled` or `deleted`.
    """

    model_config = ConfigDict(defer_build=True)

    status: str
