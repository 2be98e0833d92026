"""The values of the API server, at the path of `llama_deploy.types.apiserver`."""

from .._values import DeploymentDefinition, Status, StatusEnum

__all__ = ["DeploymentDefinition", "Status", "StatusEnum"]
