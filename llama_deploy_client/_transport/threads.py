"""Run slow work in its own thread: a pair, async and blocking.

In the loop's executor, it would wait behind the application's threads, and `asyncio.run` would wait
for it at the end. In the caller's thread, it would block the loop, or exceed the deadline.
"""

from __future__ import annotations

import _thread
import asyncio
import queue
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import httpx

from .deadline import Deadline

T = TypeVar("T")


async def aside_async(work: Callable[[], T], deadline: Deadline) -> T:
    """Return what `work` returns, or raise what it raises.

    Raises:
        httpx.ConnectTimeout: the work took too long. It is not stopped.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T | Exception] = loop.create_future()

    def tell(outcome: T | Exception) -> None:
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(_settle, done, outcome)

    _start(work, tell)
    limit = asyncio.timeout(deadline.remaining())
    try:
        async with limit:
            outcome = await done
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise httpx.ConnectTimeout("timed out") from error
    return _result(outcome)


def aside_sync(work: Callable[[], T], deadline: Deadline) -> T:
    """Return what `work` returns, or raise what it raises.

    Raises:
        httpx.ConnectTimeout: the work took too long. It is not stopped.
    """
    done: queue.SimpleQueue[T | Exception] = queue.SimpleQueue()
    _start(work, done.put)
    try:
        outcome = done.get(timeout=deadline.remaining())
    except queue.Empty:
        raise httpx.ConnectTimeout("timed out") from None
    return _result(outcome)


def _start(work: Callable[[], T], tell: Callable[[T | Exception], None]) -> None:
    def run() -> None:
        try:
            tell(work())
        except Exception as error:
            tell(error)

    # Not a `Thread`: a signal handler that raises while it starts leaves it broken.
    _thread.start_new_thread(run, ())


def _settle(done: asyncio.Future[T | Exception], outcome: T | Exception) -> None:
    if not done.done():
        done.set_result(outcome)


def _result(outcome: T | Exception) -> T:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
