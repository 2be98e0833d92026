# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""OpenApiDocument."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class OpenApiDocument(BaseModel):
    """An OpenAPI document, which FastAPI writes.

    Attributes:
        openapi: The version of OpenAPI.
        info: Says `FastAPI` 0.1.0 always.
        paths: The operations by path.
    """

    model_config = ConfigDict(defer_build=True, extra="allow")

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]
