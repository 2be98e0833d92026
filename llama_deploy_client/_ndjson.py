"""Newline-delimited JSON out of bytes that arrive in pieces of any size. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from zlib import crc32

from . import _received_json
from ._received_json import MAX_VALUES
from ._texts import shorten
from .events import ReceivedEvent


class EventError(ValueError):
    """A stream is not as it should be."""


class LineError(EventError):
    """A line that is not valid JSON, or too long. The message says which, and shows its start."""


class LineSplitter:
    """Cuts a stream of bytes at its newlines, and nowhere else.

    `str.splitlines`, and with it httpx's `aiter_lines`, also cuts at U+2028, U+0085 and others
    that JSON text may hold; a newline byte is never part of another character in UTF-8.

    Attributes:
        begun: what came after the last newline.
    """

    def __init__(self) -> None:
        self.begun = bytearray()  # not a list of pieces, which may be of one byte each

    def feed(self, chunk: bytes) -> bytes:
        """The lines that `chunk` completes, blank ones included, with their newlines."""
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
    """The JSON value of one line.

    Raises:
        LineError: the line is not valid JSON by the rule of `_received_json`.
    """
    try:
        return _received_json.parse(line, max_values)
    except _received_json.JSONError as error:
        problem = str(error)
    raise LineError(f"a line that {problem}: {shorten(line)}")


class ReplayError(EventError):
    """A stream that was read again is not the same."""


class EventParser:
    """The events in a stream of bytes; in several streams, where one continues the other.

    0.6 to 0.8 report an error of their own as a last line `{"error": "…"}` after a status 200.
    An event can look the same, so such a line is held back until the next one tells.

    They also send all events to each reader. So a stream that was cut can be read
    from its start, past what was delivered already. A checksum of that, kept as it is delivered,
    tells whether the server sends the same once more.

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
        """Begin with a stream: the first one, or one that sends everything again."""
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
        """The event that was returned last; None before the first one."""
        return self._last

    @property
    def ended(self) -> bool:
        """Whether the last event looks like a workflow's stop event."""
        last = ReceivedEvent.of(self._last).value
        return last == {} or (isinstance(last, dict) and last.keys() == {"result"})

    def feed(self, chunk: bytes) -> Iterable[Any]:
        """The events that `chunk` completes and that were not delivered before.

        Take all of them before the next chunk is fed.

        Raises:
            LineError: a line is not an event, or too long; events before it come first.
            ReplayError: what was delivered before comes differently now.
        """
        may_be_too_long = len(self._splitter.begun) + len(chunk) > self._max_line_size
        lines = self._splitter.feed(chunk)
        if not may_be_too_long and _is_blank(lines):
            self._count_blank(lines)
            return ()
        # What looks at each line decides; this does the same for the lines that it takes.
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
        """The event in a last line without a newline.

        Args:
            closed: whether nothing but the closing of the connection ended the stream, which does
                not tell a whole one from one that was cut.

        Raises:
            ReplayError: what was delivered before has not come again.
            EventError: it was cut, or its last line is an error of the server's.
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
            raise EventError("the connection was closed, and no last event came")
        if self._to_skip:
            raise ReplayError("the server sends fewer events now than the first time")
        if self.failure is not None:
            raise EventError("the last line is an error")

    def _check_size(self, line: bytes | bytearray) -> None:
        if len(line) > self._max_line_size:
            limit = self._max_line_size
            start = line[: min(limit + 1, 1024)]  # the same, however much of it has come
            raise LineError(f"a line of more than {limit} bytes: {shorten(start)}")

    def _count_blank(self, lines: bytes) -> None:
        """Blank lines keep a connection alive. Without end they would keep a program busy."""
        self._blank += len(lines)
        if self._blank > self._max_line_size:
            raise LineError(f"more than {self._max_line_size} bytes of blank lines in a row")

    def _skip(self, line: bytes) -> None:
        """Pass over a line that was delivered before."""
        self._replayed = crc32(line + b"\n", self._replayed)
        self._to_skip -= 1
        if not self._to_skip and self._replayed != self._checksum:
            raise ReplayError("the server sends other events now than the first time")


def _error_in(event: Any) -> str | None:
    """The message in an event that reports an error of the server's."""
    if isinstance(event, dict) and event.keys() == {"error"} and isinstance(event["error"], str):
        return event["error"] or "(without a text)"
    return None
