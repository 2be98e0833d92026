"""What answers are put together from."""

from __future__ import annotations

from collections.abc import Iterator

BODY = b"hello"
OK = b"HTTP/1.1 200 OK\r\n"
SIZED = b"Content-Length: 5\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"5\r\nhello\r\n0\r\n\r\n"
PLAIN = OK + SIZED + b"\r\n" + BODY

Named = Iterator[tuple[str, bytes]]
"""Answers by their names."""
