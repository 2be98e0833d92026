"""A light client for LlamaDeploy servers 0.6 to 0.9.

`Client` is the async client, `Client.sync` and `SyncClient` the blocking one. The classes of what
they hand out are in `models.apiserver` and `models.core`, those of the sync side in `sync`.
"""

from ._async.streams import EventStream
from ._sync.client import SyncClient
from .client import Client
from .errors import (
    AuthenticationError,
    CallError,
    CallTimeoutError,
    CertificateError,
    ClientClosedError,
    ConnectionLostError,
    InvalidRequestError,
    LlamaDeployError,
    MalformedResponseError,
    NotFoundError,
    RedirectError,
    ReplayDiffersError,
    ServerError,
    ServerUnreachableError,
    StatusError,
    StreamFailedError,
    StreamInterruptedError,
    UnknownEndpointError,
)
from .events import HumanResponseEvent, ServerEvent
from .settings import Settings
from .types import (
    ChatMessage,
    DeploymentDefinition,
    EventDefinition,
    ServiceDefinition,
    SessionDefinition,
    Status,
    StatusEnum,
    TaskDefinition,
    TaskResult,
)

__all__ = [
    "AuthenticationError",
    "CallError",
    "CallTimeoutError",
    "CertificateError",
    "ChatMessage",
    "Client",
    "ClientClosedError",
    "ConnectionLostError",
    "DeploymentDefinition",
    "EventDefinition",
    "EventStream",
    "HumanResponseEvent",
    "InvalidRequestError",
    "LlamaDeployError",
    "MalformedResponseError",
    "NotFoundError",
    "RedirectError",
    "ReplayDiffersError",
    "ServerError",
    "ServerEvent",
    "ServerUnreachableError",
    "ServiceDefinition",
    "SessionDefinition",
    "Settings",
    "Status",
    "StatusEnum",
    "StatusError",
    "StreamFailedError",
    "StreamInterruptedError",
    "SyncClient",
    "TaskDefinition",
    "TaskResult",
    "UnknownEndpointError",
]
