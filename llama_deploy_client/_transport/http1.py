"""HTTP/1.1 as bytes: outgoing requests and incoming responses. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable

import httptools
import httpx

Header = tuple[bytes, bytes]

_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(rb"[^\r\n\0]*")
_START = re.compile(rb"HTTP/1\.[01] [^\r\n\0]*\r\n(?![ \t])")
"""A status line. llhttp also accepts other protocols, and a leading space in the first header."""
_BARE_CR = re.compile(rb"\r(?!\n)")
"""llhttp takes one for the end of a line, where others see one header."""
_LENGTH = b"content-length"
_ENCODING = b"transfer-encoding"
_FRAMING = (_LENGTH, _ENCODING)
_MOST_WITHOUT_BODY = 100_000
"""Limit for bytes of a response in a row outside its body; more would fill the memory."""


class Outgoing:
    """An outgoing request, framed as its headers announce.

    A server would misread surplus or missing bytes as another request. The bytes hold credentials,
    so callers get a `memoryview`, whose content tools that report variables of an error cannot
    show.

    Raises:
        httpx.LocalProtocolError: a header cannot be sent, or the framing headers conflict.
    """

    def __init__(self, method: str, target: bytes, headers: Iterable[Header]) -> None:
        announced: list[Header] = []
        self._unsent = bytearray(b"%s %s HTTP/1.1\r\n" % (method.encode(), target))
        for name, value in headers:
            if not (_NAME.fullmatch(name) and _VALUE.fullmatch(value)):
                shown = name.decode("latin-1")
                raise httpx.LocalProtocolError(f"the header {shown!r} cannot be sent")
            self._unsent += b"%s: %s\r\n" % (name, value)
            if name.lower() in _FRAMING:
                announced.append((name.lower(), value))
        self._unsent += b"\r\n"
        name, value = announced[0] if announced else (_LENGTH, b"0")
        self._chunked = name == _ENCODING and value.lower() == b"chunked"
        if len(announced) > 1 or not (self._chunked or (name == _LENGTH and value.isdigit())):
            shown = b", ".join(b"%s: %s" % header for header in announced).decode("latin-1")
            raise httpx.LocalProtocolError(f"conflicting or invalid framing headers: {shown}")
        self._left = 0 if self._chunked else int(value)

    def add(self, piece: bytes) -> None:
        """Add a piece of the body.

        Raises:
            httpx.LocalProtocolError: the body is longer than its Content-Length.
        """
        if not self._chunked:
            self._left -= len(piece)
            if self._left < 0:
                message = "the request's body is longer than its Content-Length"
                raise httpx.LocalProtocolError(message)
            self._unsent += piece
        elif piece:  # an empty chunk would end the body
            self._unsent += b"%x\r\n%s\r\n" % (len(piece), piece)

    def end(self) -> None:
        """End the body.

        Raises:
            httpx.LocalProtocolError: the body is shorter than its Content-Length.
        """
        if self._left:
            raise httpx.LocalProtocolError("the request's body is shorter than its Content-Length")
        if self._chunked:
            self._unsent += b"0\r\n\r\n"

    def __len__(self) -> int:
        """Return the number of bytes to send."""
        return len(self._unsent)

    def take(self) -> memoryview:
        """Take the bytes to send now."""
        unsent, self._unsent = self._unsent, bytearray()
        return memoryview(unsent)


class _RefusedError(ValueError):
    """A response that llhttp accepts and this parser does not: raised in its callbacks."""


class ResponseParser:
    """Parses one response from bytes that arrive in pieces of any size.

    llhttp, the parser of Node.js, does the work and calls the `on_…` methods.

    Attributes:
        status: the status code; 0 until the head is complete.
        reason: the reason phrase.
        headers: names and values as received.
        framed: whether the response marks its end; otherwise, the closed connection does.
        complete: whether the whole response has arrived.
        excess: whether the server sent more than this response.
    """

    def __init__(self) -> None:
        self.status = 0
        self.reason = b""
        self.headers: list[Header] = []
        self.framed = False
        self.complete = False
        self.excess = False
        self._keep_alive = False
        self._heads = bytearray()
        self._pieces: list[bytes] = []
        self._without_body = 0
        self.on_body = self._pieces.append
        self._parser = httptools.HttpResponseParser(self)
        # Leniency that RFC 9112 asks of clients, for old servers and proxies. Framing stays strict.
        self._parser.set_dangerous_leniencies(
            lenient_headers=True,  # a value continued on the next line
            lenient_spaces_after_chunk_size=True,
        )

    @property
    def reusable(self) -> bool:
        """Whether the connection can serve another request."""
        return self._keep_alive and not self.excess

    def feed(self, received: bytes) -> None:
        """Parse received bytes; b"" for a closed connection.

        Raises:
            httpx.RemoteProtocolError: they are not an HTTP response.
        """
        if self.complete:  # the connection was closed, or the server sent more than this response
            self.excess = True
        elif received:
            self._parse(received)
        else:
            self._end()

    def body(self) -> bytes:
        """Return the part of the body that has arrived since the last call."""
        piece = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        return piece

    def _parse(self, received: bytes) -> None:
        if not self.status:
            self._heads += received
        try:
            self._parser.feed_data(received)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            raised = error.__context__
            if raised is not None and not isinstance(raised, _RefusedError):
                raise raised from None  # an exception of a signal handler that ran in a callback
            self.excess = True
            if not self.complete:
                message = f"this is not an HTTP response: {raised or error}"
                raise httpx.RemoteProtocolError(message) from error
        self._without_body = 0 if self._pieces else self._without_body + len(received)
        if self._without_body > _MOST_WITHOUT_BODY and not self.complete:
            raise httpx.RemoteProtocolError(f"more than {_MOST_WITHOUT_BODY} bytes of headers")

    def _end(self) -> None:
        """Handle a closed connection."""
        if not self.status:
            raise httpx.RemoteProtocolError("the connection was closed before a response arrived")
        if self.framed:
            raise httpx.RemoteProtocolError(
                "the connection was closed in the middle of the response"
            )
        self._finish()

    def _finish(self) -> None:
        self.complete = True
        # The two refer to each other, so only the garbage collector would free them, and more work
        # for it means more pauses.
        del self._parser

    def on_message_begin(self) -> None:
        if self.complete:
            raise _RefusedError("there is more than one response")
        self.reason, self.headers = b"", []

    def on_status(self, part: bytes) -> None:
        self.reason += part

    def on_header(self, name: bytes, value: bytes) -> None:
        # llhttp matches framing headers loosely: it accepts `Content-Length :`.
        if not _NAME.fullmatch(name):
            raise _RefusedError(f"{name.decode('latin-1')!r} cannot be a header's name")
        if not _VALUE.fullmatch(value):
            raise _RefusedError(f"the header {name.decode()!r} holds a NUL")
        if not self.status:  # otherwise it is a trailer
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        self._heads = self._heads.lstrip(b"\r\n")
        if not _START.match(self._heads):
            raise _RefusedError("its status line, or the line after it, is malformed")
        end = self._heads.find(b"\r\n\r\n")
        if _BARE_CR.search(self._heads, 0, end):
            raise _RefusedError("a header holds a CR that ends no line")
        if end > _MOST_WITHOUT_BODY:
            raise _RefusedError(f"more than {_MOST_WITHOUT_BODY} bytes of headers")
        if status < 100:
            raise _RefusedError(f"{status} is not a status")
        if status == 101:
            raise _RefusedError("it switches protocols (101), although no request asks for that")
        announced = [(name.lower(), value) for name, value in self.headers]
        lengths = [value for name, value in announced if name == _LENGTH]
        encodings = [value.rstrip(b" ").lower() for name, value in announced if name == _ENCODING]
        if status < 200:  # the final response follows
            if encodings or any(value.strip(b"0") for value in lengths):
                raise _RefusedError(f"an informational response ({status}) announces a body")
            del self._heads[: end + 4]
            return
        if encodings not in ([], [b"chunked"]):
            raise _RefusedError("its transfer encoding is not 'chunked'")
        del self._heads
        self.framed = bool(lengths or encodings)
        self.status = status

    def on_message_complete(self) -> None:
        if self.status:
            self._keep_alive = self._parser.should_keep_alive()
            self._finish()
