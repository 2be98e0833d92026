"""The steps of a response. The transport carries them out; nothing here waits."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from http import HTTPStatus
from typing import Any, TypeAlias

from attrs import field, frozen
from pydantic_core import PydanticSerializationError, to_json

from .runs import Run

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
NDJSON = "application/x-ndjson"


@frozen
class Head:
    """The response begins."""

    status: int
    headers: dict[str, str] = field(factory=dict)


@frozen
class Pause:
    """A pause."""

    seconds: float


@frozen
class Advance:
    """A run proceeds as far as it can without waiting.

    Attributes:
        far: to its end if it can; otherwise only to its next event.
    """

    run: Run
    far: bool = True


@frozen
class Wait:
    """Wait until a run has changed more than `count` times; without a run, for ever.

    Attributes:
        seconds: the longest wait; then the steps continue anyway.
    """

    run: Run | None = None
    count: int = 0
    seconds: float | None = None


Step: TypeAlias = Head | bytes | Pause | Advance | Wait
"""A step. Bytes are a part of the body; in a stream, one line."""

Steps: TypeAlias = Iterator[Step]
Response: TypeAlias = Generator[Step, None, Any]
"""Steps that return a JSON value."""


class CutError(Exception):
    """The connection is closed here, unannounced."""


class RefusedError(Exception):
    """The connection is refused: nothing listens there."""


class StatusError(Exception):
    """The response is an error status."""

    def __init__(self, status: int, detail: Any = None, headers: dict[str, str] | None = None):
        self.status = status
        self.content = b"" if detail is None else to_json({"detail": detail})
        self.headers = headers or {"Content-Type": JSON}


class CrashError(StatusError):
    """The server fails: a 500 without a reason."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.INTERNAL_SERVER_ERROR, headers={"Content-Type": TEXT})
        self.content = b"Internal Server Error"


@frozen
class Text:
    """A response that is not JSON."""

    content: str


@frozen
class Stream:
    """A response of lines, each sent as soon as it exists."""

    lines: Callable[[], Steps]
    media_type: str = NDJSON


def whole(status: int, content: bytes, headers: dict[str, str]) -> Steps:
    """Yield a response that is complete at once."""
    yield Head(status, headers | {"Content-Length": str(len(content))})
    if content:
        yield content


def success(value: Any) -> Steps:
    """Yield the response for a handler's return value.

    Raises:
        CrashError: it has no JSON form: half of a surrogate pair is not valid UTF-8.
    """
    if isinstance(value, Stream):
        return _lines(value)
    if isinstance(value, Text):
        return whole(HTTPStatus.OK, value.content.encode(), {"Content-Type": TEXT})
    try:
        content = to_json(value)
    except PydanticSerializationError as error:
        raise CrashError from error
    return whole(HTTPStatus.OK, content, {"Content-Type": JSON})


def _lines(stream: Stream) -> Steps:
    yield Head(HTTPStatus.OK, {"Content-Type": stream.media_type})
    yield from stream.lines()


def until_ended(run: Run) -> Steps:
    """Wait for the end of a run."""
    while True:
        count = run.changes.count
        if run.ended:
            return
        yield Wait(run, count)
