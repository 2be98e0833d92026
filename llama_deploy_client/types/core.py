"""The values of sessions and tasks, at the path of `llama_deploy.types.core`."""

from typing import Any

from llama_deploy_api.models.service_definition import ServiceDefinition
from llama_deploy_api.models.task_result import TaskResult

from .._legacy import CONTROL_PLANE_NAME, missing
from .._values import (
    ChatMessage,
    EventDefinition,
    SessionDefinition,
    TaskDefinition,
    generate_id,
)

__all__ = [
    "CONTROL_PLANE_NAME",
    "ChatMessage",
    "EventDefinition",
    "ServiceDefinition",
    "SessionDefinition",
    "TaskDefinition",
    "TaskResult",
    "generate_id",
]


def __getattr__(name: str) -> Any:
    raise missing(__name__, name)
