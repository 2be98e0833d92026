"""What a span says of what it is about: the ids. No I/O."""

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
"""What the `id` of a handle is, by the name of its class."""


def ids_of(thing: object) -> dict[str, str]:
    """The ids that a handle, or what a server answered, has."""
    fields = {name: getattr(thing, name, None) for name in _FIELDS}
    ids = ids_among(fields)
    own = _OWN.get(type(thing).__name__)
    if own is not None:
        ids |= _known({own: getattr(thing, "id", None)})
    return ids


def ids_among(arguments: Mapping[str, object]) -> dict[str, str]:
    """The ids among the arguments of a method, and those that a task among them names."""
    ids = {_FIELDS[name]: value for name, value in arguments.items() if name in _FIELDS}
    for task in arguments.values():
        if isinstance(task, TaskDefinition):  # the server gives it another id than its own
            ids |= {SERVICE: task.service_id, SESSION: task.session_id}
    return _known(ids)


def _known(ids: Mapping[str, object]) -> dict[str, str]:
    return {name: value for name, value in ids.items() if isinstance(value, str)}


def span_name(handle: object, method: str) -> str:
    """The name of a call as a user writes it: `llama_deploy tasks.create`."""
    kind = type(handle).__name__
    of_many = kind.removesuffix("Collection")
    return f"llama_deploy {of_many.lower()}{'s' if of_many != kind else ''}.{method}"
