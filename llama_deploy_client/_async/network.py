"""Sockets that keep a deadline: what bounds a call by the clock, whatever the server does.

httpx's time-outs bound one read each, and start anew with every byte that arrives. Here each
operation gets the time that is left of the whole call.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

from .._deadline import Deadline


class DeadlineBackend(httpcore.AsyncNetworkBackend):
    """Opens connections whose every operation ends by `deadline`."""

    def __init__(self) -> None:
        self.deadline = Deadline(None)
        # httpcore declares it a second time, for where anyio is missing.
        self._backend: httpcore.AsyncNetworkBackend = httpcore.AnyIOBackend()  # pyright: ignore

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        if self.deadline.expired():
            raise httpcore.ConnectTimeout
        stream = await self._backend.connect_tcp(
            host, port, self.deadline.remaining(), local_address, socket_options
        )
        return _DeadlineStream(stream, self)


class _DeadlineStream(httpcore.AsyncNetworkStream):
    def __init__(self, stream: httpcore.AsyncNetworkStream, backend: DeadlineBackend) -> None:
        self._stream = stream
        self._backend = backend

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._backend.deadline.expired():
            raise httpcore.ReadTimeout
        return await self._stream.read(max_bytes, self._backend.deadline.remaining())

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._backend.deadline.expired():
            raise httpcore.WriteTimeout
        await self._stream.write(buffer, self._backend.deadline.remaining())

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        remaining = self._backend.deadline.remaining()
        stream = await self._stream.start_tls(ssl_context, server_hostname, remaining)
        return _DeadlineStream(stream, self._backend)

    async def aclose(self) -> None:
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
