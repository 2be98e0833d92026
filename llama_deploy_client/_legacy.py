"""Names of `llama_deploy` that programs import and that have a replacement here."""

from __future__ import annotations

CONTROL_PLANE_NAME = "control_plane"
"""The name of the control plane on LlamaDeploy's message queue."""

_URL = 'control_plane_url="http://localhost:8000"'
_QUEUE = "it is a message of the server's internal queue, which clients never see"

_SESSIONS = (
    "its sessions are client.core.sessions; session.run, run_nowait and get_task_result are "
    "unchanged"
)
_SERVER = "it runs a server: import it from llama_deploy, where the server is installed"

REPLACED = {
    "LlamaDeployClient": f"write SyncClient({_URL}); {_SESSIONS}",
    "AsyncLlamaDeployClient": f"write Client({_URL}); {_SESSIONS}",
    "ControlPlaneConfig": f"write Client({_URL}) or SyncClient({_URL}): host and port are in the "
    "URL",
    "SessionClient": "it is llama_deploy_client.sync.core.Session",
    "AsyncSessionClient": "it is llama_deploy_client.models.core.Session",
    "make_sync": "the blocking classes are in llama_deploy_client.sync, and client.sync has them",
    "ActionTypes": _QUEUE,
    "HumanResponse": "write HumanResponseEvent(response=…), and send it with task.send_event",
    "TaskStream": f"{_QUEUE}; events are dicts, from task.events()",
    "ToolCall": _QUEUE,
    "ToolCallBundle": _QUEUE,
    "ToolCallResult": _QUEUE,
    "PydanticValidatedUrl": "write str, or pydantic.HttpUrl",
    "QueueMessage": _QUEUE,
    **dict.fromkeys(
        (
            *("deploy_core", "deploy_workflow", "WorkflowService", "WorkflowServiceConfig"),
            *("ControlPlaneServer", "SimpleOrchestrator", "SimpleOrchestratorConfig"),
            *("SimpleMessageQueue", "SimpleMessageQueueConfig", "SimpleMessageQueueServer"),
            "CallableMessageConsumer",
        ),
        _SERVER,
    ),
}
"""What to write instead, by name."""


def missing(module: str, name: str) -> Exception:
    """Return the error for a name that a module does not have.

    For a name of `llama_deploy`, it is an ImportError: an import statement shows its message, but
    not that of an AttributeError.
    """
    if name in REPLACED:
        return ImportError(f"llama_deploy_client has no {name}: {REPLACED[name]}", name=name)
    return AttributeError(f"module {module!r} has no attribute {name!r}")
