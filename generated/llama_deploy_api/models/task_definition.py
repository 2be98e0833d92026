# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""TaskDefinition is written by hand."""

from llama_deploy_client._values import TaskDefinition as TaskDefinition

__all__ = ["TaskDefinition"]
