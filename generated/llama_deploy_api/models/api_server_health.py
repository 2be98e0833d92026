# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from enum import StrEnum


class ApiServerHealth(StrEnum):
    DOWN = "Down"
    HEALTHY = "Healthy"
    UNHEALTHY = "Unhealthy"

    def __str__(self) -> str:
        return str(self.value)
