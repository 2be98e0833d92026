"""Newline-delimited JSON out of bytes that arrive in pieces of any size. No I/O."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pydantic_core import from_json

from .errors import shorten


class EventError(ValueError):
    """A stream is not as it should be."""


class LineError(EventError):
    """A line that is no JSON, or too long. Its text says which, and shows its start."""


class LineSplitter:
    """Cuts a stream of bytes at its newlines, and nowhere else.

    `str.splitlines`, and with it httpx's `aiter_lines`, also cuts at U+2028, U+0085 and others
    that JSON text may hold; a newline byte is never part of another character in UTF-8.
    """

    __slots__ = ("_begun", "_max_line_size")

    def __init__(self, max_line_size: int) -> None:
        self._max_line_size = max_line_size
        self._begun = bytearray()  # not a list of pieces, which may be of one byte each

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The lines that `chunk` completes, blank ones included, with their newlines.

        Raises:
            LineError: a line is too long; those before it were returned.
        """
        for piece in BytesIO(chunk):  # line by line, never all lines at once
            self._begun += piece
            if len(self._begun) > self._max_line_size:
                limit, start = self._max_line_size, shorten(self._begun)
                raise LineError(f"a line of more than {limit} bytes: {start}")
            if piece.endswith(b"\n"):
                yield bytes(self._begun)
                self._begun.clear()


def parse(line: bytes) -> Any:
    """The JSON value of one line.

    Raises:
        LineError: the line is no JSON (NaN and Infinity are not), or no UTF-8.
    """
    try:
        return from_json(line, allow_inf_nan=False)
    except ValueError as error:
        raise LineError(f"a line that is no JSON ({error}): {shorten(line)}") from None


class ReplayError(EventError):
    """A stream that was read again is not the same."""


class EventParser:
    """The events in a stream of bytes; in several streams, where one continues the other.

    0.6 to 0.8 report an error of their own as a last line `{"error": "…"}` after a status 200.
    An event can look the same, so such a line is held back until the next one tells.

    They also send all events again to whoever asks again. So a stream that was cut can be read
    from its start, past what was delivered already. A digest of that, kept as it is delivered,
    tells whether the server sends the same once more.

    Attributes:
        delivered: how many events were returned.
        failure: the server's error, if the last line was one.
        ended: whether the last event looks like a workflow's stop event.
    """

    def __init__(self, *, max_line_size: int, errors_in_band: bool = False) -> None:
        self.delivered = 0
        self.failure: str | None = None
        self.ended = False
        self._max_line_size = max_line_size
        self._errors_in_band = errors_in_band
        self._held: bytes | None = None
        self._digest = _new_digest()
        self.start()

    def start(self) -> None:
        """Begin with a stream: the first one, or one that sends everything again."""
        self._splitter = LineSplitter(self._max_line_size)
        self._held = self.failure = None
        self._to_skip = self.delivered
        self._replay = _new_digest()

    def feed(self, chunk: bytes) -> Iterator[Any]:
        """The events that `chunk` completes and that were not delivered before.

        Raises:
            LineError: a line is no event; those before it were returned.
            ReplayError: what was delivered before comes differently now.
        """
        for line in self._splitter.feed(chunk):
            if line.isspace():
                continue
            if self._to_skip:
                self._skip(line)
                continue
            if self._held is not None:
                yield self._deliver(self._held, {"error": self.failure})
                self._held = self.failure = None
            event = parse(line)
            if self._errors_in_band and _is_error(event):
                self._held, self.failure = line, event["error"]
            else:
                yield self._deliver(line, event)

    def finish(self, *, closed: bool) -> Iterator[Any]:
        """The event in a last line without a newline.

        Args:
            closed: whether nothing but the closing of the connection ended the stream, which does
                not tell a whole one from one that was cut.

        Raises:
            ReplayError: what was delivered before has not come again.
            EventError: it was cut, or its last line is an error of the server's.
        """
        if closed and not self.ended:
            raise EventError("the connection was closed, and no last event came")
        yield from self.feed(b"\n")
        if self._to_skip:
            raise ReplayError("the server sends fewer events now than the first time")
        if self.failure is not None:
            raise EventError("the last line is an error")

    def _deliver(self, line: bytes, event: Any) -> Any:
        self.delivered += 1
        self._digest.update(line)
        self.ended = event == {} or (isinstance(event, dict) and event.keys() == {"result"})
        return event

    def _skip(self, line: bytes) -> None:
        self._replay.update(line)
        self._to_skip -= 1
        if not self._to_skip and self._replay.digest() != self._digest.digest():
            raise ReplayError("the server sends other events now than the first time")


def _new_digest() -> hashlib.blake2b:
    return hashlib.blake2b(digest_size=16)


def _is_error(event: Any) -> bool:
    return isinstance(event, dict) and event.keys() == {"error"} and isinstance(event["error"], str)
