# Made by `make generate` from llama_deploy_client/_async/network.py: do not edit.
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
from httpcore import SyncBackend

from .._deadline import Deadline

T = TypeVar("T")


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens connections whose every operation ends by `deadline`."""

    def __init__(self) -> None:
        self.deadline = Deadline(None)
        self._sockets = SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(self.deadline, httpcore.ConnectTimeout)
        stream = self._sockets.connect_tcp(host, port, left, local_address, socket_options)
        return _DeadlineStream(stream, self)


def _left(deadline: Deadline, timeout: type[httpcore.TimeoutException]) -> float | None:
    """Seconds left, and never 0, which sockets take for "do not wait"."""
    left = deadline.remaining()
    if left == 0:
        raise timeout
    return left


class _DeadlineStream(httpcore.NetworkStream):
    """A socket. It is closed when this object is dropped, at the latest: no loop is needed."""

    def __init__(self, stream: httpcore.NetworkStream, backend: DeadlineBackend) -> None:
        self._stream = stream
        self._backend = backend
        self._close = weakref.finalize(self, stream.get_extra_info("socket").close)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = _left(self._backend.deadline, httpcore.ReadTimeout)
        return self._stream.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:  # httpcore writes one for the end of each request: a system call saved
            return
        left = _left(self._backend.deadline, httpcore.WriteTimeout)
        self._stream.write(buffer, left)

    def close(self) -> None:
        self._close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _TLSStream(self, ssl_context, server_hostname).shake_hands()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _TLSStream(httpcore.NetworkStream):
    """TLS over a stream with a deadline, or over another TLS stream (to a proxy)."""

    def __init__(
        self,
        below: httpcore.NetworkStream,
        context: ssl.SSLContext,
        server_hostname: str | None,
    ) -> None:
        self._below = below
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._ssl = context.wrap_bio(
            self._incoming, self._outgoing, server_hostname=server_hostname
        )

    def shake_hands(self) -> httpcore.NetworkStream:
        try:
            self._do(self._ssl.do_handshake)
        except BaseException as error:
            self.close()
            if isinstance(error, OSError):  # an ssl.SSLError is one
                raise httpcore.ConnectError(str(error)) from error
            raise
        return self

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._do(lambda: self._ssl.read(max_bytes))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""  # the end, announced or not: HTTP knows whether more was to come
        except ssl.SSLError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            self._do(lambda: self._ssl.write(buffer))
        except ssl.SSLError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._below.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _TLSStream(self, ssl_context, server_hostname).shake_hands()

    def get_extra_info(self, info: str) -> Any:
        return self._ssl if info == "ssl_object" else self._below.get_extra_info(info)

    def _do(self, operation: Callable[[], T]) -> T:
        """Run an operation of the TLS machine, moving bytes until it has what it wants."""
        while True:
            try:
                result = operation()
            except ssl.SSLWantReadError:
                self._send()
                received = self._below.read(65536)
                if received:
                    self._incoming.write(received)
                else:
                    self._incoming.write_eof()
            else:
                self._send()
                return result

    def _send(self) -> None:
        outgoing = self._outgoing.read()
        if outgoing:
            self._below.write(outgoing)
