"""What the two colours do in ways of their own: wait for a turn, and live as long as they may.

Everything else exists once, in `_async/`, and is converted. Each class here has its twin below it.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import threading
import weakref
from collections.abc import Callable
from typing import Any, Generic, TypeVar

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


class PerLoop(Generic[T]):
    """One resource for each event loop that asks, since a connection belongs to a loop.

    A resource is dropped with its loop, with this object, or when `key` changes; its sockets close
    as they are dropped.
    """

    def __init__(self) -> None:
        self._made: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[Any, T]]
        self._made = weakref.WeakKeyDictionary()
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._closed = False

    def __deepcopy__(self, memo: Any) -> PerLoop[T]:
        return PerLoop()  # connections cannot be copied

    def get(self, key: Any, make: Callable[[], T]) -> T:
        """The resource of the running loop for `key`."""
        if self._closed:
            raise ClientClosedError("the client was closed")
        if self._pid != os.getpid():  # a fork: the sockets are the parent's
            self.__init__()  # type: ignore[misc]
        loop = asyncio.get_running_loop()
        with self._lock:
            kept = self._made.get(loop)
            if kept is None or kept[0] != key:
                for ended in [loop for loop in self._made if loop.is_closed()]:
                    del self._made[ended]
                kept = self._made[loop] = (key, make())
            return kept[1]

    def close(self) -> list[T]:
        """Give no more. All resources, for those that can to be closed."""
        self._closed = True
        with self._lock:
            made = [resource for _, resource in self._made.values()]
            self._made.clear()
        return made


class PerProcess(Generic[T]):
    """One resource for all threads of a process; a fork has its own."""

    def __init__(self) -> None:
        self._made: tuple[Any, T] | None = None
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._closed = False

    def __deepcopy__(self, memo: Any) -> PerProcess[T]:
        return PerProcess()  # connections cannot be copied

    def get(self, key: Any, make: Callable[[], T]) -> T:
        """The resource of this process for `key`."""
        if self._closed:
            raise ClientClosedError("the client was closed")
        if self._pid != os.getpid():  # a fork: the sockets are the parent's
            self.__init__()  # type: ignore[misc]
        with self._lock:
            if self._made is None or self._made[0] != key:
                self._made = (key, make())
            return self._made[1]

    def close(self) -> list[T]:
        """Give no more. All resources, to be closed."""
        self._closed = True
        with self._lock:
            made = [] if self._made is None else [self._made[1]]
            self._made = None
        return made
