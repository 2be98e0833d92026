"""An HTTP/1.1 connection, and the way to a server: direct, or through a proxy."""

from __future__ import annotations

import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import suppress
from urllib.request import getproxies, proxy_bypass

import httpx
from attrs import frozen

from .._deadline import Deadline
from .._http1 import Header, RequestBody, ResponseParser, head
from .._sockets import AsyncSocket
from .tls import ByteStream, TLSStream

_DEFAULT_PORTS = {"http": 80, "https": 443}
_WRITE_SIZE = 65536


class Connection:
    """A connection for one request after the other."""

    def __init__(
        self, stream: ByteStream, *, forwards: bool = False, extra: tuple[Header, ...] = ()
    ):
        self._stream = stream
        self._forwards = forwards
        self._extra = extra

    async def send(self, request: httpx.Request, deadline: Deadline) -> ResponseParser:
        """Send a request. Its response, with status and headers; the body is to be `read`."""
        url = request.url
        target = _absolute(url) if self._forwards else url.raw_path
        headers = [*request.headers.raw, *self._extra]
        return await self._exchange(head(request.method, target, headers), request, deadline)

    async def connect(self, url: httpx.URL, deadline: Deadline) -> None:
        """Have a proxy make this a tunnel to the server of `url` (`CONNECT`)."""
        target = b"%s:%d" % (_host(url), _port(url))
        start = head("CONNECT", target, [(b"Host", target), *self._extra])
        answer = await self._exchange(start, httpx.Request("CONNECT", url), deadline)
        if not 200 <= answer.status < 300:
            raise httpx.ProxyError(f"{answer.status} {answer.reason.decode('latin-1')}")
        if answer.body() or answer.excess:  # it would be taken for what the server says
            raise httpx.ProxyError("it sent more than the answer to CONNECT")

    async def _exchange(
        self, start: bytes, request: httpx.Request, deadline: Deadline
    ) -> ResponseParser:
        with suppress(httpx.WriteError):  # it may have answered and hung up before it read all
            await self._write(start, request, deadline)
        response = ResponseParser()
        while not response.status:
            response.feed(await self._stream.read(deadline))
        return response

    async def _write(self, start: bytes, request: httpx.Request, deadline: Deadline) -> None:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        body = RequestBody(request.headers.raw)
        unsent = bytearray(start)
        async for piece in request.stream:
            unsent += body.frame(piece)
            if len(unsent) >= _WRITE_SIZE:
                await self._stream.write(bytes(unsent), deadline)
                unsent.clear()
        unsent += body.end()
        await self._stream.write(bytes(unsent), deadline)

    async def read(
        self, response: ResponseParser, deadline: Deadline, *, stream: bool
    ) -> AsyncIterator[bytes]:
        """The body of the response, as it arrives.

        Args:
            response: what `send` returned.
            deadline: when it has to be there.
            stream: whether the reader can tell a whole body from one that was cut.
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
        """Whether the server closed it, or sent what was not asked for."""
        return self._stream.is_readable()

    async def aclose(self) -> None:
        await self._stream.aclose()


@frozen
class Route:
    """The way to the server of a URL.

    Attributes:
        url: whose scheme, host and port count.
        proxy: the proxy on the way, with its credentials.
        tls: how certificates are judged, the proxy's too.
    """

    url: httpx.URL
    proxy: httpx.Proxy | None
    tls: ssl.SSLContext | None

    async def connect(self, deadline: Deadline) -> Connection:
        """A new connection."""
        if self.proxy is None:
            return Connection(await self._reach(self.url, deadline))
        stream = await self._reach(self.proxy.url, deadline)
        credentials = _credentials(self.proxy)
        if self.url.scheme == "http":
            return Connection(stream, forwards=True, extra=credentials)
        tunnel = Connection(stream, extra=credentials)
        try:
            await tunnel.connect(self.url, deadline)
        except BaseException:
            await tunnel.aclose()
            raise
        return Connection(await self._secure(stream, self.url, deadline))

    async def _reach(self, url: httpx.URL, deadline: Deadline) -> ByteStream:
        stream = await AsyncSocket.connect(url.raw_host.decode(), _port(url), deadline)
        return await self._secure(stream, url, deadline)

    async def _secure(self, stream: ByteStream, url: httpx.URL, deadline: Deadline) -> ByteStream:
        if url.scheme == "http":
            return stream
        assert self.tls is not None
        secured = TLSStream(stream, self.tls, url.raw_host.decode())
        await secured.shake_hands(deadline)
        return secured


def find_proxy(setting: str | None, url: httpx.URL) -> httpx.Proxy | None:
    """The proxy on the way to `url`: that of the setting, or else of the environment."""
    found = setting or _of_environment(url)
    if found is None:
        return None
    # Other programs take `proxy.example:3128`, so that is what many environments have.
    absolute = found if "://" in found else f"http://{found}"
    scheme = absolute.partition("://")[0]
    if scheme not in _DEFAULT_PORTS:
        raise httpx.ConnectError(f"a {scheme} proxy needs a transport of your own")
    try:
        return httpx.Proxy(absolute)
    except (ValueError, httpx.InvalidURL) as error:
        raise httpx.ConnectError(f"the URL of the proxy is none: {error}") from error


def _of_environment(url: httpx.URL) -> str | None:
    hosts = (url.host, f"{_host(url).decode()}:{_port(url)}")
    if any(map(proxy_bypass, hosts)):
        return None
    proxies = getproxies()
    return proxies.get(url.scheme) or proxies.get("all")


def _port(url: httpx.URL) -> int:
    return url.port or _DEFAULT_PORTS[url.scheme]


def _host(url: httpx.URL) -> bytes:
    """The host as it stands in a URL, where brackets go around an IPv6 address."""
    return b"[%s]" % url.raw_host if b":" in url.raw_host else url.raw_host


def _absolute(url: httpx.URL) -> bytes:
    return b"%s://%s%s" % (url.raw_scheme, url.netloc, url.raw_path)


def _credentials(proxy: httpx.Proxy) -> tuple[Header, ...]:
    if proxy.raw_auth is None:
        return ()
    return ((b"Proxy-Authorization", b"Basic " + b64encode(b":".join(proxy.raw_auth))),)
