"""What the two colours do in ways of their own: wait for a turn, and live as long as they may.

Everything else exists once, in `_async/`, and is converted. Each class here has its twin below it.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import threading
import weakref
from collections.abc import AsyncGenerator, Callable
from typing import Any, Generic, Protocol, TypeVar

from .errors import ClientClosedError

T = TypeVar("T")


async def wait_for_async(future: asyncio.Future[T], timeout: float | None) -> T:
    """The future's result. TimeoutError after `timeout` seconds."""
    async with asyncio.timeout(timeout):
        return await future


def wait_for_sync(future: concurrent.futures.Future[T], timeout: float | None) -> T:
    """The future's result. TimeoutError after `timeout` seconds."""
    return future.result(timeout)


class AsyncWaiter(asyncio.Future[T]):
    """A place in the queue of the running loop."""


class SyncWaiter(concurrent.futures.Future[T]):
    """A place in a queue of threads."""


class AsyncClosable(Protocol):
    @property
    def is_closed(self) -> bool: ...
    async def aclose(self) -> None: ...


class SyncClosable(Protocol):
    @property
    def is_closed(self) -> bool: ...
    def close(self) -> None: ...


A = TypeVar("A", bound=AsyncClosable)
S = TypeVar("S", bound=SyncClosable)


async def _close_at_the_end(resource: AsyncClosable) -> AsyncGenerator[None]:
    """Close `resource` in its loop, at the end of the loop or of this generator.

    `asyncio.run` has its loop shut down all generators; and a loop closes one that is dropped.
    """
    try:
        yield
    finally:
        await resource.aclose()


class PerLoop(Generic[A]):
    """One resource for each event loop that asks, since sockets belong to a loop.

    A resource lives until its loop ends, this object is dropped or closed, or `key` changes.
    """

    def __init__(self) -> None:
        self._made: weakref.WeakKeyDictionary[
            asyncio.AbstractEventLoop, tuple[Any, A, AsyncGenerator[None]]
        ] = weakref.WeakKeyDictionary()
        self._pid = os.getpid()
        self._closed = False
        self._lock = threading.Lock()

    async def get(self, key: Any, make: Callable[[], A]) -> A:
        """The resource of this loop for `key`."""
        if self._pid != os.getpid():  # a fork: the sockets are the parent's
            self.__init__()  # type: ignore[misc]
        if self._closed:
            raise ClientClosedError("the client was closed")
        loop = asyncio.get_running_loop()
        with self._lock:
            kept = self._made.get(loop)
        if kept is not None and kept[0] == key and not kept[1].is_closed:
            return kept[1]
        resource = make()
        guard = _close_at_the_end(resource)
        await anext(guard)
        with self._lock:
            self._made[loop] = (key, resource, guard)
        return resource

    async def aclose(self) -> None:
        """Close this loop's resource, and have the other loops close theirs."""
        self._closed = True
        with self._lock:
            kept = self._made.pop(asyncio.get_running_loop(), None)
            self._made.clear()
        if kept is not None:
            await kept[2].aclose()


class PerProcess(Generic[S]):
    """One resource for all threads of a process; a fork has its own.

    It lives until this object is dropped or closed, the process ends, or `key` changes.
    """

    def __init__(self) -> None:
        self._made: tuple[Any, S, weakref.finalize[Any, Any]] | None = None
        self._pid = os.getpid()
        self._closed = False
        self._lock = threading.Lock()

    def get(self, key: Any, make: Callable[[], S]) -> S:
        """The resource of this process for `key`."""
        if self._pid != os.getpid():  # a fork: the sockets are the parent's
            self.__init__()  # type: ignore[misc]
        if self._closed:
            raise ClientClosedError("the client was closed")
        with self._lock:
            if self._made is not None:
                if self._made[0] == key and not self._made[1].is_closed:
                    return self._made[1]
                self._made[2]()
            resource = make()
            self._made = (key, resource, weakref.finalize(self, resource.close))
            return resource

    def close(self) -> None:
        """Close the resource."""
        self._closed = True
        with self._lock:
            kept, self._made = self._made, None
        if kept is not None:
            kept[2]()
