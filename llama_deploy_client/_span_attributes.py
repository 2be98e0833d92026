"""The ids in the attributes of spans. No I/O."""

from __future__ import annotations

from collections.abc import Mapping

from .types import TaskDefinition

DEPLOYMENT = "llama_deploy.deployment"
SERVICE = "llama_deploy.service"
SESSION = "llama_deploy.session.id"
TASK = "llama_deploy.task.id"

_FIELDS = {
    "deployment_id": DEPLOYMENT,
    "handler_id": TASK,
    "service_name": SERVICE,
    "session_id": SESSION,
    "task_id": TASK,
    "workflow_id": SERVICE,
}
_OWN = {
    "Deployment": DEPLOYMENT,
    "Handler": TASK,
    "Service": SERVICE,
    "Session": SESSION,
    "Task": TASK,
    "Workflow": SERVICE,
}
"""The attribute for the `id` of a handle, by the name of its class."""


def ids_of(thing: object) -> dict[str, str]:
    """Return the ids that a handle or a response has."""
    fields = {name: getattr(thing, name, None) for name in _FIELDS}
    ids = ids_among(fields)
    own = _OWN.get(type(thing).__name__)
    if own is not None:
        ids |= _known({own: getattr(thing, "id", None)})
    return ids


def ids_among(arguments: Mapping[str, object]) -> dict[str, str]:
    """Return the ids among a method's arguments, and those of a task among them."""
    ids = {_FIELDS[name]: value for name, value in arguments.items() if name in _FIELDS}
    for task in arguments.values():
        if isinstance(task, TaskDefinition):  # the server chooses another id for the task
            ids |= {SERVICE: task.service_id, SESSION: task.session_id}
    return _known(ids)


def _known(ids: Mapping[str, object]) -> dict[str, str]:
    return {name: value for name, value in ids.items() if isinstance(value, str)}


def span_name(handle: object, method: str) -> str:
    """Return the name of a call as users write it: `llama_deploy tasks.create`."""
    kind = type(handle).__name__
    of_many = kind.removesuffix("Collection")
    return f"llama_deploy {of_many.lower()}{'s' if of_many != kind else ''}.{method}"
