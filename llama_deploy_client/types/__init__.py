"""The values that clients send to servers, and those that they return."""

from typing import Any

from llama_deploy_api.models.api_server_links import ApiServerLinks
from llama_deploy_api.models.control_plane_settings import ControlPlaneSettings
from llama_deploy_api.models.service_definition import ServiceDefinition
from llama_deploy_api.models.task_result import TaskResult

from .._legacy import CONTROL_PLANE_NAME, missing
from .._task_state import TaskState
from .._values import (
    ChatMessage,
    DeploymentDefinition,
    EventDefinition,
    Outcome,
    ReportedStatus,
    SessionDefinition,
    Status,
    StatusEnum,
    TaskDefinition,
    TaskIds,
    generate_id,
    to_task,
)

__all__ = [
    "CONTROL_PLANE_NAME",
    "ApiServerLinks",
    "ChatMessage",
    "ControlPlaneSettings",
    "DeploymentDefinition",
    "EventDefinition",
    "Outcome",
    "ReportedStatus",
    "ServiceDefinition",
    "SessionDefinition",
    "Status",
    "StatusEnum",
    "TaskDefinition",
    "TaskIds",
    "TaskResult",
    "TaskState",
    "generate_id",
    "to_task",
]


def __getattr__(name: str) -> Any:
    raise missing(__name__, name)
