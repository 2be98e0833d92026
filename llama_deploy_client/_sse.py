"""Server-Sent Events from bytes that arrive in pieces of any size. No I/O.

The usual parser of this format is httpx-sse. It reads text from httpx, so an endless line fills the
memory, and a read can exceed a call's deadline. It cannot be fed bytes, and yields an event for
each heartbeat after an event with an id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ._ndjson import LineError
from ._texts import shorten

_END_OF_LINE = re.compile(rb"\r\n|\n|\r")
"""The only line endings: U+2028 and the like are part of a line."""

_MARK = b"\xef\xbb\xbf"
"""The byte order mark, which a stream may begin with."""


_MOST_BETWEEN = 16 * 1024 * 1024
"""Limit for bytes between events, enough for heartbeats of weeks. Endless ones would block a
program."""

_LINE = 16
"""The number of bytes that a line end counts as, since empty lines take time as well."""


class Message(NamedTuple):
    """One event: the last id in the stream, and the lines of its data, joined."""

    id: bytes | None
    data: bytes


class SSEDecoder:
    """Decodes the events in one stream of bytes.

    Comments, blank lines and fields other than `id` and `data` yield no events. Nor does an event
    without a blank line at the end of the stream: by the format, it may be incomplete.

    Args:
        max_size: largest size of the lines of one event, in bytes.
    """

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._line = bytearray()  # the line without its end so far
        self._size = 0  # the size of the event's earlier lines
        self._skip_newline = False
        self._started = False
        self._id: bytes | None = None
        self._data: list[bytes] = []
        self._between = 0  # bytes since the last event

    def feed(self, chunk: bytes) -> Iterator[Message]:
        """Yield the events that `chunk` completes. Take all of them before feeding the next chunk.

        Raises:
            LineError: an event is too long, or too many bytes arrive without one; the events before
                it are yielded first.
        """
        if not chunk:
            return
        if self._skip_newline:  # the second half of a `\r\n` between two chunks
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
        rest = self._max_size - self._size
        if len(line) > rest:
            start = line[: min(rest + 1, 1024)]  # the same for any part of the line
            raise LineError(f"an event of more than {self._max_size} bytes: {shorten(start)}")
