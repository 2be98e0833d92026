"""A light client for LlamaDeploy servers 0.6 to 0.9.

`Client` is the async client, `Client.sync` and `SyncClient` the blocking one. The classes of what
they hand out are in `models.apiserver` and `models.core`, those of the sync side in `sync`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .client import Client
from .errors import (
    AuthenticationError,
    BatchError,
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
    ResultsFileError,
    ServerError,
    ServerUnreachableError,
    StatusError,
    StreamFailedError,
    StreamInterruptedError,
    UnknownEndpointError,
)
from .settings import Settings

if TYPE_CHECKING:
    from ._async.batch import Batch
    from ._async.streams import EventStream
    from ._sync.client import SyncClient
    from .events import HumanResponseEvent, ServerEvent
    from .types import (
        ChatMessage,
        DeploymentDefinition,
        EventDefinition,
        Outcome,
        ServiceDefinition,
        SessionDefinition,
        Status,
        StatusEnum,
        TaskDefinition,
        TaskResult,
    )

__all__ = [
    "AuthenticationError",
    "Batch",
    "BatchError",
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
    "Outcome",
    "RedirectError",
    "ReplayDiffersError",
    "ResultsFileError",
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

if not TYPE_CHECKING:  # type checkers see the imports above, and misspelt names
    # What a start can do without is imported when it is asked for.
    _LATER = {
        "Batch": "_async.batch",
        "EventStream": "_async.streams",
        "SyncClient": "_sync.client",
        "HumanResponseEvent": "events",
        "ServerEvent": "events",
        "ChatMessage": "types",
        "DeploymentDefinition": "types",
        "EventDefinition": "types",
        "Outcome": "types",
        "ServiceDefinition": "types",
        "SessionDefinition": "types",
        "Status": "types",
        "StatusEnum": "types",
        "TaskDefinition": "types",
        "TaskResult": "types",
    }

    def __getattr__(name: str) -> Any:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f".{_LATER[name]}", __name__), name)
