"""What a client shares: one pool for each loop, and one for the threads of a process."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator

import pytest

from llama_deploy_client import ClientClosedError
from llama_deploy_client._concurrency import PerLoop, PerProcess, check_async, check_sync
from llama_deploy_client._transport import waiting
from llama_deploy_client._transport.contract import TransportClosedError
from llama_deploy_client._transport.waiting import AsyncWaiter, SyncWaiter


class Resource:
    """Stands for a pool."""


each_kind = pytest.mark.parametrize("kind", [PerLoop, PerProcess])
Kind = type[PerLoop[Resource]] | type[PerProcess[Resource]]


@each_kind
async def test_a_resource_is_created_once_for_its_key_and_again_in_a_fork(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = kind()
    first = shared.get(1, Resource)
    assert shared.get(1, Resource) is first
    assert shared.get(2, Resource) is not first
    again = shared.get(1, Resource)
    assert again is not first
    monkeypatch.setattr("os.getpid", lambda: -1)
    assert shared.get(1, Resource) is not again
    assert shared.get(1, Resource) is shared.get(1, Resource)


@each_kind
async def test_closing_returns_the_resources_and_refuses_more(kind: Kind) -> None:
    shared, unused = kind(), kind()
    resource = shared.get(1, Resource)
    assert (shared.close(), unused.close()) == ([resource], [])
    assert shared.close() == []
    for closed in (shared, unused):
        with pytest.raises(ClientClosedError, match="the client was closed"):
            closed.get(1, Resource)


def test_each_loop_has_its_own_resource_until_it_is_closed() -> None:
    shared = PerLoop[Resource]()

    async def get() -> weakref.ref[Resource]:
        return weakref.ref(shared.get(1, Resource))

    first, second, third = loops = [asyncio.new_event_loop() for _ in range(3)]
    try:
        resources = [loop.run_until_complete(get()) for loop in (first, second)]
        assert resources[0]() is not resources[1]()
        assert first.run_until_complete(get())() is resources[0]()
        second.close()
        third.run_until_complete(get())
        assert resources[0]() is not None
        assert resources[1]() is None
    finally:
        for loop in loops:
            loop.close()


def check() -> None:
    """Stands for a look at the queue."""


@pytest.mark.parametrize("timeout", [None, 5])
async def test_a_waiter_returns_its_turn_or_none_after_the_timeout(timeout: float | None) -> None:
    assert await AsyncWaiter[int]().wait(0.01, check) is None
    assert SyncWaiter[int]().wait(0.01, check) is None
    turn, turn_of_threads = AsyncWaiter[int](), SyncWaiter[int]()
    turn.give(1)
    turn_of_threads.give(2)
    assert await turn.wait(timeout, check) == 1
    assert turn_of_threads.wait(timeout, check) == 2


def test_a_waiting_thread_checks_the_queue_from_time_to_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting, "_ASK_AGAIN", 0.001)
    turn = SyncWaiter[int]()
    assert turn.wait(None, lambda: turn.give(1)) == 1


def test_failing_a_waiter_of_a_closed_loop_does_nothing() -> None:
    loop = asyncio.new_event_loop()
    turn = AsyncWaiter[int](loop=loop)
    loop.close()
    turn.fail(TransportClosedError())
    assert not turn.done()


async def test_inputs_of_the_other_side_are_refused_with_advice() -> None:
    async def tasks() -> AsyncIterator[str]:
        yield "{}"

    check_async(tasks())
    with pytest.raises(TypeError, match=r"async iterable \(async_generator\): give it a plain one"):
        check_sync(tasks())

    async def load() -> list[str]:
        return []

    for check_inputs in (check_async, check_sync):
        coroutine = load()
        with pytest.raises(TypeError, match="got coroutine: await it first"):
            check_inputs(coroutine)
        coroutine.close()
