# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""A client library for accessing LlamaDeploy"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
