# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""EventDefinition is written by hand."""

from llama_deploy_client._values import EventDefinition as EventDefinition

__all__ = ["EventDefinition"]
