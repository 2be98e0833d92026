"""Server-Sent Events out of bytes that arrive in pieces of any size. No I/O.

httpx-sse is the well-kept parser of this format. It decodes what httpx reads as text, so a line
without an end takes all memory, and a read waits longer than a call's deadline. Its parts cannot be
fed, and it makes an event of each heartbeat that follows an event with an id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ._ndjson import LineError
from ._texts import shorten

_END_OF_LINE = re.compile(rb"\r\n|\n|\r")
"""Nothing else: U+2028 and the like are characters of a line."""

_MARK = b"\xef\xbb\xbf"
"""A byte order mark, which a stream may begin with."""


_MOST_BETWEEN = 16 * 1024 * 1024
"""Bytes beside those of an event: heartbeats of weeks. More would keep a program busy for ever."""

_LINE = 16
"""As how many bytes the end of a line counts then: an empty one takes time as well."""


class Message(NamedTuple):
    """One event: the last id that the stream gave, and the lines of its data, joined."""

    id: bytes | None
    data: bytes


class SSEDecoder:
    """The events in one stream of bytes.

    Comments, blank lines and fields that are not `id` or `data` give none. An event that no blank
    line ended when the stream ended does not count either, by the format: it may be a part of one.

    Args:
        max_size: bytes that the lines of one event may have.
    """

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._line = bytearray()  # begun, and without its end
        self._size = 0  # of the event's lines before that
        self._skip_newline = False
        self._started = False
        self._id: bytes | None = None
        self._data: list[bytes] = []
        self._between = 0  # bytes since the last event

    def feed(self, chunk: bytes) -> Iterator[Message]:
        """The events that `chunk` completes. Take all of them before the next chunk is fed.

        Raises:
            LineError: an event is too long, or too much comes without one; those before it come
                first.
        """
        if not chunk:
            return
        if self._skip_newline:  # of a `\r\n` between two chunks
            chunk = chunk.removeprefix(b"\n")
            self._skip_newline = False
        lines = _END_OF_LINE.split(chunk)
        begun = lines.pop()
        for line in lines:
            if self._line:
                line = bytes(self._line) + line
                self._line.clear()
            self._check_size(line)
            if (message := self._take(line)) is None:
                self._count(line)
            else:
                self._between = 0
                yield message
        self._skip_newline = chunk.endswith(b"\r")
        self._line += begun
        self._check_size(self._line)

    def _take(self, line: bytes) -> Message | None:
        if not self._started:
            line = line.removeprefix(_MARK)
            self._started = True
        if not line:
            data, self._data, self._size = self._data, [], 0
            return Message(self._id, b"\n".join(data)) if data else None
        if line.startswith(b":"):
            return None
        self._size += len(line)
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        elif name == b"id" and b"\0" not in value:
            self._id = value
        return None

    def _count(self, line: bytes) -> None:
        self._between += len(line) + _LINE
        if self._between > self._max_size + _MOST_BETWEEN:
            raise LineError("too many lines without an event")

    def _check_size(self, line: bytes | bytearray) -> None:
        left = self._max_size - self._size
        if len(line) > left:
            start = line[: min(left + 1, 1024)]  # the same, however much of it has come
            raise LineError(f"an event of more than {self._max_size} bytes: {shorten(start)}")
