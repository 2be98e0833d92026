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
from collections.abc import Callable, Iterator

import httpcore
import httpx
from attrs import frozen

from .._concurrency import SyncWaiter, wait_for_sync
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

    def send(
        self, request: httpx.Request, deadline: Deadline, *, repeatable: bool
    ) -> tuple[Connection, ResponseParser]:
        idle = time.monotonic() - self._used_at
        if self.expired() or (idle > FRESH and not repeatable):
            self.close()
            self._connection = self._route.connect(deadline)
        assert self._connection is not None
        return self._connection, self._connection.send(request, deadline)

    def finish(self, *, keep: bool) -> None:
        """The request is done. Close the connection, unless it is to be kept for the next one."""
        self._used_at = time.monotonic()
        if not keep:
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
                raise httpx.PoolTimeout(f"all {self._size} connections are busy") from None
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
        self._stand_ins: dict[str, httpx.Client] = {}
        self._closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if _is_mocked():
            return self._stand_in(request.url).handle_request(request)
        deadline = request.extensions.get("deadline") or Deadline(None)
        stream = request.extensions.get("stream", False)
        lease = self._pool(request.url).lease(deadline, stream=stream)
        try:
            connection, response = lease.lane.send(
                request, deadline, repeatable=request.method in SAFE_METHODS and not stream
            )
        except BaseException:
            lease.end(keep=False)
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

    def _stand_in(self, url: httpx.URL) -> httpx.BaseTransport:
        if url.scheme not in self._stand_ins:
            tls = self._tls() if url.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._stand_ins[url.scheme] = httpx.Client(verify=tls, trust_env=False)
        return self._stand_ins[url.scheme]._transport_for_url(url)

    def close(self) -> None:
        self._closed = True
        for pool in list(self._pools.values()):  # another thread may add one
            pool.close()

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


class _Body(httpx.SyncByteStream):
    """A response's body. Closing it gives the lane back."""

    def __init__(self, chunks: Iterator[bytes], response: ResponseParser, lease: Lease) -> None:
        self._chunks = chunks
        self._open: tuple[ResponseParser, Lease] | None = (response, lease)

    def __iter__(self) -> Iterator[bytes]:
        if self._open is None:
            raise httpx.StreamClosed
        return self._chunks

    def close(self) -> None:
        if self._open is not None:
            (response, lease), self._open = self._open, None
            # After a 5xx the server closes the connection without saying so.
            lease.end(keep=response.reusable and response.status < 500)


def _is_mocked() -> bool:
    """Whether something stands in for the network in tests: respx or pytest-httpx.

    They replace methods of httpcore's or of httpx's, to which this transport would not lead.
    """
    replaceable = (
        httpcore.HTTPConnection.handle_request,
        httpx.HTTPTransport.handle_request,
        httpx.Client._transport_for_url,
    )
    return not all(method.__module__.startswith(("httpcore.", "httpx.")) for method in replaceable)


def _closed() -> ClientClosedError:
    return ClientClosedError("the client was closed")
