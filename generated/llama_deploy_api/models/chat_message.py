# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""ChatMessage is written by hand."""

from llama_deploy_client._values import ChatMessage as ChatMessage

__all__ = ["ChatMessage"]
