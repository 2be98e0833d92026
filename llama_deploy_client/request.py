"""Requests that are not sent yet, each with the type of its response.

The generated package `llama_deploy_api` has a function for each documented operation that builds
one. The methods of the client send them, and so does `client.send`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Literal, Self, TypeVar, cast
from urllib.parse import quote

from attrs import evolve, field, frozen

T_co = TypeVar("T_co", covariant=True)
R = TypeVar("R")

Server = Literal["apiserver", "core", "workflows"]
"""The server to send to, by the operation's tag: API server, control plane or workflow server."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@frozen(kw_only=True)
class File:
    """A file to upload.

    Attributes:
        name: the name of the file; LlamaDeploy refuses a file without one.
        content: the content of the file.
        media_type: its media type, such as "application/yaml".
    """

    name: str
    content: bytes = field(repr=False)
    media_type: str = "application/octet-stream"


@frozen(kw_only=True)
class _Message:
    """The attributes of both kinds of requests.

    Attributes:
        operation: the operation's id in the OpenAPI document.
        server: the kind of server to send to.
        method: the HTTP method, in capitals.
        path: the path, with its ids checked and escaped.
        query: the query parameters that have a value.
        json: the body as JSON values, or None.
        files: the files to upload, by the name of their part.
    """

    operation: str
    server: Server
    method: str
    path: str
    query: Mapping[str, Any] = _NOTHING
    json: Any = field(default=None, repr=False)
    files: Mapping[str, File] = _NOTHING

    def content(self) -> dict[str, Any]:
        """Return the query and the body as keyword arguments for httpx."""
        content: dict[str, Any] = {}
        if self.query:
            content["params"] = self.query
        if self.json is not None:
            content["json"] = self.json
        if self.files:
            content["files"] = {
                part: (file.name, file.content, file.media_type)
                for part, file in self.files.items()
            }
        return content


@frozen(kw_only=True)
class Request(_Message, Generic[T_co]):
    """A request whose response is one value.

    Attributes:
        returns: the type of that value; `str` if the response is text, `None` if it has no content.
        text: whether the response is text rather than JSON.
        waits: whether the server may hold the request open until it has a result. If a gateway
            gives up on the request meanwhile, the client repeats it within the time limit.

    Examples:
        >>> from llama_deploy_api.api.core import get_session_task_result
        >>> request = get_session_task_result.request("a session", "a task")
        >>> request.method, request.path
        ('GET', '/sessions/a%20session/tasks/a%20task/result')
    """

    stream: ClassVar[bool] = False

    returns: Any
    text: bool = False
    waits: bool = False

    def returning(self, returns: type[R] | None) -> Request[R]:
        """Return the same request with another type for its response."""
        return cast(Request[R], evolve(self, returns=returns))

    def waiting(self) -> Self:
        """Return the same request, marked as one that the server may hold open."""
        return evolve(self, waits=True)


@frozen(kw_only=True)
class StreamRequest(_Message, Generic[T_co]):
    """A request whose response is a stream of events, one JSON value per line."""

    stream: ClassVar[bool] = True
    waits: ClassVar[bool] = True


def check_id(id: str) -> str:
    """Check that `id` can be an id, and return it.

    Other characters are escaped in URLs. But an empty id changes the path, and HTTP clients resolve
    `.` and `..` even when escaped. The same rule holds for ids in queries.

    Raises:
        TypeError: `id` is not a string.
        ValueError: `id` is empty, `.` or `..`.
    """
    if not isinstance(id, str):
        raise TypeError(f"an id must be a string, got {type(id).__name__}")
    if id in ("", ".", ".."):
        raise ValueError(f"{id!r} cannot be an id: it would change the path of the URL")
    return id


def escape_id(id: str) -> str:
    """Check an id, and escape it for use in a path."""
    return quote(check_id(id), safe="")


def given(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that have a value."""
    return {name: value for name, value in parameters.items() if value is not None}
