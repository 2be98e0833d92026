"""Working at several things at once: tasks on a loop, and threads."""

from __future__ import annotations

import asyncio
import threading
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
WAIT = 10.0
"""Seconds that a test waits for what has to happen."""

trace: ContextVar[str] = ContextVar("trace")

SHORT = 0.2
"""Seconds after which a test stops waiting for what must not happen."""


async def inputs_async(*items: T) -> AsyncGenerator[T, None]:
    for item in items:
        yield item


def inputs_sync(*items: T) -> Generator[T, None, None]:
    yield from items


def tasks_left() -> int:
    """How many tasks the loop has beside the test's own."""
    return len(asyncio.all_tasks()) - 1


async def test_a_loop_is_at_as_many_as_it_may() -> None:
    at_work, most = 0, 0
    full = asyncio.Event()

    async def work(item: int) -> int:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        if at_work == LIMIT:
            full.set()
        await full.wait()
        await asyncio.sleep(0)  # one too many would start now
        at_work -= 1
        return item

    finished = as_finished_async(work, inputs_async(*range(20)), LIMIT)
    async with asyncio.timeout(WAIT):
        assert sorted([item async for item in finished]) == list(range(20))
    assert most == LIMIT
    assert not tasks_left()


async def test_what_is_finished_first_comes_first_and_need_not_wait_for_an_input() -> None:
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


async def test_closing_cancels_what_a_loop_is_at_and_closes_the_inputs() -> None:
    closed, begun, cancelled = [], [], []

    async def inputs() -> AsyncGenerator[int, None]:
        try:
            for item in range(10):
                yield item
        finally:
            closed.append(True)

    async def work(item: int) -> int:
        begun.append(item)
        if item:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.append(item)
                raise
        return item

    finished = as_finished_async(work, inputs(), LIMIT)
    assert await anext(finished) == 0
    while len(begun) < LIMIT + 1:
        await asyncio.sleep(0)
    await finished.aclose()
    assert sorted(cancelled) == [1, 2, 3]
    assert closed == [True]
    assert not tasks_left()


async def test_a_loop_that_is_left_by_break_is_cleared_when_it_is_collected() -> None:
    async def work(item: int) -> int:
        if item:
            await asyncio.Event().wait()
        return item

    async for item in as_finished_async(work, inputs_async(*range(10)), LIMIT):
        assert item == 0
        break
    async with asyncio.timeout(WAIT):
        while tasks_left():
            await asyncio.sleep(0)


async def test_cancelling_the_waiting_task_cancels_all() -> None:
    at_work = asyncio.Event()

    async def work(item: int) -> None:
        at_work.set()
        await asyncio.Event().wait()

    async def consume() -> None:
        async for _ in as_finished_async(work, inputs_async(1, 2), LIMIT):
            raise AssertionError("nothing is ever finished")

    consumer = asyncio.create_task(consume())
    await at_work.wait()
    consumer.cancel()
    await asyncio.wait([consumer])
    assert consumer.cancelled()
    assert not tasks_left()


async def test_what_fails_at_work_is_raised_and_cancels_the_rest() -> None:
    async def work(item: int) -> None:
        if item == 1:
            raise OSError("no space left")
        await asyncio.Event().wait()

    with pytest.raises(OSError, match="no space left"):
        await anext(as_finished_async(work, inputs_async(*range(10)), LIMIT))
    assert not tasks_left()


@pytest.mark.parametrize("asynchronous", [True, False])
async def test_a_loop_reads_both_kinds_of_iterables(asynchronous: bool) -> None:
    class Numbers:
        """An async iterable that is not a generator."""

        def __aiter__(self) -> AsyncIterator[int]:
            return inputs_async(1, 2)

    assert [item async for item in read_async(Numbers() if asynchronous else [1, 2])] == [1, 2]


def test_a_thread_reads_an_iterable() -> None:
    assert list(read_sync(range(3))) == [0, 1, 2]


# The second is more than a pool of threads has of itself.
@pytest.mark.parametrize("limit", [LIMIT, 33])
def test_threads_are_at_as_many_as_they_may(limit: int) -> None:
    full = threading.Barrier(limit, timeout=WAIT)
    at_work: set[int] = set()

    def work(item: int) -> int:
        at_work.add(item)
        full.wait()  # passes only if so many are at work
        assert len(at_work) <= limit
        full.wait()
        at_work.discard(item)
        return item

    items = range(4 * limit)
    assert sorted(as_finished_sync(work, inputs_sync(*items), limit)) == list(items)


def test_threads_have_no_input_read_that_none_can_take_up() -> None:
    read_on, gate = threading.Event(), threading.Event()

    def inputs() -> Generator[int, None, None]:
        for item in range(2 * LIMIT):
            if item == LIMIT:
                read_on.set()
            yield item

    def work(item: int) -> int:
        if item == LIMIT - 1:
            assert not read_on.wait(SHORT)  # all threads are at work, and wait for this one
            gate.set()
        assert gate.wait(WAIT)
        return item

    finished = as_finished_sync(work, inputs(), LIMIT)
    assert sorted(finished) == list(range(2 * LIMIT))


def test_threads_work_in_the_context_of_the_caller() -> None:
    trace.set("mine")
    assert list(as_finished_sync(lambda _: trace.get(), inputs_sync(1, 2), LIMIT)) == ["mine"] * 2


def test_what_inputs_raise_comes_after_what_threads_were_at() -> None:
    def inputs() -> Generator[int, None, None]:
        yield from range(2)
        raise OSError("the inputs broke")

    ended: list[int] = []
    with pytest.raises(OSError, match="the inputs broke"):
        ended.extend(as_finished_sync(lambda item: item, inputs(), LIMIT))
    assert sorted(ended) == [0, 1]


def test_inputs_are_read_in_the_thread_of_the_caller() -> None:
    def inputs() -> Generator[int, None, None]:
        for _ in range(10):
            yield threading.get_ident()

    readers = set(as_finished_sync(lambda reader: reader, inputs(), LIMIT))
    assert readers == {threading.get_ident()}


def test_closing_waits_for_what_threads_are_at_and_leaves_none() -> None:
    before = threading.active_count()
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
        ended.append(item)
        return item

    finished = as_finished_sync(work, inputs(), LIMIT)
    assert next(finished) == 0
    closer = threading.Thread(target=finished.close)
    closer.start()
    closer.join(SHORT)
    assert closer.is_alive()
    gate.set()
    closer.join(WAIT)
    assert sorted(ended) == [0, 1, 2]
    assert closed == [True]
    assert threading.active_count() == before


def test_what_fails_in_a_thread_is_raised_when_the_rest_is_done() -> None:
    ended: list[int] = []
    failed = threading.Event()

    def work(item: int) -> None:
        if item == 1:
            failed.set()
            raise OSError("no space left")
        assert failed.wait(WAIT)
        ended.append(item)

    before = threading.active_count()
    with pytest.raises(OSError, match="no space left"):
        list(as_finished_sync(work, inputs_sync(*range(2)), LIMIT))
    assert ended == [0]
    assert threading.active_count() == before
