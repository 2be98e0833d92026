"""An HTTP/1.1 connection, and the way to a server: direct, or through a proxy."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import httpx
from attrs import frozen

from ..contract import ProxyFailedError
from ..deadline import Deadline
from ..http1 import Header, Outgoing, ResponseParser
from ..proxies import Proxy, absolute, host_of, port_of, without_zone
from ..sockets import AsyncSocket
from .tls import ByteStream, TLSStream

_WRITE_SIZE = 65536


class Connection:
    """A connection that serves one request after another."""

    def __init__(
        self, stream: ByteStream, *, forwards: bool = False, extra: tuple[Header, ...] = ()
    ):
        self._stream = stream
        self._forwards = forwards
        self._extra = extra

    async def send(self, request: httpx.Request, deadline: Deadline) -> ResponseParser:
        """Send a request, and return the response with status and headers. `read` its body."""
        url = request.url
        target = absolute(url) if self._forwards else url.raw_path
        outgoing = Outgoing(request.method, target, self._headers(request))
        return await self._exchange(outgoing, request, deadline)

    def _headers(self, request: httpx.Request) -> Iterator[Header]:
        for name, value in request.headers.raw:
            yield name, without_zone(value) if name == b"Host" else value
        yield from self._extra

    async def connect(self, url: httpx.URL, deadline: Deadline) -> None:
        """Ask a proxy to make this a tunnel to the server of `url` (`CONNECT`)."""
        target = b"%s:%d" % (host_of(url), port_of(url))
        outgoing = Outgoing("CONNECT", target, [(b"Host", target), *self._extra])
        response = await self._exchange(outgoing, httpx.Request("CONNECT", url), deadline)
        if not 200 <= response.status < 300:
            status, reason = response.status, response.reason.decode("latin-1")
            lasting = 400 <= status < 500 and status not in (408, 429)
            raise ProxyFailedError(f"refused: {status} {reason}", status=status, lasting=lasting)
        if response.body() or response.excess:  # it would count as the server's response
            raise ProxyFailedError("sent more than the response to CONNECT")

    async def _exchange(
        self, outgoing: Outgoing, request: httpx.Request, deadline: Deadline
    ) -> ResponseParser:
        # the server may have responded and closed before reading everything
        with suppress(httpx.WriteError):
            await self._write(outgoing, request, deadline)
        response = ResponseParser()
        while not response.status:
            response.feed(await self._stream.read(deadline))
        return response

    async def _write(self, outgoing: Outgoing, request: httpx.Request, deadline: Deadline) -> None:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        if isinstance(request.stream, httpx.ByteStream):  # is there already
            outgoing.add(request.content)
        else:
            async for piece in request.stream:
                outgoing.add(piece)
                if len(outgoing) >= _WRITE_SIZE:
                    await self._stream.write(outgoing.take(), deadline)
        outgoing.end()
        await self._stream.write(outgoing.take(), deadline)

    async def read(
        self, response: ResponseParser, deadline: Deadline, *, stream: bool
    ) -> AsyncIterator[bytes]:
        """Yield the body of the response as it arrives.

        Args:
            response: the response that `send` returned.
            deadline: the time by which the body must be complete.
            stream: whether the reader itself can tell a complete body from one that was cut.
        """
        while True:
            piece = response.body()
            if piece:
                yield piece
            elif response.complete:
                return
            else:
                response.feed(await self._stream.read(deadline))
                if response.complete and self._stream.was_cut and not stream:
                    message = "the connection was closed without TLS saying so (close_notify)"
                    raise httpx.RemoteProtocolError(message)

    def was_closed(self) -> bool:
        """Whether the server closed the connection, or sent unexpected bytes."""
        return self._stream.is_readable()

    async def aclose(self) -> None:
        await self._stream.aclose()


@frozen
class Route:
    """The way to the server of a URL.

    Attributes:
        url: the URL; only its scheme, host and port count.
        proxy: the proxy on the way, with its credentials.
        tls: the TLS settings, also for the proxy.
    """

    url: httpx.URL
    proxy: Proxy | None
    tls: ssl.SSLContext | None

    async def connect(self, deadline: Deadline) -> Connection:
        """Open a new connection."""
        try:
            return await self._connect(deadline)
        except (httpx.ReadTimeout, httpx.WriteTimeout) as error:  # an error of TLS or of a proxy
            raise httpx.ConnectTimeout(str(error)) from error

    async def _connect(self, deadline: Deadline) -> Connection:
        if self.proxy is None:
            return Connection(await self._reach(self.url, deadline))
        try:
            stream = await self._reach(self.proxy.url, deadline)
        except httpx.ConnectError as error:
            raise ProxyFailedError(f"cannot be reached: {error}") from error
        if self.url.scheme == "http":
            return Connection(stream, forwards=True, extra=self.proxy.headers)
        await self._dig(Connection(stream, extra=self.proxy.headers), deadline)
        return Connection(await self._secure(stream, self.url, deadline))

    async def _dig(self, tunnel: Connection, deadline: Deadline) -> None:
        """Turn a connection to the proxy into a tunnel to the server."""
        try:
            await tunnel.connect(self.url, deadline)
        except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
            await tunnel.aclose()
            raise ProxyFailedError(f"broke off: {error}") from error
        except BaseException:
            await tunnel.aclose()
            raise

    async def _reach(self, url: httpx.URL, deadline: Deadline) -> ByteStream:
        # URLs write the `%` of an IPv6 zone like this
        host = url.raw_host.decode().replace("%25", "%")
        stream = await AsyncSocket.connect(host, port_of(url), deadline)
        return await self._secure(stream, url, deadline)

    async def _secure(self, stream: ByteStream, url: httpx.URL, deadline: Deadline) -> ByteStream:
        if url.scheme == "http":
            return stream
        assert self.tls is not None
        secured = TLSStream(stream, self.tls, without_zone(url.raw_host))
        await secured.shake_hands(deadline)
        return secured
