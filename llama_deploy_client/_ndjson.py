"""Newline-delimited JSON from bytes that arrive in pieces of any size. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from zlib import crc32

from . import _received_json
from ._received_json import MAX_VALUES
from ._texts import shorten
from .events import ReceivedEvent


class EventError(ValueError):
    """A stream is invalid or incomplete."""


class LineError(EventError):
    """A line is not valid JSON, or too long. The message says which, and shows its start."""


class LineSplitter:
    """Splits a stream of bytes at newlines only.

    `str.splitlines`, and so httpx's `aiter_lines`, also split at U+2028, U+0085 and others, which
    JSON text may contain. In UTF-8, a newline byte is never part of another character.

    Attributes:
        begun: the bytes after the last newline.
    """

    def __init__(self) -> None:
        self.begun = bytearray()  # not a list of pieces, which could be one byte each

    def feed(self, chunk: bytes) -> bytes:
        """Return the lines that `chunk` completes, with their newlines, blank ones included."""
        end = chunk.rfind(b"\n") + 1
        if not end:
            self.begun += chunk
            return b""
        lines = bytes(self.begun) + chunk[:end]
        self.begun[:] = chunk[end:]
        return lines


def _is_blank(line: bytes) -> bool:
    return not line or line.isspace()


def parse(line: bytes, max_values: int = MAX_VALUES) -> Any:
    """Return the JSON value of one line.

    Raises:
        LineError: the line is not valid JSON by the rule of `_received_json`.
    """
    try:
        return _received_json.parse(line, max_values)
    except _received_json.JSONError as error:
        problem = str(error)
    raise LineError(f"a line that {problem}: {shorten(line)}")


class ReplayError(EventError):
    """A stream that was read a second time differs."""


class EventParser:
    """Parses the events of a stream, also over several connections after cuts.

    0.6 to 0.8 report their own errors as a last line `{"error": "…"}` after a status 200. An event
    can look the same, so such a line is held back until another line follows.

    They also send all events to each reader. So after a cut, the stream is read from its start, and
    events that were already delivered are skipped. A checksum of the delivered events shows whether
    the server sends the same events as before.

    Attributes:
        delivered: how many events were returned.
    """

    def __init__(
        self,
        *,
        max_line_size: int,
        max_values: int = MAX_VALUES,
        errors_in_band: bool = False,
    ) -> None:
        self.delivered = 0
        self._last: Any = None
        self._max_line_size = max_line_size
        self._max_values = max_values
        self._errors_in_band = errors_in_band
        self._checksum = 0
        self.start()

    def start(self) -> None:
        """Begin a stream: the first one, or one that repeats all events."""
        self._splitter = LineSplitter()
        self._held: tuple[bytes, Any] | None = None
        self._blank = 0
        self._to_skip = self.delivered
        self._replayed = 0

    @property
    def failure(self) -> str | None:
        """The server's error, if the last line was one."""
        return self._held and _error_in(self._held[1])

    @property
    def last(self) -> Any:
        """The last event that was returned; None before the first one."""
        return self._last

    @property
    def ended(self) -> bool:
        """Whether the last event looks like a workflow's stop event."""
        last = ReceivedEvent.of(self._last).value
        return last == {} or (isinstance(last, dict) and last.keys() == {"result"})

    def feed(self, chunk: bytes) -> Iterable[Any]:
        """Yield the new events that `chunk` completes.

        Take all of them before the next chunk is fed.

        Raises:
            LineError: a line is not an event, or too long; the events before it are yielded first.
            ReplayError: events that were already delivered differ now.
        """
        may_be_too_long = len(self._splitter.begun) + len(chunk) > self._max_line_size
        lines = self._splitter.feed(chunk)
        if not may_be_too_long and _is_blank(lines):
            self._count_blank(lines)
            return ()
        # A fast path: for the lines that it accepts, it does what `_one_by_one` would.
        is_plain = not (may_be_too_long or self._to_skip or self._held)
        events = _received_json.parse_lines(lines, self._max_values) if is_plain else None
        if events is None or (self._errors_in_band and any(map(_error_in, events))):
            return self._one_by_one(lines.split(b"\n")[:-1])
        self._blank = 0
        self._checksum = crc32(lines, self._checksum)
        self.delivered += len(events)
        self._last = events[-1]
        return events

    def _one_by_one(self, lines: list[bytes]) -> Iterator[Any]:
        """Yield the events before an invalid line, then raise its error."""
        for line in lines:
            self._check_size(line)
            if _is_blank(line):
                self._count_blank(line + b"\n")
                continue
            self._blank = 0
            if self._to_skip:
                self._skip(line)
                continue
            if self._held is not None:
                held, self._held = self._held, None
                yield self._deliver(*held)
            value = parse(line, self._max_values)
            if self._errors_in_band and _error_in(value):
                self._held = line, value
            else:
                yield self._deliver(line, value)
        self._check_size(self._splitter.begun)

    def _deliver(self, line: bytes, value: Any) -> Any:
        self._last = value
        self._checksum = crc32(line + b"\n", self._checksum)
        self.delivered += 1
        return value

    def finish(self, *, closed: bool) -> Iterator[Any]:
        """Yield the event in a last line without a newline.

        Args:
            closed: whether only the closing of the connection ended the stream, so that it may be
                complete or cut.

        Raises:
            ReplayError: not all of the delivered events came again.
            EventError: the stream was cut, or its last line is an error of the server.
        """
        begun = bytes(self._splitter.begun).strip()
        if closed and begun and not begun.endswith(b"}"):
            raise EventError("the connection was closed in the middle of an event")
        try:
            yield from self.feed(b"\n")
        except LineError as error:
            if not closed:
                raise
            message = "the connection was closed in the middle of an event"
            raise EventError(message) from error
        if closed and not self.ended:
            raise EventError("the connection was closed without a last event")
        if self._to_skip:
            raise ReplayError("the server now sends fewer events than the first time")
        if self.failure is not None:
            raise EventError("the last line is an error")

    def _check_size(self, line: bytes | bytearray) -> None:
        if len(line) > self._max_line_size:
            limit = self._max_line_size
            start = line[
                : min(limit + 1, 1024)
            ]  # the same text, however much of the line has arrived
            raise LineError(f"a line of more than {limit} bytes: {shorten(start)}")

    def _count_blank(self, lines: bytes) -> None:
        """Limit blank lines: they keep a connection alive, but endless ones block a program."""
        self._blank += len(lines)
        if self._blank > self._max_line_size:
            raise LineError(f"more than {self._max_line_size} bytes of blank lines in a row")

    def _skip(self, line: bytes) -> None:
        """Skip a line that was already delivered."""
        self._replayed = crc32(line + b"\n", self._replayed)
        self._to_skip -= 1
        if not self._to_skip and self._replayed != self._checksum:
            raise ReplayError("the server now sends other events than the first time")


def _error_in(event: Any) -> str | None:
    """Return the message of an event that reports a server's error."""
    if isinstance(event, dict) and event.keys() == {"error"} and isinstance(event["error"], str):
        return event["error"] or "(without a message)"
    return None
