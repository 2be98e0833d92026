# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""TaskResult."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from ..models.chat_message import ChatMessage


class TaskResult(BaseModel):
    """The result of a task. In 0.6 to 0.8, the text of an exception may be the result.

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
