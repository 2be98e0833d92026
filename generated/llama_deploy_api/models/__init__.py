# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""Contains all the data models used in inputs/outputs"""

from .api_server_health import ApiServerHealth
from .api_server_links import ApiServerLinks
from .api_server_status import ApiServerStatus
from .chat_message import ChatMessage
from .control_plane_config import ControlPlaneConfig
from .control_plane_settings import ControlPlaneSettings
from .deployment_definition import DeploymentDefinition
from .deployment_upload import DeploymentUpload
from .error_detail import ErrorDetail
from .event_definition import EventDefinition
from .event_fields import EventFields
from .new_task import NewTask
from .open_api_document import OpenApiDocument
from .open_api_document_info import OpenApiDocumentInfo
from .open_api_document_paths import OpenApiDocumentPaths
from .queue_config import QueueConfig
from .queue_settings import QueueSettings
from .raw_event import RawEvent
from .service_definition import ServiceDefinition
from .service_registration import ServiceRegistration
from .services_by_name import ServicesByName
from .session_definition import SessionDefinition
from .session_state import SessionState
from .sessions_by_id import SessionsById
from .stream_error import StreamError
from .task_definition import TaskDefinition
from .task_result import TaskResult
from .task_result_data import TaskResultData
from .validation_error_item import ValidationErrorItem
from .validation_error_item_ctx import ValidationErrorItemCtx
from .validation_error_response import ValidationErrorResponse

__all__ = (
    "ApiServerHealth",
    "ApiServerLinks",
    "ApiServerStatus",
    "ChatMessage",
    "ControlPlaneConfig",
    "ControlPlaneSettings",
    "DeploymentDefinition",
    "DeploymentUpload",
    "ErrorDetail",
    "EventDefinition",
    "EventFields",
    "NewTask",
    "OpenApiDocument",
    "OpenApiDocumentInfo",
    "OpenApiDocumentPaths",
    "QueueConfig",
    "QueueSettings",
    "RawEvent",
    "ServiceDefinition",
    "ServiceRegistration",
    "ServicesByName",
    "SessionDefinition",
    "SessionsById",
    "SessionState",
    "StreamError",
    "TaskDefinition",
    "TaskResult",
    "TaskResultData",
    "ValidationErrorItem",
    "ValidationErrorItemCtx",
    "ValidationErrorResponse",
)
