"""Newline-delimited JSON out of bytes that arrive in pieces of any size. No I/O."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

from .errors import shorten

MAX_LINE = 16 * 1024 * 1024
"""Bytes that one line may have."""


class LineError(ValueError):
    """A line that is no JSON, or too long. Its text says which, and shows its start."""


class LineSplitter:
    """Cuts a stream of bytes at its newlines, and nowhere else.

    `str.splitlines`, and with it httpx's `aiter_lines`, also cuts at U+2028, U+0085 and others
    that JSON text may hold; a newline byte is never part of another character in UTF-8.
    """

    __slots__ = ("_limit", "_parts", "_size")

    def __init__(self, limit: int = MAX_LINE) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that `chunk` completes, blank ones included, without their newlines.

        Raises:
            LineError: the line begun before is too long. Lines before it were returned already.
        """
        if self._size > self._limit:
            self.rest()
        *lines, rest = chunk.split(b"\n")
        if lines and self._parts:
            lines[0] = b"".join([*self._parts, lines[0]])
            self._parts.clear()
            self._size = 0
        if rest:
            self._parts.append(rest)
            self._size += len(rest)
        return lines

    def rest(self) -> bytes:
        """What came after the last newline."""
        rest = b"".join(self._parts)
        if self._size > self._limit:
            raise LineError(f"a line of more than {self._limit} bytes: {shorten(rest)}")
        return rest


def parse(line: bytes) -> Any:
    """The JSON value of one line.

    Raises:
        LineError: the line is no JSON (NaN and Infinity are not), or no UTF-8.
    """
    try:
        return from_json(line, allow_inf_nan=False)
    except ValueError as error:
        raise LineError(f"a line that is no JSON ({error}): {shorten(line)}") from None


class EventParser:
    """The events in a stream of bytes.

    0.6 to 0.8 report an error of their own as a last line `{"error": "…"}` after a status 200.
    An event can look the same, so such a line is held back until the next one tells.

    Attributes:
        failure: the server's error, if the last line was one.
    """

    def __init__(self, *, errors_in_band: bool) -> None:
        self.failure: str | None = None
        self._errors_in_band = errors_in_band
        self._splitter = LineSplitter()

    def feed(self, chunk: bytes) -> Iterator[Any]:
        """The events that `chunk` completes.

        Raises:
            LineError: a line is no event; those before it were returned.
        """
        for line in self._splitter.feed(chunk):
            if not line or line.isspace():
                continue
            if self.failure is not None:
                held, self.failure = self.failure, None
                yield {"error": held}
            event = parse(line)
            if self._errors_in_band and _is_error(event):
                self.failure = event["error"]
            else:
                yield event


def _is_error(event: Any) -> bool:
    return isinstance(event, dict) and event.keys() == {"error"} and isinstance(event["error"], str)
