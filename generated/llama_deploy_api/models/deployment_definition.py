# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""DeploymentDefinition is written by hand."""

from llama_deploy_client._values import DeploymentDefinition as DeploymentDefinition

__all__ = ["DeploymentDefinition"]
