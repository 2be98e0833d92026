"""TLS over a connection, with a deadline that includes the handshake."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Protocol, TypeVar

import httpx

from ..deadline import Deadline
from ..records import Records, is_end, is_refusal

T = TypeVar("T")

_READ_SIZE = 65536


class ByteStream(Protocol):
    """A stream of bytes in both directions. Every operation has a deadline."""

    async def read(self, deadline: Deadline) -> bytes: ...
    async def write(self, content: memoryview, deadline: Deadline) -> None: ...
    async def aclose(self) -> None: ...

    def read_nowait(self) -> bytes | None:
        """Return the bytes that have arrived, b"" at the end, or None if there are none yet."""

    def is_readable(self) -> bool:
        """Return whether anything arrived, or begins to. The call may lose it."""
        ...

    @property
    def was_cut(self) -> bool:
        """Whether the stream ended where the protocol does not allow it."""
        ...


class TLSStream:
    """TLS over a stream, which may be TLS itself (to a proxy).

    Attributes:
        was_cut: whether the stream below ended without `close_notify` from the other side.
    """

    def __init__(self, below: ByteStream, context: ssl.SSLContext, server_hostname: bytes) -> None:
        self.was_cut = False
        self._below = below
        self._records = Records()
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._ssl = context.wrap_bio(
            # Bytes, because text would go through a codec written in Python: an exception of a
            # signal handler in there would come out as a codec error.
            self._incoming,
            self._outgoing,
            server_hostname=server_hostname,
        )

    async def shake_hands(self, deadline: Deadline) -> None:
        try:
            await self._do(self._ssl.do_handshake, deadline)
            protocol = self._ssl.selected_alpn_protocol()
            if protocol not in (None, "http/1.1"):
                raise ssl.SSLError(
                    ssl.SSL_ERROR_SSL,
                    f"the ssl_context negotiated {protocol!r}, but this client speaks HTTP/1.1: "
                    "offer no protocols (ALPN), or only 'http/1.1'",
                )
        except BaseException as error:
            await self.aclose()
            if not (isinstance(error, ssl.SSLError) and is_end(error)):
                if isinstance(error, ssl.SSLError | httpx.NetworkError):
                    raise httpx.ConnectError(str(error)) from error
                raise
        else:
            return
        # Not a TLS error: the server may be starting, as when it resets the connection.
        raise httpx.ConnectError("the connection was closed during the handshake")

    async def read(self, deadline: Deadline) -> bytes:
        try:
            return await self._do(self._read, deadline)
        except ssl.SSLError as error:
            kind = httpx.ConnectError if is_refusal(error) else httpx.ReadError
            raise kind(str(error)) from error

    def read_nowait(self) -> bytes | None:
        try:
            while True:
                try:
                    return self._read()
                except ssl.SSLWantReadError:
                    received = self._below.read_nowait()
                    if received is None:
                        return None
                    self._take_in(received)
        except (ssl.SSLError, httpx.NetworkError):
            return b""

    def is_readable(self) -> bool:
        # `read_nowait` first, because it processes what has arrived. Servers may send session
        # tickets at any time; those are not a response.
        arrived = self.read_nowait() is not None
        return arrived or self._records.unfinished or self._below.is_readable()

    async def write(self, content: memoryview, deadline: Deadline) -> None:
        try:
            await self._do(lambda: self._ssl.write(content), deadline)
        except ssl.SSLError as error:
            kind = httpx.ConnectError if is_refusal(error) else httpx.WriteError
            raise kind(str(error)) from error

    async def aclose(self) -> None:
        await self._below.aclose()

    def _read(self) -> bytes:
        """Return decrypted bytes; b"" at the end, announced or not.

        Raises:
            ssl.SSLWantReadError: there are none yet.
        """
        content = b""
        try:
            content = self._ssl.read(_READ_SIZE)
        except ssl.SSLError as error:
            if not is_end(error):
                raise
        if not content:
            # OpenSSL needed more, and the stream below had ended: no close_notify came. Python
            # before 3.11.4 raises no error for this.
            self.was_cut = self._incoming.eof
        return content

    def _take_in(self, received: bytes) -> None:
        if received:
            self._records.feed(received)
            self._incoming.write(received)
        else:
            self._incoming.write_eof()

    async def _do(self, operation: Callable[[], T], deadline: Deadline) -> T:
        """Run a TLS operation, exchanging bytes with the stream below until it completes."""
        while True:
            try:
                result = operation()
            except ssl.SSLWantReadError:
                pass  # an error of the stream below is not caused by this one
            else:
                await self._send(deadline)
                return result
            await self._send(deadline)
            self._take_in(await self._below.read(deadline))

    async def _send(self, deadline: Deadline) -> None:
        outgoing = self._outgoing.read()
        if outgoing:
            await self._below.write(memoryview(outgoing), deadline)
