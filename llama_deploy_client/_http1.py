"""HTTP/1.1 as bytes: requests on their way out, a response on its way in. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable

import httptools
import httpx

Header = tuple[bytes, bytes]

_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(rb"[^\r\n\0]*")
_FRAMING = (b"content-length", b"transfer-encoding")
_MOST_WITHOUT_BODY = 100_000
"""Bytes of a response in a row that are no body; more is no server's way, and would fill memory."""


def head(method: str, target: bytes, headers: Iterable[Header]) -> bytes:
    """The bytes that a request begins with.

    Raises:
        httpx.LocalProtocolError: a header that would become another one, or none.
    """
    lines = [b"%s %s HTTP/1.1" % (method.encode(), target)]
    for name, value in headers:
        if not (_NAME.fullmatch(name) and _VALUE.fullmatch(value)):
            raise httpx.LocalProtocolError(f"the header {name.decode('latin-1')!r} cannot be sent")
        lines.append(b"%s: %s" % (name, value))
    return b"\r\n".join([*lines, b"", b""])


def is_chunked(headers: Iterable[Header]) -> bool:
    """Whether a request's body is of a length that is not known beforehand."""
    return any(name.lower() == b"transfer-encoding" for name, _ in headers)


def chunk(piece: bytes) -> bytes:
    """A piece of such a body; an empty one ends it."""
    return b"%x\r\n%s\r\n" % (len(piece), piece)


class ResponseParser:
    """One response out of bytes that arrive in pieces of any size.

    llhttp, the parser of Node.js, does the work. Its callbacks are methods here.

    Attributes:
        status: the status code; 0 until the head is complete.
        reason: the reason phrase.
        headers: names and values as they came.
        complete: whether the whole response is there.
        reusable: whether the connection can serve another request.
        framed: whether the response tells its own end; else the closing of the connection does.
    """

    def __init__(self) -> None:
        self.status = 0
        self.reason = b""
        self.headers: list[Header] = []
        self.complete = False
        self.reusable = False
        self._pieces: list[bytes] = []
        self._without_body = 0
        self.on_body = self._pieces.append
        self._parser = httptools.HttpResponseParser(self)
        # What old servers and proxies write, and RFC 9112 has clients read. Framing stays strict.
        self._parser.set_dangerous_leniencies(
            lenient_headers=True,  # a value that goes on in the next line
            lenient_spaces_after_chunk_size=True,
        )

    @property
    def framed(self) -> bool:
        return any(name.lower() in _FRAMING for name, _ in self.headers)

    def feed(self, received: bytes) -> None:
        """Take in what was received.

        Raises:
            httpx.RemoteProtocolError: it is no HTTP response.
        """
        if self.complete:  # the connection was closed, or more was sent than this response
            self.reusable = False
        elif received:
            self._parse(received)
        else:
            self._end()

    def body(self) -> bytes:
        """What has come of the body since this was asked last."""
        piece = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        return piece

    def _parse(self, received: bytes) -> None:
        try:
            self._parser.feed_data(received)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self.reusable = False  # more was sent than this response
            if not self.complete:
                why = str(error.__context__ or error)
                raise httpx.RemoteProtocolError(f"this is no HTTP response: {why}") from error
        self._without_body = 0 if self._pieces else self._without_body + len(received)
        if self._without_body > _MOST_WITHOUT_BODY and not self.complete:
            raise httpx.RemoteProtocolError(f"more than {_MOST_WITHOUT_BODY} bytes of headers")

    def _end(self) -> None:
        """The connection was closed."""
        if not self.status:
            raise httpx.RemoteProtocolError("the connection was closed before an answer came")
        if self.framed:
            raise httpx.RemoteProtocolError("the connection was closed in the middle of the answer")
        self._finish()

    def _finish(self) -> None:
        self.complete = True
        # The two refer to each other, and would be kept until the next garbage collection. The more
        # there are of them, the more often that stops everything.
        del self._parser

    def on_message_begin(self) -> None:
        if self.complete:
            raise ValueError("there is more than one response")
        self.reason, self.headers = b"", []

    def on_status(self, part: bytes) -> None:
        self.reason += part

    def on_header(self, name: bytes, value: bytes) -> None:
        if not _VALUE.fullmatch(value):
            raise ValueError(f"the header {name.decode()!r} holds a NUL")
        if not self.status:  # else it is a trailer
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status >= 200:  # else the response proper is to follow
            self.status = status

    def on_message_complete(self) -> None:
        if self.status:
            self.reusable = self._parser.should_keep_alive()
            self._finish()
