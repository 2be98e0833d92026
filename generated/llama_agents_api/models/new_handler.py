# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""NewHandler."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class NewHandler(BaseModel):
    """The start event of a handler, and its id.

    Attributes:
        start_event: The fields of the start event; or an envelope of them, `{"type", "value"}`.
            Fields are mistaken for an envelope if one is named `value`.
        handler_id: The id of the handler; the server chooses one unless given.
    """

    model_config = ConfigDict(defer_build=True)

    start_event: dict[str, Any]
    handler_id: str | None = None
