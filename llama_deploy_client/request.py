"""What is sent: a request with the type of its answer, which nothing has sent yet.

The generated package `llama_deploy_api` has a function for each documented operation that builds
one; the methods of the client and `client.send` take it from there.
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
"""Who is asked: the API server, the control plane or a workflow server, by the operation's tag."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@frozen(kw_only=True)
class File:
    """A file to upload.

    Attributes:
        name: its name; LlamaDeploy refuses a file without one.
        content: the file itself.
        media_type: what it is, such as "application/yaml".
    """

    name: str
    content: bytes = field(repr=False)
    media_type: str = "application/octet-stream"


@frozen(kw_only=True)
class _Message:
    """What requests of both kinds say.

    Attributes:
        operation: the operation's id in the OpenAPI document.
        server: who is asked.
        method: the HTTP method, in capitals.
        path: the path, with its ids checked and escaped.
        query: the parameters behind it; those with a value alone.
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
        """The query and the body, as arguments of httpx."""
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
    """A request that is answered by one value.

    Attributes:
        returns: the type of that value; `str` of an answer that is text, `None` where it says
            nothing.
        text: whether the answer is text and not JSON.
        waits: whether the server may hold the request open until there is something to answer. If
            a gateway gives up on it meanwhile, it is sent again, until its time is over.

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
        """The same request with another type for its answer; None for one that says nothing."""
        return cast(Request[R], evolve(self, returns=returns))

    def waiting(self) -> Self:
        """The same request, which the server may hold open until there is something to answer."""
        return evolve(self, waits=True)


@frozen(kw_only=True)
class StreamRequest(_Message, Generic[T_co]):
    """A request that is answered by a stream of events, one JSON value a line."""

    stream: ClassVar[bool] = True
    waits: ClassVar[bool] = True


def check_id(id: str) -> str:
    """The id, if it can be one.

    Everything else is escaped when it goes into a URL. But an empty part of a path makes another
    path, and HTTP clients resolve `.` and `..`, escaped or not. Ids in queries are held to the
    same: what cannot be asked for cannot be deleted either.

    Raises:
        TypeError: it is not a string.
        ValueError: it is empty, `.` or `..`.
    """
    if not isinstance(id, str):
        raise TypeError(f"an id is a string, not {type(id).__name__}")
    if id in ("", ".", ".."):
        raise ValueError(f"{id!r} cannot be an id: it would change the path of the URL")
    return id


def escape_id(id: str) -> str:
    """The id, checked, as a part of a path."""
    return quote(check_id(id), safe="")


def given(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that have a value."""
    return {name: value for name, value in parameters.items() if value is not None}
