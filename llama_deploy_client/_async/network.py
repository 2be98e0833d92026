"""Connections that keep a deadline: what bounds a call by the clock, whatever the server does.

httpx's time-outs bound one read each, and start anew with every byte that arrives. Here each
operation gets the time that is left of the whole call, those of a TLS handshake included.
"""

from __future__ import annotations

import ssl
import weakref
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import httpcore

from .._deadline import Deadline
from .._sockets import AsyncSocketBackend

T = TypeVar("T")


class DeadlineBackend(httpcore.AsyncNetworkBackend):
    """Opens connections whose every operation ends by `deadline`."""

    def __init__(self) -> None:
        self.deadline = Deadline(None)
        self._sockets = AsyncSocketBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        left = _left(self.deadline, httpcore.ConnectTimeout)
        stream = await self._sockets.connect_tcp(host, port, left, local_address, socket_options)
        return _DeadlineStream(stream, self)


def _left(deadline: Deadline, timeout: type[httpcore.TimeoutException]) -> float | None:
    """Seconds left, and never 0, which sockets take for "do not wait"."""
    left = deadline.remaining()
    if left == 0:
        raise timeout
    return left


class _DeadlineStream(httpcore.AsyncNetworkStream):
    """A socket. It is closed when this object is dropped, at the latest: no loop is needed."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, backend: DeadlineBackend) -> None:
        self._stream = stream
        self._backend = backend
        self._close = weakref.finalize(self, stream.get_extra_info("socket").close)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = _left(self._backend.deadline, httpcore.ReadTimeout)
        return await self._stream.read(max_bytes, left)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:  # httpcore writes one for the end of each request: a system call saved
            return
        left = _left(self._backend.deadline, httpcore.WriteTimeout)
        await self._stream.write(buffer, left)

    async def aclose(self) -> None:
        self._close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return await _TLSStream(self, ssl_context, server_hostname).shake_hands()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _TLSStream(httpcore.AsyncNetworkStream):
    """TLS over a stream with a deadline, or over another TLS stream (to a proxy)."""

    def __init__(
        self,
        below: httpcore.AsyncNetworkStream,
        context: ssl.SSLContext,
        server_hostname: str | None,
    ) -> None:
        self._below = below
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._ssl = context.wrap_bio(
            self._incoming, self._outgoing, server_hostname=server_hostname
        )

    async def shake_hands(self) -> httpcore.AsyncNetworkStream:
        try:
            await self._do(self._ssl.do_handshake)
        except BaseException as error:
            await self.aclose()
            if isinstance(error, OSError):  # an ssl.SSLError is one
                raise httpcore.ConnectError(str(error)) from error
            raise
        return self

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return await self._do(lambda: self._ssl.read(max_bytes))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""  # the end, announced or not: HTTP knows whether more was to come
        except ssl.SSLError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            await self._do(lambda: self._ssl.write(buffer))
        except ssl.SSLError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        await self._below.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return await _TLSStream(self, ssl_context, server_hostname).shake_hands()

    def get_extra_info(self, info: str) -> Any:
        return self._ssl if info == "ssl_object" else self._below.get_extra_info(info)

    async def _do(self, operation: Callable[[], T]) -> T:
        """Run an operation of the TLS machine, moving bytes until it has what it wants."""
        while True:
            try:
                result = operation()
            except ssl.SSLWantReadError:
                await self._send()
                received = await self._below.read(65536)
                if received:
                    self._incoming.write(received)
                else:
                    self._incoming.write_eof()
            else:
                await self._send()
                return result

    async def _send(self) -> None:
        outgoing = self._outgoing.read()
        if outgoing:
            await self._below.write(outgoing)
