"""A caller's place in the queue of a pool: a pair, async and blocking."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

from .deadline import Deadline

T = TypeVar("T")

_ASK_AGAIN = 1.0
"""Seconds after which a waiting thread checks whether its turn was lost."""


class AsyncWaiter(asyncio.Future[T]):
    """A place in the queue of the running loop."""

    def give(self, lane: T, /) -> None:
        self.set_result(lane)

    def fail(self, error: Exception, /) -> None:
        """Fail the wait, from any thread: a client may be closed on another loop."""
        with suppress(RuntimeError):  # nobody waits on a closed loop
            self.get_loop().call_soon_threadsafe(self._fail, error)

    def _fail(self, error: Exception) -> None:
        if not self.done():
            self.set_exception(error)

    def take_back(self) -> T | None:
        outcome = self.done() and not self.cancelled() and self.exception() is None
        return self.result() if outcome else None

    async def wait(self, timeout: float | None, check: Callable[[], None]) -> T | None:
        """Wait for a lane, and return it; None after `timeout` seconds."""
        limit = asyncio.timeout(timeout)
        try:
            async with limit:
                return await self
        except TimeoutError:
            if not limit.expired():
                raise
            return None


class SyncWaiter(Generic[T]):
    """A place in a queue of threads.

    Not a `concurrent.futures.Future`: a signal handler that raises inside one leaves it locked, and
    setting its result would block for ever.
    """

    def __init__(self) -> None:
        self._outcome: queue.SimpleQueue[T | Exception] = queue.SimpleQueue()

    def give(self, lane: T, /) -> None:
        self._outcome.put(lane)

    def fail(self, error: Exception, /) -> None:
        self._outcome.put(error)

    def done(self) -> bool:
        return not self._outcome.empty()

    def take_back(self) -> T | None:
        try:
            outcome = self._outcome.get_nowait()
        except queue.Empty:
            return None
        return None if isinstance(outcome, Exception) else outcome

    def wait(self, timeout: float | None, check: Callable[[], None]) -> T | None:
        """Wait for a lane, and return it; None after `timeout` seconds.

        It checks the queue from time to time: an exception in another thread may have lost a lane,
        or this waiter's place in the queue.
        """
        deadline = Deadline(timeout)
        while True:
            try:
                outcome = self._outcome.get(timeout=deadline.within(_ASK_AGAIN))
            except queue.Empty:
                if deadline.expired():
                    return None
                check()
            else:
                if isinstance(outcome, Exception):
                    raise outcome
                return outcome
