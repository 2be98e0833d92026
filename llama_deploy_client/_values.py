"""Hand-written classes for schemas that need more than fields.

`types` has them beside the generated ones. A test compares their fields with the OpenAPI document.
Like those, they are built on first use, not all at once on import.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from enum import Enum
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Self,
    TypeAlias,
)

from attrs import frozen
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ._jsonable import check_object, to_json_value
from ._texts import shorten

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Arguments: TypeAlias = "str | Mapping[str, Any] | BaseModel | DataclassInstance"
"""A workflow's arguments: JSON text, or an object that is converted to it."""


def generate_id() -> str:
    """Return a new random id."""
    return str(uuid.uuid4())


class StatusEnum(Enum):
    """The health of an API server."""

    HEALTHY = "Healthy"
    UNHEALTHY = "Unhealthy"
    DOWN = "Down"


class Status(BaseModel):
    """The status of an API server, and its deployments.

    Attributes:
        status: healthy, unhealthy (its response is wrong) or down (no connection).
        status_message: the status in words.
        max_deployments: the largest number of deployments, if the server reported it.
        deployments: the names of its deployments, if the server reported them.
    """

    model_config = ConfigDict(defer_build=True)

    status: StatusEnum
    status_message: str
    max_deployments: int | None = None
    deployments: list[str] | None = None


class ReportedStatus(Status):
    """The status that a server reports. A response without `status` counts as healthy."""

    status: StatusEnum = StatusEnum.HEALTHY
    status_message: str = ""


def describe(status: Status) -> Status:
    """Return a healthy server's status with a message that lists its deployments."""
    names = status.deployments or []
    lines = ["LlamaDeploy is up and running."]
    lines.append("Active deployments:" if names else "Currently there are no active deployments")
    lines.extend(f"- {shorten(name)}" for name in names)
    return Status(
        status=status.status,
        status_message="\n".join(lines),
        max_deployments=status.max_deployments,
        deployments=names,
    )


class DeploymentDefinition(BaseModel):
    """A deployment as servers describe it."""

    model_config = ConfigDict(defer_build=True)

    name: str

    @model_validator(mode="before")
    @classmethod
    def _of_name(cls, sent: Any) -> Any:
        # llama_deploy's client accepts a bare name as well
        return {"name": sent} if isinstance(sent, str) else sent


_SERVICE = {"agent_id", "service_id"}


class _ForService(BaseModel):
    """A payload for a service. 0.6 names the field `agent_id`, later servers `service_id`.

    Both names are one value: either can be given, both can be read, and both are sent, since every
    server ignores the name that it does not know.
    """

    model_config = ConfigDict(defer_build=True)

    agent_id: str | None = None
    service_id: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_service(cls, fields: Any) -> Any:
        if not isinstance(fields, Mapping):
            return fields
        agent, service = fields.get("agent_id"), fields.get("service_id")
        if agent is not None and service is not None and agent != service:
            raise ValueError("agent_id and service_id are the same field: they cannot differ")
        name = service if agent is None else agent
        return {**fields, "agent_id": name, "service_id": name}

    def __setattr__(self, name: str, value: Any) -> None:
        for each in _SERVICE if name in _SERVICE else (name,):
            super().__setattr__(each, value)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, with other values for some fields."""
        update = dict(update or {})
        for name in _SERVICE & update.keys():
            update.update(dict.fromkeys(_SERVICE, update[name]))
        return super().model_copy(update=update, deep=deep)


def to_arguments(arguments: Any) -> str:
    """Return a workflow's arguments as JSON text for the server; text is returned unchanged.

    Raises:
        ValueError: they are not an object with values that can be sent as JSON.
    """
    if isinstance(arguments, str):
        return arguments
    value = to_json_value(arguments, "arguments")
    if not isinstance(value, dict):
        raise ValueError(
            "arguments must be a JSON object (a dict, a pydantic model, a dataclass, or text), "
            f"got {type(arguments).__name__}"
        )
    return json.dumps(value)


class TaskDefinition(_ForService):
    """A task to run: a service, and the arguments for its workflow.

    Attributes:
        input: the arguments as JSON text. A dict, a pydantic model or a dataclass is converted to
            it; they can hold each other, and enums, dates, UUIDs, Decimals, paths and numpy values.
            Text is checked before it is sent.
        task_id: the task's id; a new random one by default. The API server chooses its own.
        session_id: the session that the task belongs to; a new one if None.
        service_id: the service that runs the task; the deployment's default service if None.
        agent_id: the same as `service_id`.

    Examples:
        >>> TaskDefinition(input={"message": "hello"}, service_id="echo").input
        '{"message": "hello"}'
        >>> TaskDefinition.of("echo", message="hello").agent_id
        'echo'

    Raises:
        ValueError: a part of the arguments has no JSON form; the message says where.
    """

    input: Annotated[str, BeforeValidator(to_arguments)]
    task_id: str = Field(default_factory=generate_id)
    session_id: str | None = None

    if TYPE_CHECKING:  # `input` is declared as text, but accepts more

        def __init__(
            self,
            *,
            input: Arguments,
            task_id: str = ...,
            session_id: str | None = None,
            agent_id: str | None = None,
            service_id: str | None = None,
        ) -> None: ...

    @classmethod
    def of(cls, service_id: str | None = None, /, **arguments: Any) -> TaskDefinition:
        """Make a task for a service (None: the default one) from its workflow's arguments."""
        return cls(input=to_arguments(arguments), service_id=service_id)


