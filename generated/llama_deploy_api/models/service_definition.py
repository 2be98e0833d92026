# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""ServiceDefinition."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from ..models.chat_message import ChatMessage


class ServiceDefinition(BaseModel):
    """A service to register.

    Attributes:
        prompt: Instructions for the service.
    """

    model_config = ConfigDict(defer_build=True)

    service_name: str
    description: str
    prompt: list[ChatMessage] = []
    host: str | None = None
    port: int | None = None
