"""Work that takes long, in a thread of its own: a pair, async and blocking.

In the loop's own executor it would wait behind the application's threads, and `asyncio.run` would
wait for it at the end. In the caller's thread it would stall the loop, or keep no deadline.
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
    """What `work` returns, or raises.

    Raises:
        httpx.ConnectTimeout: it was not done in time. It is not stopped.
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
    """What `work` returns, or raises.

    Raises:
        httpx.ConnectTimeout: it was not done in time. It is not stopped.
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

    # Not a `Thread`: a signal handler that raises in the midst of starting one breaks it.
    _thread.start_new_thread(run, ())


def _settle(done: asyncio.Future[T | Exception], outcome: T | Exception) -> None:
    if not done.done():
        done.set_result(outcome)


def _result(outcome: T | Exception) -> T:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
