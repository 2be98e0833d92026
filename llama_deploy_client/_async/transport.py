"""The connection pool, as an httpx transport.

httpx's own pool searches all of its connections for every caller that waits, and hands out
connections that the server is just closing. This one is made of *lanes*. A lane is one connection
that knows itself: when it was used last, and whether the last answer on it was one after which
LlamaDeploy servers hang up.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncIterator, Callable

import httpcore
import httpx
from attrs import frozen

from .._concurrency import AsyncWaiter, wait_for_async
from .._deadline import Deadline
from .._http1 import ResponseParser
from .._lanes import LaneQueue
from .._retry import SAFE_METHODS
from ..errors import ClientClosedError
from .connection import Connection, Route, find_proxy

KEEP_ALIVE = 4.0
"""Seconds that an idle connection is kept: uvicorn, which LlamaDeploy runs on, keeps it for 5."""


FRESH = 0.5
"""Seconds of idling after which a connection is too old for a request that cannot be repeated: the
server may be closing it at this very moment, and nobody could tell whether it read the request."""


class Lane:
    """One connection at a time to one origin, for one caller at a time."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._connection: Connection | None = None
        self._used_at = 0.0

    def expired(self) -> bool:
        """Whether the connection was idle for too long, or the server closed it."""
        return (
            self._connection is None
            or time.monotonic() - self._used_at > KEEP_ALIVE
            or self._connection.was_closed()
        )

    async def send(
        self, request: httpx.Request, deadline: Deadline, *, repeatable: bool
    ) -> tuple[Connection, ResponseParser]:
        idle = time.monotonic() - self._used_at
        if self.expired() or (idle > FRESH and not repeatable):
            await self.aclose()
            self._connection = await self._route.connect(deadline)
        assert self._connection is not None
        return self._connection, await self._connection.send(request, deadline)

    async def finish(self, *, keep: bool) -> None:
        """The request is done. Close the connection, unless it is to be kept for the next one."""
        self._used_at = time.monotonic()
        if not keep:
            await self.aclose()

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.aclose()


@frozen
class Lease:
    """A lane for the time of one request; for a stream, until that is closed."""

    lane: Lane
    pool: Pool
    stream: bool

    async def end(self, *, keep: bool) -> None:
        """Give the lane back, with its connection if that is worth keeping."""
        await self.pool._give_back(self.lane, stream=self.stream, keep=keep)


class Pool:
    """At most `size` lanes to one origin."""

    def __init__(self, make_lane: Callable[[], Lane], size: int) -> None:
        self._size = size
        self._queue: LaneQueue[Lane, AsyncWaiter[Lane]] = LaneQueue(make_lane, size)
        self._closed = False

    async def lease(self, deadline: Deadline, *, stream: bool) -> Lease:
        lane = self._queue.take(stream=stream)
        if lane is None:
            lane = await self._wait(deadline, stream)
        return Lease(lane, self, stream)

    async def _wait(self, deadline: Deadline, stream: bool) -> Lane:
        waiter: AsyncWaiter[Lane] = AsyncWaiter()
        self._queue.take_or_wait(waiter, stream=stream)
        try:
            return await wait_for_async(waiter, deadline.remaining())
        except BaseException as error:
            self._queue.withdraw(waiter, stream=stream)
            if isinstance(error, TimeoutError):
                raise httpx.PoolTimeout(f"all {self._size} connections are busy") from None
            raise

    async def _give_back(self, lane: Lane, *, stream: bool, keep: bool) -> None:
        try:
            await lane.finish(keep=keep and not self._closed)
        finally:
            outlived = self._queue.give_back(lane, stream=stream)
        if outlived is not None:
            await outlived.aclose()

    async def aclose(self) -> None:
        self._closed = True
        for lane in self._queue.close(_closed()):
            await lane.aclose()


class LaneTransport(httpx.AsyncBaseTransport):
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
        self._stand_ins: dict[str, httpx.AsyncClient] = {}
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if _is_mocked():
            return await self._stand_in(request.url).handle_async_request(request)
        deadline = request.extensions.get("deadline") or Deadline(None)
        stream = request.extensions.get("stream", False)
        lease = await self._pool(request.url).lease(deadline, stream=stream)
        try:
            connection, response = await lease.lane.send(
                request, deadline, repeatable=request.method in SAFE_METHODS and not stream
            )
        except BaseException:
            await lease.end(keep=False)
            raise
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(connection.read(response, deadline), response, lease),
            extensions={
                "ends_by_closing": not response.framed,
                "http_version": b"HTTP/1.1",
                "reason_phrase": response.reason,
            },
        )

    def _stand_in(self, url: httpx.URL) -> httpx.AsyncBaseTransport:
        if url.scheme not in self._stand_ins:
            tls = self._tls() if url.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._stand_ins[url.scheme] = httpx.AsyncClient(verify=tls, trust_env=False)
        return self._stand_ins[url.scheme]._transport_for_url(url)

    async def aclose(self) -> None:
        self._closed = True
        for pool in list(self._pools.values()):  # another thread may add one
            await pool.aclose()

    def _pool(self, url: httpx.URL) -> Pool:
        key = (url.scheme, url.host, url.port)
        pool = self._pools.get(key)
        if pool is None:
            proxy = find_proxy(self._proxy, url)
            secure = "https" in (url.scheme, proxy and proxy.url.scheme)
            route = Route(url.copy_with(userinfo=b""), proxy, self._tls() if secure else None)
            pool = Pool(lambda: Lane(route), self._max_connections)
            pool = self._pools.setdefault(key, pool)
        if self._closed:  # last, because nobody closes a pool that comes after the others closed
            raise _closed()
        return pool


class _Body(httpx.AsyncByteStream):
    """A response's body. Closing it gives the lane back."""

    def __init__(
        self, chunks: AsyncIterator[bytes], response: ResponseParser, lease: Lease
    ) -> None:
        self._chunks = chunks
        self._open: tuple[ResponseParser, Lease] | None = (response, lease)

    def __aiter__(self) -> AsyncIterator[bytes]:
        if self._open is None:
            raise httpx.StreamClosed
        return self._chunks

    async def aclose(self) -> None:
        if self._open is not None:
            (response, lease), self._open = self._open, None
            # After a 5xx the server closes the connection without saying so.
            await lease.end(keep=response.reusable and response.status < 500)


def _is_mocked() -> bool:
    """Whether something stands in for the network in tests: respx or pytest-httpx.

    They replace methods of httpcore's or of httpx's, to which this transport would not lead.
    """
    replaceable = (
        httpcore.AsyncHTTPConnection.handle_async_request,
        httpx.AsyncHTTPTransport.handle_async_request,
        httpx.AsyncClient._transport_for_url,
    )
    return not all(method.__module__.startswith(("httpcore.", "httpx.")) for method in replaceable)


def _closed() -> ClientClosedError:
    return ClientClosedError("the client was closed")
