"""Lanes: who gets a connection next."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llama_deploy_client._transport.lanes import LaneQueue
from llama_deploy_client._transport.waiting import AsyncWaiter, SyncWaiter

IN_USE: list[Lane] = []
"""All lanes, as if callers had them: the queue forgets a lane that nobody refers to."""


class Lane:
    def __init__(self) -> None:
        self.is_old = False
        self.stream = False
        IN_USE.append(self)

    def expired(self) -> bool:
        return self.is_old


class Turn(SyncWaiter[Lane]):
    """A waiter that remembers its lane."""

    def __init__(self) -> None:
        super().__init__()
        self.lane: Lane | None = None

    def give(self, lane: Lane, /) -> None:
        self.lane = lane
        super().give(lane)

    def result(self) -> Lane:
        lane = self.wait(0, lambda: None)
        assert lane is not None
        return lane


Queue = LaneQueue[Lane, Turn]


def take(queue: Queue, *, stream: bool = False) -> Lane:
    lane = queue.take(stream=stream)
    assert lane is not None
    return lane


def give_back(queue: Queue, lanes: list[Lane]) -> None:
    for lane in lanes:
        queue.give_back(lane)


def expire(lanes: list[Lane]) -> None:
    for lane in lanes:
        lane.is_old = True


def busy(limit: int = 2) -> tuple[Queue, list[Lane]]:
    """A queue whose lanes are all used by calls, and the lanes."""
    queue = Queue(Lane, limit)
    return queue, [take(queue) for _ in range(limit)]


def wait(queue: Queue, *, stream: bool = False) -> Turn:
    turn = Turn()
    queue.take_or_wait(turn, stream=stream)
    return turn


def test_there_are_as_many_lanes_as_allowed_and_the_last_one_back_goes_out_first() -> None:
    queue, lanes = busy(3)
    assert len(set(lanes)) == 3
    assert queue.take(stream=False) is None
    for lane in lanes:
        queue.give_back(lane)
    assert [take(queue) for _ in range(3)] == lanes[::-1]


def test_waiters_are_served_in_their_order_and_before_later_calls() -> None:
    queue, lanes = busy()
    turns = [wait(queue) for _ in range(4)]
    for turn in turns:
        queue.take_or_wait(turn, stream=False)  # asking twice changes nothing
        queue.give_back(lanes.pop())
        queue.take_or_wait(turn, stream=False)
        assert queue.take(stream=False) is None
        assert [each for each in turns if each.done()] == [turn]
        lanes.append(turn.result())


@pytest.mark.parametrize(("limit", "streams"), [(2, 1), (10, 9), (15, 14), (30, 27), (100, 90)])
def test_streams_leave_one_lane_in_ten_to_calls(limit: int, streams: int) -> None:
    queue = Queue(Lane, limit)
    for _ in range(streams):
        take(queue, stream=True)
    assert queue.take(stream=True) is None
    for _ in range(limit - streams):
        take(queue)
    assert queue.take(stream=False) is None


@pytest.mark.parametrize("waited", [False, True])
def test_a_stream_that_ended_or_waited_counts_once(waited: bool) -> None:
    queue = Queue(Lane, 5)
    if waited:
        queue, lanes = busy(5)
        wait(queue, stream=True)
        for lane in lanes:
            queue.give_back(lane)
    else:
        queue.give_back(take(queue, stream=True))
        take(queue, stream=True)
    for _ in range(3):
        take(queue, stream=True)
    assert queue.take(stream=True) is None


def test_a_call_overtakes_only_streams_that_cannot_have_the_lane() -> None:
    queue = Queue(Lane, 2)
    reading, calling = take(queue, stream=True), take(queue)
    stream, call, later = wait(queue, stream=True), wait(queue), wait(queue)
    queue.give_back(calling)
    assert call.result() is calling
    queue.give_back(reading)
    assert stream.result() is reading
    assert not later.done()


async def test_a_waiter_that_was_cancelled_is_passed_over() -> None:
    queue: LaneQueue[Lane, AsyncWaiter[Lane]] = LaneQueue(Lane, 2)
    lane, _ = queue.take(stream=False), queue.take(stream=False)
    assert lane is not None
    gone, here = AsyncWaiter[Lane](), AsyncWaiter[Lane]()
    for waiter in (gone, here):
        queue.take_or_wait(waiter, stream=False)
    gone.cancel()
    queue.give_back(lane)
    queue.withdraw(gone, stream=False)
    assert here.result() is lane


def test_the_oldest_idle_lane_is_dropped_when_it_expires() -> None:
    queue, [old, young] = busy()
    queue.give_back(old)
    old.is_old = True
    queue.give_back(young)
    assert take(queue) is young
    assert take(queue) not in (old, young)  # its place is free for a new one
    assert queue.take(stream=False) is None


@pytest.mark.parametrize("by_a_call", [False, True])
def test_expired_lanes_are_dropped_together_and_before_a_call(by_a_call: bool) -> None:
    queue, lanes = busy(3)
    last = lanes.pop()
    give_back(queue, lanes)
    if by_a_call:
        queue.give_back(last)
    expire(lanes)
    dropped = [weakref.ref(lane) for lane in lanes]
    lanes.clear()
    IN_USE.clear()
    if by_a_call:
        assert take(queue) is last
    else:
        queue.give_back(last)
    assert [lane() for lane in dropped] == [None, None]
    assert by_a_call or take(queue) is last


@pytest.mark.parametrize("stream", [False, True])
def test_a_lane_without_references_makes_room_for_a_new_one(stream: bool) -> None:
    queue = Queue(Lane, 2)
    IN_USE.clear()
    for _ in range(10):  # as exceptions leave them: neither given back nor closed
        take(queue, stream=stream)
        take(queue)
        assert queue.take(stream=False) is None
        IN_USE.clear()
    take(queue), take(queue)
    turn = wait(queue)
    IN_USE.clear()
    queue.take_or_wait(turn, stream=False)  # as a waiting thread does now and then
    assert turn.done()


class Collector:
    """Gives a lane back in the middle of something, as the garbage collector ends streams."""

    def __init__(self, *, limit: int) -> None:
        self.queue = Queue(self.make_lane, limit)
        self.abandoned: list[Lane] = []

    def make_lane(self) -> Lane:
        self.interrupt()
        return InterruptedLane(self)

    def interrupt(self) -> None:
        if self.abandoned:
            self.queue.give_back(self.abandoned.pop())


class InterruptedLane(Lane):
    def __init__(self, collector: Collector) -> None:
        super().__init__()
        self.collector = collector

    def expired(self) -> bool:
        self.collector.interrupt()
        return super().expired()


class InterruptedTurn(Turn):
    def __init__(self, collector: Collector) -> None:
        super().__init__()
        self.collector = collector

    def __hash__(self) -> int:
        self.collector.interrupt()
        return id(self)

    def done(self) -> bool:
        self.collector.interrupt()
        return super().done()


OPERATIONS: dict[str, Callable[[Queue, InterruptedTurn], object]] = {
    "take": lambda queue, _: queue.take(stream=False),
    "take_or_wait": lambda queue, _: queue.take_or_wait(Turn(), stream=False),
    "withdraw": lambda queue, turn: queue.withdraw(turn, stream=True),
    "close": lambda queue, _: queue.close(OSError("closed")),
    "give_back": lambda queue, _: queue.give_back(Lane()),
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_lane_given_back_in_the_middle_of_an_operation_is_passed_on(operation: str) -> None:
    collector = Collector(limit=3)
    queue, turn = collector.queue, InterruptedTurn(collector)
    lane, _ = take(queue, stream=True), take(queue, stream=True)
    queue.take_or_wait(turn, stream=True)
    collector.abandoned.append(lane)
    # In a thread, because one that waits for its own lock waits for ever.
    thread = threading.Thread(target=OPERATIONS[operation], args=[queue, turn], daemon=True)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()
    assert not collector.abandoned
    if operation in ("withdraw", "close"):
        assert take(queue, stream=True) is lane
    else:
        assert turn.result() is lane


def test_closing_fails_all_waiters_and_returns_the_idle_lanes() -> None:
    queue = Queue(Lane, 2)
    take(queue, stream=True)
    idle = take(queue)
    queue.give_back(idle)
    turn = wait(queue, stream=True)  # the idle lane is reserved for calls
    assert queue.close(RuntimeError("closed")) == [idle]
    with pytest.raises(RuntimeError, match="closed"):
        turn.wait(0, lambda: None)


@given(
    st.integers(2, 12),
    st.lists(st.tuples(st.sampled_from(["take", "give", "quit"]), st.booleans(), st.integers(0))),
)
def test_no_lane_is_ever_lost_or_shared(limit: int, steps: list[tuple[str, bool, int]]) -> None:
    queue = Queue(Lane, limit)
    turns: list[tuple[Turn, bool]] = []
    for action, stream, pick in steps:
        if action == "take" or not turns:
            turns.append((wait(queue, stream=stream), stream))
            continue
        turn, is_stream = turns.pop(pick % len(turns))
        if turn.lane is not None and action == "give":
            queue.give_back(turn.result())
        else:
            queue.withdraw(turn, stream=is_stream)
        served = [turn.lane for turn, _ in turns if turn.lane is not None]
        assert len(served) == len(set(served)) <= limit
        # No call waits while there is a lane.
        calls_wait = any(turn.lane is None for turn, is_stream in turns if not is_stream)
        assert len(served) == limit or not calls_wait
    for turn, is_stream in turns:
        queue.withdraw(turn, stream=is_stream)
    assert len({take(queue) for _ in range(limit)}) == limit
    assert queue.take(stream=False) is None
