"""The values of the API server, where `llama_deploy.types.apiserver` has them."""

from .._values import DeploymentDefinition, Status, StatusEnum

__all__ = ["DeploymentDefinition", "Status", "StatusEnum"]
