"""Newline-delimited JSON out of bytes that arrive in pieces of any size. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from json import JSONDecoder
from typing import Any
from zlib import crc32

import msgspec

from ._texts import shorten
from .events import ReceivedEvent


class EventError(ValueError):
    """A stream is not as it should be."""


class LineError(EventError):
    """A line that is no JSON, or too long. Its text says which, and shows its start."""


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


def _split(lines: bytes) -> list[bytes]:
    """The lines in `lines`, without their newlines and without blank ones."""
    return [line for line in lines.split(b"\n") if line and not line.isspace()]


def _join(lines: list[bytes]) -> bytes:
    return b"\n".join([*lines, b""])


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


_quick = msgspec.json.Decoder()
_exact = JSONDecoder(parse_constant=_refuse)


def _parse_all(lines: bytes) -> list[Any] | None:
    """The values in `lines`; None where only a look at each line can tell what is wrong.

    msgspec reads many lines at once, but minds no newlines: it takes blank lines, a value on
    several lines, and several on one. So lines and values are counted.
    """
    try:
        found = _quick.decode_lines(lines)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    return found if len(found) == lines.count(b"\n") else None


def parse(line: bytes) -> Any:
    """The JSON value of one line.

    Half of a surrogate pair, escaped, is JSON here as it is to servers: a text that was cut within
    one. msgspec refuses it, and numbers too large for it.

    Raises:
        LineError: the line is no JSON (NaN and Infinity are not), or no UTF-8.
    """
    try:
        return _exact.decode(line.decode())
    except (ValueError, RecursionError) as error:
        raise LineError(f"a line that is no JSON ({error}): {shorten(line)}") from None


class ReplayError(EventError):
    """A stream that was read again is not the same."""


class EventParser:
    """The events in a stream of bytes; in several streams, where one continues the other.

    0.6 to 0.8 report an error of their own as a last line `{"error": "…"}` after a status 200.
    An event can look the same, so such a line is held back until the next one tells.

    They also send all events again to whoever asks again. So a stream that was cut can be read
    from its start, past what was delivered already. A checksum of that, kept as it is delivered,
    tells whether the server sends the same once more.

    Attributes:
        delivered: how many events were returned.
    """

    def __init__(self, *, max_line_size: int, errors_in_band: bool = False) -> None:
        self.delivered = 0
        self._last: Any = None
        self._max_line_size = max_line_size
        self._errors_in_band = errors_in_band
        self._checksum = 0
        self.start()

    def start(self) -> None:
        """Begin with a stream: the first one, or one that sends everything again."""
        self._splitter = LineSplitter()
        self._held = b""
        self._to_skip = self.delivered
        self._replayed = 0

    @property
    def failure(self) -> str | None:
        """The server's error, if the last line was one."""
        return _error_in(self._held)

    @property
    def ended(self) -> bool:
        """Whether the last event looks like a workflow's stop event."""
        last = ReceivedEvent.of(self._last).value
        return last == {} or (isinstance(last, dict) and last.keys() == {"result"})

    def feed(self, chunk: bytes) -> Iterable[Any]:
        """The events that `chunk` completes and that were not delivered before.

        Take all of them before the next chunk is fed.

        Raises:
            LineError: a line is no event, or too long; those before it come first.
            ReplayError: what was delivered before comes differently now.
        """
        may_be_too_long = len(self._splitter.begun) + len(chunk) > self._max_line_size
        lines = self._splitter.feed(chunk)
        if self._to_skip:
            lines = self._skip(lines)
        if self._errors_in_band:
            lines = self._hold_back(lines)
        events = None if may_be_too_long else _parse_all(lines)
        if events is None:
            return self._one_by_one(_split(lines))
        self._checksum = crc32(lines, self._checksum)
        self.delivered += len(events)
        if events:
            self._last = events[-1]
        return events

    def _one_by_one(self, lines: list[bytes]) -> Iterator[Any]:
        """The events up to a line that is none, then its error."""
        for line in lines:
            self._check_size(line)
            self._last = parse(line)
            self._checksum = crc32(line + b"\n", self._checksum)
            self.delivered += 1
            yield self._last
        self._check_size(self._splitter.begun)

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

    def _check_size(self, line: bytes | bytearray) -> None:
        if len(line) > self._max_line_size:
            limit = self._max_line_size
            raise LineError(f"a line of more than {limit} bytes: {shorten(line)}")

    def _skip(self, lines: bytes) -> bytes:
        """What is left of `lines` without those that were delivered before."""
        again = _split(lines)
        skipped, left = again[: self._to_skip], again[self._to_skip :]
        self._replayed = crc32(_join(skipped), self._replayed)
        self._to_skip -= len(skipped)
        if not self._to_skip and self._replayed != self._checksum:
            raise ReplayError("the server sends other events now than the first time")
        return _join(left)

    def _hold_back(self, lines: bytes) -> bytes:
        """`lines`, after the one held back before, and less a last one that may be an error."""
        lines = self._held + lines
        start = lines.rstrip().rfind(b"\n") + 1
        last = lines[start:]
        if _error_in(last) is None:
            self._held = b""
            return lines
        self._held = last
        return lines[:start]


def _error_in(line: bytes) -> str | None:
    """The message in a line that reports an error of the server's."""
    if b'"error"' not in line:
        return None
    try:
        event = parse(line)
    except LineError:
        return None
    if isinstance(event, dict) and event.keys() == {"error"} and isinstance(event["error"], str):
        return event["error"]
    return None
