# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""TaskResult."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from ..models.chat_message import ChatMessage


class TaskResult(BaseModel):
    """TaskResult.

    Attributes:
        history: Empty in practice.
        result: The workflow's result.
        data: Empty in practice.
    """

    model_config = ConfigDict(defer_build=True)

    task_id: str
    history: list[ChatMessage] = []
    result: str
    data: dict[str, Any] = {}
