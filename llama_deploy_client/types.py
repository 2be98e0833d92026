"""The values that users hold: what goes to a server, and what comes back."""

from llama_deploy_api.models.api_server_links import ApiServerLinks
from llama_deploy_api.models.control_plane_settings import ControlPlaneSettings
from llama_deploy_api.models.service_definition import ServiceDefinition
from llama_deploy_api.models.task_result import TaskResult

from ._values import (
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
    TaskState,
    generate_id,
    to_task,
)

__all__ = [
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