class TaskIds(_ForService):
    """The ids of a task that the API server created. 0.9 lists tasks with their own id only."""

    task_id: str
    session_id: str | None = None


def to_task(task: TaskDefinition | Arguments, service_id: str | None = None) -> TaskDefinition:
    """Return a task definition that can be sent, from a definition or from arguments.

    Args:
        task: a definition; or arguments, in any form that `TaskDefinition.input` takes.
        service_id: the service, if `task` is arguments alone.

    Raises:
        ValueError: the arguments are not a JSON object.
    """
    if not isinstance(task, TaskDefinition):
        # from the llama_deploy package
        if isinstance(task, BaseModel) and type(task).__name__ == "TaskDefinition":
            task = TaskDefinition.model_validate(task.model_dump())
        else:
            task = TaskDefinition(input=to_arguments(task), service_id=service_id)
    check_object(task.input, "arguments")
    if task.input == "":  # 0.6 to 0.8 cannot parse empty text; for 0.9, it means the same as {}
        return task.model_copy(update={"input": "{}"})
    return task


@frozen(kw_only=True)
class Outcome:
    """The outcome of one task of a batch: its result or its error.

    Attributes:
        index: the position of its input, from 0.
        task: the task that ran.
        result: its result; None if it failed.
        error: why it failed; None if it did not.
        resumed: whether the result comes from an earlier run, through the results file.
    """

    index: int
    task: TaskDefinition
    result: Any = None
    error: Exception | None = None
    resumed: bool = False

    def unwrap(self) -> Any:
        """Return the result.

        Raises:
            Exception: `error`, if it failed.
        """
        if self.error is not None:
            raise self.error
        return self.result


class SessionDefinition(BaseModel):
    """A session as servers describe it.

    Attributes:
        session_id: its id.
        task_ids: the ids of its tasks, oldest first; empty from 0.9.
        state: the state that its workflows keep between tasks; empty from 0.9.
    """

    model_config = ConfigDict(defer_build=True)

    session_id: str = Field(default_factory=generate_id)
    task_ids: list[str] = Field(default_factory=list)
    state: dict[str, Any] = Field(default_factory=dict)

    @property
    def current_task_id(self) -> str | None:
        """The id of the newest task, or None."""
        return self.task_ids[-1] if self.task_ids else None


class EventDefinition(_ForService):
    """An event to send to a service: the service's name, and the event as JSON text."""

    event_obj_str: str

    @model_validator(mode="after")
    def _has_service(self) -> Self:
        if self.service_id is None:
            raise ValueError("an event needs the service to send it to: service_id or agent_id")
        return self


class ChatMessage(BaseModel):
    """A chat message, with any further fields of the server's llama-index version."""

    model_config = ConfigDict(defer_build=True, extra="allow")

    role: str = "user"
