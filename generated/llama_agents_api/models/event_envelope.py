# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""EventEnvelope."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class EventEnvelope(BaseModel):
    """An event with its class.

    Attributes:
        value: Its fields.
        type_: The name of its class.
        types: The names of its base classes, the nearest first; null if there is none but
            `Event`.
        qualified_name: Its class with the module.
    """

    model_config = ConfigDict(defer_build=True)

    value: dict[str, Any]
    type_: str = Field(alias="type")
    types: list[str] | None = None
    qualified_name: str | None = None
