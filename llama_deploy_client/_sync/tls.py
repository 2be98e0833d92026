# Made by `make generate` from llama_deploy_client/_async/tls.py: do not edit.
"""TLS over a connection that keeps a deadline, the handshake included."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Protocol, TypeVar

import httpx

from .._deadline import Deadline

T = TypeVar("T")

_READ_SIZE = 65536


class ByteStream(Protocol):
    """Bytes both ways. Every operation ends by a deadline."""

    def read(self, deadline: Deadline) -> bytes: ...
    def write(self, content: bytes, deadline: Deadline) -> None: ...
    def close(self) -> None: ...
    def is_readable(self) -> bool: ...


class TLSStream:
    """TLS over a stream, which may be TLS itself (to a proxy)."""

    def __init__(self, below: ByteStream, context: ssl.SSLContext, server_hostname: str) -> None:
        self._below = below
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._ssl = context.wrap_bio(
            self._incoming, self._outgoing, server_hostname=server_hostname
        )

    def shake_hands(self, deadline: Deadline) -> None:
        try:
            self._do(self._ssl.do_handshake, deadline)
        except BaseException as error:
            self.close()
            if isinstance(error, OSError | httpx.NetworkError):  # an ssl.SSLError is an OSError
                raise httpx.ConnectError(str(error)) from error
            raise

    def read(self, deadline: Deadline) -> bytes:
        try:
            return self._do(lambda: self._ssl.read(_READ_SIZE), deadline)
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""  # the end, announced or not: HTTP knows whether more was to come
        except ssl.SSLError as error:
            raise httpx.ReadError(str(error)) from error

    def write(self, content: bytes, deadline: Deadline) -> None:
        try:
            self._do(lambda: self._ssl.write(content), deadline)
        except ssl.SSLError as error:
            raise httpx.WriteError(str(error)) from error

    def close(self) -> None:
        self._below.close()

    def is_readable(self) -> bool:
        return self._below.is_readable()

    def _do(self, operation: Callable[[], T], deadline: Deadline) -> T:
        """Run an operation of the TLS machine, moving bytes until it has what it wants."""
        while True:
            try:
                result = operation()
            except ssl.SSLWantReadError:
                pass  # what fails below did not come of this
            else:
                self._send(deadline)
                return result
            self._send(deadline)
            received = self._below.read(deadline)
            if received:
                self._incoming.write(received)
            else:
                self._incoming.write_eof()

    def _send(self, deadline: Deadline) -> None:
        outgoing = self._outgoing.read()
        if outgoing:
            self._below.write(outgoing, deadline)
