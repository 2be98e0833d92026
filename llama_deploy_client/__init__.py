"""A light client for LlamaDeploy servers 0.6 to 0.9.

`Client` is the async client, `Client.sync` and `SyncClient` the blocking one. The classes of the
objects that they return are in `models.apiserver` and `models.core`; those of the blocking client
are in `sync`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._async.batch import Batch
    from ._async.runs import TaskRun
    from ._async.streams import EventStream
    from ._sync.client import SyncClient
    from .client import Client
    from .errors import (
        AnswerTimeoutError,
        AuthenticationError,
        BatchError,
        CallError,
        CallTimeoutError,
        CertificateError,
        ClientClosedError,
        ConnectionLostError,
        EventMismatchError,
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
        TaskFailedError,
        UnknownEndpointError,
    )
    from .events import HumanResponseEvent, ReceivedEvent, ServerEvent
    from .settings import Settings
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
    "AnswerTimeoutError",
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
    "EventMismatchError",
    "EventStream",
    "HumanResponseEvent",
    "InvalidRequestError",
    "LlamaDeployError",
    "MalformedResponseError",
    "NotFoundError",
    "Outcome",
    "ReceivedEvent",
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
    "TaskFailedError",
    "TaskResult",
    "TaskRun",
    "UnknownEndpointError",
]

if not TYPE_CHECKING:  # type checkers see the imports above, and misspelt names
    # Each name is imported on first use, so that a program starts with only the modules that it
    # needs, and the pytest plugin costs nothing where it is unused.
    _HOMES = {
        "Client": "client",
        "Settings": "settings",
        "Batch": "_async.batch",
        "EventStream": "_async.streams",
        "TaskRun": "_async.runs",
        "SyncClient": "_sync.client",
        "HumanResponseEvent": "events",
        "ReceivedEvent": "events",
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
    # Type checkers count these as imported by `import llama_deploy_client` alone.
    _MODULES = ("client", "errors", "events", "settings", "types")

    def __dir__() -> list[str]:
        return sorted({*__all__, *_MODULES, *globals()})

    def __getattr__(name: str) -> Any:
        if name in _MODULES:
            return import_module(f".{name}", __name__)
        if name not in __all__:
            from ._legacy import missing

            raise missing(__name__, name)
        home = "errors" if name.endswith("Error") else _HOMES[name]
        globals()[name] = value = getattr(import_module(f".{home}", __name__), name)
        return value
