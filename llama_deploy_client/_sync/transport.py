# Made by `make generate` from llama_deploy_client/_async/transport.py: do not edit.
"""The connection pool, as an httpx transport.

httpx's own pool searches all of its connections for every caller that waits, and hands out
connections that the server is just closing. This one is made of *lanes*. A lane is one connection
that knows itself: when it was used last, and whether the last answer on it was one after which
LlamaDeploy servers hang up.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx
from attrs import frozen

from .._concurrency import SyncWaiter, wait_for_sync
from .._deadline import Deadline
from .._lanes import LaneQueue
from .._retry import SAFE_METHODS
from ..errors import ClientClosedError
from .network import DeadlineBackend

KEEP_ALIVE = 4.0
"""Seconds that an idle connection is kept: uvicorn, which LlamaDeploy runs on, keeps it for 5."""


FRESH = 0.5
"""Seconds of idling after which a connection is too old for a request that cannot be repeated: the
server may be closing it at this very moment, and nobody could tell whether it read the request."""


class Lane:
    """One connection at a time to one origin, for one caller at a time."""

    def __init__(self, origin: httpcore.Origin, tls: ssl.SSLContext | None, proxy: str | None):
        self._origin = origin
        self._network = DeadlineBackend()
        # The pool only makes connections here, which saves telling its kinds of proxy apart.
        self._maker = httpcore.ConnectionPool(
            ssl_context=tls,
            proxy=_proxy(proxy, tls) if proxy else None,
            keepalive_expiry=KEEP_ALIVE,
            network_backend=self._network,
        )
        self._connection: httpcore.ConnectionInterface | None = None
        self._used_at = 0.0

    def expired(self) -> bool:
        """Whether the connection was idle for too long, or the server closed it."""
        return self._connection is None or self._connection.has_expired()

    def send(
        self, request: httpcore.Request, deadline: Deadline, *, repeatable: bool
    ) -> httpcore.Response:
        self._network.deadline = deadline
        idle = time.monotonic() - self._used_at
        if self.expired() or (idle > FRESH and not repeatable):
            self.close()
            self._connection = self._maker.create_connection(self._origin)
        assert self._connection is not None
        return self._connection.handle_request(request)

    def finish(self, *, keep: bool) -> None:
        """Close the connection, unless it is to be kept and ready for the next request."""
        self._used_at = time.monotonic()
        if self._connection is not None and not (keep and self._connection.is_idle()):
            self.close()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


@frozen
class Lease:
    """A lane for the time of one request; for a stream, until that is closed."""

    lane: Lane
    pool: Pool
    stream: bool

    def end(self, *, keep: bool) -> None:
        """Give the lane back, with its connection if that is worth keeping."""
        self.pool._give_back(self.lane, stream=self.stream, keep=keep)


class Pool:
    """At most `size` lanes to one origin."""

    def __init__(self, make_lane: Callable[[], Lane], size: int) -> None:
        self._size = size
        self._queue: LaneQueue[Lane, SyncWaiter[Lane]] = LaneQueue(make_lane, size)
        self._closed = False

    def lease(self, deadline: Deadline, *, stream: bool) -> Lease:
        lane = self._queue.take(stream=stream)
        if lane is None:
            lane = self._wait(deadline, stream)
        return Lease(lane, self, stream)

    def _wait(self, deadline: Deadline, stream: bool) -> Lane:
        waiter: SyncWaiter[Lane] = SyncWaiter()
        self._queue.take_or_wait(waiter, stream=stream)
        try:
            return wait_for_sync(waiter, deadline.remaining())
        except BaseException as error:
            self._queue.withdraw(waiter, stream=stream)
            if isinstance(error, TimeoutError):
                raise httpcore.PoolTimeout(f"all {self._size} connections are busy") from None
            raise

    def _give_back(self, lane: Lane, *, stream: bool, keep: bool) -> None:
        try:
            lane.finish(keep=keep and not self._closed)
        finally:
            outlived = self._queue.give_back(lane, stream=stream)
        if outlived is not None:
            outlived.close()

    def close(self) -> None:
        self._closed = True
        for lane in self._queue.close(_closed()):
            lane.close()


class LaneTransport(httpx.BaseTransport):
    """A pool for each origin.

    A request says in its extensions by when it has to be done (`deadline`, a `Deadline`) and
    whether its answer is a stream (`stream`, a bool).
    """

    def __init__(
        self, *, tls: Callable[[], ssl.SSLContext], max_connections: int, proxy: str | None
    ) -> None:
        self._tls = tls
        self._max_connections = max_connections
        self._proxy = proxy
        self._pools: dict[tuple[str, str, int | None], Pool] = {}
        self._closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        deadline = request.extensions.get("deadline") or Deadline(None)
        stream = request.extensions.get("stream", False)
        pool = self._pool(request.url)
        with _httpx_errors(request):
            lease = pool.lease(deadline, stream=stream)
            try:
                response = lease.lane.send(
                    _to_httpcore(request),
                    deadline,
                    repeatable=request.method in SAFE_METHODS and not stream,
                )
            except BaseException:
                lease.end(keep=False)
                raise
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response, request, lease),
            extensions=_extensions(response),
        )

    def close(self) -> None:
        self._closed = True
        for pool in self._pools.values():
            pool.close()

    def _pool(self, url: httpx.URL) -> Pool:
        if self._closed:
            raise _closed()
        key = (url.scheme, url.host, url.port)
        pool = self._pools.get(key)
        if pool is None:
            origin = _url(url).origin
            proxy = self._proxy or _proxy_of_environment(url)
            secure = url.scheme == "https" or _is_secure(proxy)
            tls = self._tls() if secure else None
            pool = Pool(lambda: Lane(origin, tls, proxy), self._max_connections)
            pool = self._pools.setdefault(key, pool)
        return pool


class _Body(httpx.SyncByteStream):
    """A response's body. Closing it gives the lane back, and lets go of all that is below."""

    def __init__(self, response: httpcore.Response, request: httpx.Request, lease: Lease) -> None:
        self._open: tuple[httpcore.Response, Lease] | None = (response, lease)
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        if self._open is None:
            raise httpx.StreamClosed
        with _httpx_errors(self._request):
            for chunk in _stream(self._open[0]):
                yield chunk

    def close(self) -> None:
        if self._open is None:
            return
        (response, lease), self._open = self._open, None
        try:
            with _httpx_errors(self._request):
                response.close()
        finally:
            # After a 5xx the server closes the connection without saying so.
            lease.end(keep=response.status < 500)


