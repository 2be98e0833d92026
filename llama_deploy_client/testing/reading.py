"""Read requests as FastAPI does, and report their errors as it does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from email import policy
from email.message import Message
from email.parser import BytesParser
from http import HTTPStatus
from typing import Any

import httpx
from attrs import field, frozen
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from .state import new_id
from .steps import StatusError

Errors = list[dict[str, Any]]
REQUIRED = object()
"""The marker for a parameter without a default."""


@frozen
class Call:
    """A valid request.

    Attributes:
        ids: the parameters in the path.
        query: the query parameters of the operation.
        body: the body, as the operation's model parses it.
    """

    request: httpx.Request
    ids: Mapping[str, str]
    query: Mapping[str, Any] = field(factory=dict)
    body: Any = None


class _NewTask(BaseModel):
    input: str
    task_id: str = Field(default_factory=new_id)
    session_id: str | None = None


class NewTaskBefore07(_NewTask):
    """A task to run, for 0.6."""

    agent_id: str | None = None


class NewTask(_NewTask):
    """A task to run."""

    service_id: str | None = None


class EventDefinitionBefore07(BaseModel):
    """An event on its way to a workflow, for 0.6."""

    agent_id: str
    event_obj_str: str


class EventDefinition(BaseModel):
    """An event on its way to a workflow."""

    service_id: str
    event_obj_str: str


class ServiceRegistration(BaseModel):
    """A service that registers at the control plane."""

    service_name: str
    description: str
    prompt: list[dict[str, Any]] = []
    host: str | None = None
    port: int | None = None


_SAME: dict[str, TypeAdapter[Any]] = {
    "ServiceRegistration": TypeAdapter(ServiceRegistration),
    "SessionState": TypeAdapter(dict[Any, Any]),
}
BODIES: dict[str, dict[str, TypeAdapter[Any]]] = {
    "agent_id": {
        "NewTask": TypeAdapter(NewTaskBefore07),
        "EventDefinition": TypeAdapter(EventDefinitionBefore07),
        **_SAME,
    },
    "service_id": {
        "NewTask": TypeAdapter(NewTask),
        "EventDefinition": TypeAdapter(EventDefinition),
        **_SAME,
    },
}
"""The models of bodies, by the name of the service's field and by schema name."""


def read(
    request: httpx.Request,
    ids: Mapping[str, str],
    query: Mapping[str, Any],
    body: str | None,
    service_field: str,
) -> Call:
    """Parse the request of an operation.

    Args:
        request: the request.
        ids: the parameters in the path.
        query: the defaults of the query parameters, which show their types.
        body: the name of the body's schema, or "file".
        service_field: the name of a service's field in payloads.

    Raises:
        StatusError: 422 or 400, with all problems.
    """
    errors: Errors = []
    values = {name: _parameter(request, name, default, errors) for name, default in query.items()}
    content = None
    if body == "file":
        content = _file(request, errors)
    elif body is not None:
        content = _json(request, BODIES[service_field][body], errors)
    if errors:
        raise StatusError(HTTPStatus.UNPROCESSABLE_ENTITY, errors)
    return Call(request, ids, values, content)


def _missing(*loc: str) -> dict[str, Any]:
    return {"type": "missing", "loc": loc, "msg": "Field required", "input": None}


def _parameter(request: httpx.Request, name: str, default: Any, errors: Errors) -> Any:
    value = request.url.params.get(name)
    if value is None:
        if default is REQUIRED:
            errors.append(_missing("query", name))
        return default
    if not isinstance(default, bool):
        return value
    return _checked(TypeAdapter(bool), value, errors, "query", name)


def _checked(kind: TypeAdapter[Any], value: Any, errors: Errors, *loc: str) -> Any:
    try:
        return kind.validate_python(value, from_attributes=True)
    except ValidationError as error:
        for entry in error.errors(include_url=False):
            errors.append({**entry, "loc": (*loc, *entry["loc"])})


def _json(request: httpx.Request, kind: TypeAdapter[Any], errors: Errors) -> Any:
    media_type = request.headers.get("Content-Type", "application/json").partition(";")[0]
    if not request.content:
        errors.append(_missing("body"))
    elif media_type != "application/json":
        return _checked(kind, request.content.decode(errors="replace"), errors, "body")
    else:
        try:
            return _checked(kind, json.loads(request.content), errors, "body")
        except json.JSONDecodeError as error:
            entry = {"type": "json_invalid", "loc": ("body", error.pos), "msg": "JSON decode error"}
            errors.append(entry | {"input": {}, "ctx": {"error": error.msg}})
        except ValueError as error:  # not text
            detail = "There was an error parsing the body"
            raise StatusError(HTTPStatus.BAD_REQUEST, detail) from error
    return None


def _file(request: httpx.Request, errors: Errors) -> str | None:
    """Return the text of the part `config_file` of a form."""
    parts = [part for part in _parts(request) if _name(part) == "config_file"]
    if not parts:
        errors.append(_missing("body", "config_file"))
        return None
    content = parts[0].get_payload(decode=True)
    assert isinstance(content, bytes)
    text = content.decode(errors="replace")
    if parts[0].get_filename() is None:
        message = "Value error, Expected UploadFile, received: <class 'str'>"
        entry = {"type": "value_error", "loc": ("body", "config_file"), "msg": message}
        errors.append(entry | {"input": text, "ctx": {"error": {}}})
    return text


def _parts(request: httpx.Request) -> list[Message]:
    """Return the parts of a form; for any other body, an empty list."""
    media_type = request.headers.get("Content-Type", "")
    if not media_type.startswith("multipart/form-data"):
        return []
    head = f"Content-Type: {media_type}\r\n\r\n".encode()
    form = BytesParser(policy=policy.HTTP).parsebytes(head + request.content)
    if form.get_boundary() is None:
        raise StatusError(HTTPStatus.BAD_REQUEST, "Missing boundary in multipart.")
    parts = form.get_payload()
    if not isinstance(parts, list):
        raise StatusError(HTTPStatus.BAD_REQUEST, "Invalid multipart data.")
    return [part for part in parts if isinstance(part, Message)]


def _name(part: Message) -> Any:
    return part.get_param("name", header="content-disposition")
