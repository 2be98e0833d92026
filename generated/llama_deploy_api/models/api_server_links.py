# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""ApiServerLinks."""

from __future__ import annotations

from typing_extensions import TypedDict


class ApiServerLinks(TypedDict):
    """The API server's root page.

    Attributes:
        swagger_docs: The address of the server's documentation.
        status: The address of its status.
    """

    swagger_docs: str
    status: str