def _stream(response: httpcore.Response) -> Iterable[bytes]:
    """The body, without the layer that httpcore adds to count how often it is read."""
    assert isinstance(response.stream, Iterable)
    return response.stream


_FRAMING = (b"content-length", b"transfer-encoding")


def _extensions(response: httpcore.Response) -> dict[str, object]:
    """What httpx wants to know of a response, and whether nothing but its closing ends it.

    Not the socket, which httpcore offers too: httpx makes a cycle of each response, and the socket
    would stay open until the collector finds it.
    """
    framed = any(name.lower() in _FRAMING for name, _ in response.headers)
    return {
        "ends_by_closing": not framed and "network_stream" in response.extensions,
        **{name: value for name, value in response.extensions.items() if name != "network_stream"},
    }


def _closed() -> ClientClosedError:
    return ClientClosedError("the client was closed")


def _url(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _to_httpcore(request: httpx.Request) -> httpcore.Request:
    return httpcore.Request(
        request.method, _url(request.url), headers=request.headers.raw, content=request.stream
    )


@contextmanager
def _httpx_errors(request: httpx.Request) -> Iterator[None]:
    """The errors of httpcore as httpx's of the same name."""
    try:
        yield
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
        httpcore.UnsupportedProtocol,
    ) as error:
        raise getattr(httpx, type(error).__name__)(str(error), request=request) from error


def _proxy(url: str, tls: ssl.SSLContext | None) -> httpcore.Proxy:
    parsed = httpx.URL(url)
    auth = (parsed.username, parsed.password) if parsed.userinfo else None
    bare = str(parsed.copy_with(userinfo=b""))
    return httpcore.Proxy(bare, auth=auth, ssl_context=tls if _is_secure(url) else None)


def _is_secure(proxy: str | None) -> bool:
    """Whether the way to the proxy itself is HTTPS."""
    return proxy is not None and httpx.URL(proxy).scheme == "https"


def _proxy_of_environment(url: httpx.URL) -> str | None:
    if proxy_bypass(url.host):
        return None
    proxies = getproxies()
    return proxies.get(url.scheme) or proxies.get("all")
