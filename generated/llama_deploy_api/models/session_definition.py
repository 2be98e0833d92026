# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""SessionDefinition is written by hand."""

from llama_deploy_client._values import SessionDefinition as SessionDefinition

__all__ = ["SessionDefinition"]
