"""Working at several things at once: tasks on a loop, and threads."""

from __future__ import annotations

import _thread
import asyncio
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextvars import ContextVar
from typing import TypeVar

import pytest

from llama_deploy_client._concurrency import (
    as_finished_async,
    as_finished_sync,
    read_async,
    read_sync,
)

T = TypeVar("T")
LIMIT = 3
WAIT = 60.0
"""Seconds that a test waits for what has to happen."""

trace: ContextVar[str] = ContextVar("trace")


async def inputs_async(*items: T) -> AsyncGenerator[T, None]:
    for item in items:
        yield item


def inputs_sync(*items: T) -> Generator[T, None, None]:
    yield from items


def wait_for_the_end_of_threads(before: int) -> None:
    """Wait until there are as few threads as before; `threading` does not know all of them."""
    while _thread._count() > before:
        time.sleep(0.01)


def other_tasks() -> int:
    """How many tasks the loop has beside the test's own."""
    return len(asyncio.all_tasks()) - 1


async def test_a_loop_runs_as_many_at_once_as_allowed() -> None:
    running, most = 0, 0
    full = asyncio.Event()

    async def work(item: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == LIMIT:
            full.set()
        await full.wait()
        await asyncio.sleep(0)  # one too many would start now
        running -= 1
        return item

    finished = as_finished_async(work, inputs_async(*range(20)), LIMIT)
    async with asyncio.timeout(WAIT):
        assert sorted([item async for item in finished]) == list(range(20))
    assert most == LIMIT
    assert not other_tasks()


async def test_finished_work_comes_at_once_and_does_not_wait_for_the_next_input() -> None:
    gates = [asyncio.Event() for _ in range(2)]
    more = asyncio.Event()

    async def inputs() -> AsyncGenerator[int, None]:
        yield 0
        yield 1
        await more.wait()

    async def work(item: int) -> int:
        await gates[item].wait()
        return item

    finished = as_finished_async(work, inputs(), LIMIT)
    for item in (1, 0):
        gates[item].set()
        assert await asyncio.wait_for(anext(finished), WAIT) == item
    more.set()
    assert [item async for item in finished] == []


async def test_closing_cancels_the_running_tasks_and_closes_the_inputs() -> None:
    closed, started, cancelled = [], [], []

    async def inputs() -> AsyncGenerator[int, None]:
        try:
            for item in range(10):
                yield item
        finally:
            closed.append(True)

    async def work(item: int) -> int:
        started.append(item)
        if item:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.append(item)
                raise
        return item

    finished = as_finished_async(work, inputs(), LIMIT)
    assert await anext(finished) == 0
    while len(started) < LIMIT + 1:
        await asyncio.sleep(0)
    await finished.aclose()
    assert sorted(cancelled) == [1, 2, 3]
    assert closed == [True]
    assert not other_tasks()


async def test_leaving_the_loop_early_cancels_the_rest_on_collection() -> None:
    async def work(item: int) -> int:
        if item:
            await asyncio.Event().wait()
        return item

    async for item in as_finished_async(work, inputs_async(*range(10)), LIMIT):
        assert item == 0
        break
    async with asyncio.timeout(WAIT):
        while other_tasks():
            await asyncio.sleep(0)


async def test_cancelling_the_reader_cancels_all() -> None:
    running = asyncio.Event()

    async def work(item: int) -> None:
        running.set()
        await asyncio.Event().wait()

    finished = as_finished_async(work, inputs_async(1, 2), LIMIT)
    reader = asyncio.ensure_future(anext(finished))
    await running.wait()
    reader.cancel()
    await asyncio.wait([reader])
    assert reader.cancelled()
    assert not other_tasks()


async def test_an_error_of_the_work_is_raised_and_cancels_the_rest() -> None:
    async def work(item: int) -> None:
        if item == 1:
            raise OSError("no space left")
        await asyncio.Event().wait()

    with pytest.raises(OSError, match="no space left"):
        await anext(as_finished_async(work, inputs_async(*range(10)), LIMIT))
    assert not other_tasks()


async def test_inputs_can_be_any_iterable() -> None:
    class Numbers:
        """An async iterable that is not a generator."""

        def __aiter__(self) -> AsyncIterator[int]:
            return inputs_async(1, 2)

    assert [item async for item in read_async(Numbers())] == [1, 2]
    assert [item async for item in read_async([1, 2])] == [1, 2]
    assert list(read_sync(range(3))) == [0, 1, 2]


# The second is more than a pool of threads has by default.
@pytest.mark.parametrize("limit", [LIMIT, 33])
def test_as_many_threads_run_at_once_as_allowed(limit: int) -> None:
    full = threading.Barrier(limit, timeout=WAIT)
    running: set[int] = set()
    finished: list[int] = []

    def inputs() -> Generator[int, None, None]:
        for item in range(4 * limit):
            assert item - len(finished) < limit  # one is read when a thread is free
            yield item

    def work(item: int) -> int:
        running.add(item)
        full.wait()  # passes only if so many are running
        assert len(running) <= limit
        full.wait()
        running.discard(item)
        return item

    for item in as_finished_sync(work, inputs(), limit):
        finished.append(item)
    assert sorted(finished) == list(range(4 * limit))


def test_threads_work_in_the_context_of_the_caller_who_reads_the_inputs() -> None:
    def inputs() -> Generator[int, None, None]:
        for _ in range(10):
            yield threading.get_ident()

    trace.set("mine")
    finished = as_finished_sync(lambda reader: (reader, trace.get()), inputs(), LIMIT)
    assert set(finished) == {(threading.get_ident(), "mine")}


def test_closing_waits_for_the_running_threads_and_ends_them() -> None:
    before = _thread._count()
    all_started, gate = threading.Barrier(LIMIT, timeout=WAIT), threading.Event()
    ended: list[int] = []
    closed: list[bool] = []

    def inputs() -> Generator[int, None, None]:
        try:
            yield from range(10)
        finally:
            closed.append(True)

    def work(item: int) -> int:
        all_started.wait()
        if item:
            assert gate.wait(WAIT)
            time.sleep(0.01)  # which `close` does not outrun
        ended.append(item)
        return item

    finished = as_finished_sync(work, inputs(), LIMIT)
    assert next(finished) == 0
    gate.set()
    finished.close()
    assert sorted(ended) == [0, 1, 2]
    assert closed == [True]
    wait_for_the_end_of_threads(before)


def test_an_error_in_a_thread_is_raised_after_the_running_work() -> None:
    ended: list[int] = []
    failed = threading.Event()

    def work(item: int) -> None:
        if item == 1:
            failed.set()
            raise OSError("no space left")
        assert failed.wait(WAIT)
        ended.append(item)

    before = _thread._count()
    with pytest.raises(OSError, match="no space left"):
        list(as_finished_sync(work, inputs_sync(*range(2)), LIMIT))
    assert ended == [0]
    wait_for_the_end_of_threads(before)
