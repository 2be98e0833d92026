"""What an answer consists of. Whoever has the connection takes the steps; nothing here waits."""

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
    """The answer begins."""

    status: int
    headers: dict[str, str] = field(factory=dict)


@frozen
class Pause:
    """Some time passes."""

    seconds: float


@frozen
class Advance:
    """A run does what it can do by now, without being waited for.

    Attributes:
        far: as far as it gets; otherwise only to its next event.
    """

    run: Run
    far: bool = True


@frozen
class Wait:
    """Until a run has changed more than `count` times; without a run, for ever.

    Attributes:
        seconds: after which the steps go on all the same.
    """

    run: Run | None = None
    count: int = 0
    seconds: float | None = None


Step: TypeAlias = Head | bytes | Pause | Advance | Wait
"""Bytes are a part of the body: of a stream, a line."""

Steps: TypeAlias = Iterator[Step]
Answering: TypeAlias = Generator[Step, None, Any]
"""The steps to a JSON value, which is returned."""


class CutError(Exception):
    """The connection is closed here, without a word."""


class RefusedError(Exception):
    """There is no connection: nothing listens, or not any more."""


class StatusError(Exception):
    """The answer is an error."""

    def __init__(self, status: int, detail: Any = None, headers: dict[str, str] | None = None):
        self.status = status
        self.content = b"" if detail is None else to_json({"detail": detail})
        self.headers = headers or {"Content-Type": JSON}


class CrashError(StatusError):
    """The server fails: a 500 that says nothing."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.INTERNAL_SERVER_ERROR, headers={"Content-Type": TEXT})
        self.content = b"Internal Server Error"


@frozen
class Text:
    """A response that is not JSON."""

    content: str


@frozen
class Stream:
    """An answer of lines, each sent when it is there."""

    lines: Callable[[], Steps]
    media_type: str = NDJSON


def whole(status: int, content: bytes, headers: dict[str, str]) -> Steps:
    """An answer that is there at once."""
    yield Head(status, headers | {"Content-Length": str(len(content))})
    if content:
        yield content


def success(value: Any) -> Steps:
    """What a handler returned.

    Raises:
        CrashError: no JSON can hold it: half of a surrogate pair is not valid UTF-8.
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
