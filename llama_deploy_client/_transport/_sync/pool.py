# Made by `make generate` from llama_deploy_client/_transport/_async/pool.py: do not edit.
"""A pool of connections to one origin.

httpx's own pool searches all of its connections for every waiting caller, and hands out connections
that the server is just closing. This pool consists of *lanes*. A lane is one connection with its
history: when it was last used, and whether its last response was one after which LlamaDeploy
servers close the connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import httpx

from ..clock import monotonic
from ..contract import SAFE_METHODS, TransportClosedError
from ..deadline import Deadline
from ..http1 import ResponseParser
from ..lanes import LaneQueue
from ..proxies import Proxy
from ..waiting import SyncWaiter
from .connection import Connection, Route

KEEP_ALIVE = 4.0
"""Seconds that an idle connection is kept; uvicorn, which LlamaDeploy uses, keeps it for 5."""


FRESH = 0.5
"""Seconds of idling after which a connection is too old for a request that cannot be repeated: the
server may just be closing it, and nobody would know whether it read the request."""


class Lane:
    """One connection at a time to one origin, for one caller at a time.

    A connection is in its lane only while it is idle. However a request ends, the next one finds
    either a clean connection or none.
    """

    stream = False

    def __init__(self, route: Route) -> None:
        self._route = route
        self._connection: Connection | None = None
        self._used_at = 0.0

    def expired(self) -> bool:
        """Whether the connection was idle for too long, or the server closed it."""
        return (
            self._connection is None
            or monotonic() - self._used_at > KEEP_ALIVE
            or self._connection.was_closed()
        )

    def take(self, deadline: Deadline, *, repeatable: bool) -> Connection:
        """Take the connection out of the lane; open a new one if it may not serve this request."""
        idle = monotonic() - self._used_at
        unfit = self.expired() or (idle > FRESH and not repeatable)
        connection, self._connection = self._connection, None
        if connection is not None and not unfit:
            return connection
        if connection is not None:
            connection.close()
        return self._route.connect(deadline)

    def keep(self, connection: Connection) -> None:
        """Put a connection back, for the next request."""
        self._used_at = monotonic()
        self._connection = connection

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class Pool:
    """At most `size` lanes to one origin.

    Attributes:
        proxy: the proxy on the way to it, if any.
    """

    def __init__(
        self, make_lane: Callable[[], Lane], size: int, proxy: Proxy | None = None
    ) -> None:
        self.proxy = proxy
        self._size = size
        self._queue: LaneQueue[Lane, SyncWaiter[Lane]] = LaneQueue(make_lane, size)
        self._closed = False

    def lease(self, deadline: Deadline, *, stream: bool) -> Lane:
        """Wait for a lane, for one request; for a stream, until the stream is closed."""
        lane = self._queue.take(stream=stream)
        return lane or self._wait(deadline, stream)

    def _wait(self, deadline: Deadline, stream: bool) -> Lane:
        waiter: SyncWaiter[Lane] = SyncWaiter()
        ask = partial(self._queue.take_or_wait, waiter, stream=stream)
        try:
            ask()
            lane = waiter.wait(deadline.remaining(), ask)
            if lane is None:
                raise httpx.PoolTimeout(f"all {self._size} connections are busy")
            return lane
        except BaseException:
            self._queue.withdraw(waiter, stream=stream)
            raise

    def give_back(self, lane: Lane) -> None:
        """Return a lane to the pool."""
        self._queue.give_back(lane)
        if self._closed:
            lane.close()

    def close(self) -> None:
        self._closed = True
        for lane in self._queue.close(TransportClosedError()):
            lane.close()


class Exchange(httpx.SyncByteStream):
    """One request and the body of its response. Closing it returns the lane."""

    def __init__(self, pool: Pool, lane: Lane) -> None:
        self._pool = pool
        self._lane: Lane | None = lane
        self._connection: Connection | None = None
        self._response: ResponseParser | None = None

    def send(self, request: httpx.Request, deadline: Deadline, *, stream: bool) -> httpx.Response:
        """Send a request, and return the response, its body not yet read."""
        assert self._lane is not None
        repeatable = request.method in SAFE_METHODS and not stream
        connection = self._lane.take(deadline, repeatable=repeatable)
        self._connection = connection
        response = connection.send(request, deadline)
        self._response = response
        self._chunks = connection.read(response, deadline, stream=stream)
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=self,
            extensions={
                "ends_by_closing": not response.framed,
                "http_version": b"HTTP/1.1",
                "reason_phrase": response.reason,
            },
        )

    def __iter__(self) -> Iterator[bytes]:
        if self._lane is None:
            raise httpx.StreamClosed
        return self._chunks

    def close(self) -> None:
        lane, self._lane = self._lane, None
        if lane is None:
            return
        connection, response = self._connection, self._response
        try:
            if connection and response and response.reusable and _is_kept_after(response.status):
                lane.keep(connection)
            elif connection:
                connection.close()
        finally:
            self._pool.give_back(lane)


def _is_kept_after(status: int) -> bool:
    """Return whether servers keep a connection after this status.

    After a 5xx, and after a 204 with a body (as llama-agents sends), uvicorn closes it unannounced.
    """
    return status < 500 and status != 204
