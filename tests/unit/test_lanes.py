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

HELD: list[Lane] = []
"""All lanes, as by callers who have them: one that nobody holds is gone."""


class Lane:
    def __init__(self) -> None:
        self.is_old = False
        self.stream = False
        HELD.append(self)

    def expired(self) -> bool:
        return self.is_old


class Turn(SyncWaiter[Lane]):
    """A waiter that remembers what it was given."""

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


def taken(queue: Queue, *, stream: bool = False) -> Lane:
    lane = queue.take(stream=stream)
    assert lane is not None
    return lane


def waiting(queue: Queue, *, stream: bool = False) -> Turn:
    turn = Turn()
    queue.take_or_wait(turn, stream=stream)
    return turn


def test_no_more_lanes_are_made_than_allowed() -> None:
    queue = Queue(Lane, 3)
    assert len({taken(queue) for _ in range(3)}) == 3
    assert queue.take(stream=False) is None


def test_the_lane_that_came_back_last_goes_out_first() -> None:
    queue = Queue(Lane, 3)
    first, second = taken(queue), taken(queue)
    for lane in (first, second):
        queue.give_back(lane)
    assert taken(queue) is second
    assert taken(queue) is first


def test_those_who_wait_are_served_in_their_order() -> None:
    queue = Queue(Lane, 2)
    lanes = [taken(queue), taken(queue)]
    turns = [waiting(queue) for _ in range(4)]
    served = []
    for _ in range(4):
        queue.give_back(lanes.pop())
        done = [turn for turn in turns if turn.done() and turn not in served]
        assert len(done) == 1
        served += done
        lanes.append(done[0].result())
    assert served == turns


def test_who_comes_later_does_not_overtake_those_who_wait() -> None:
    queue = Queue(Lane, 2)
    lane, _ = taken(queue), taken(queue)
    turn = waiting(queue)
    queue.give_back(lane)
    assert turn.result() is lane
    assert queue.take(stream=False) is None


@pytest.mark.parametrize(("limit", "streams"), [(2, 1), (10, 9), (15, 14), (30, 27), (100, 90)])
def test_streams_leave_one_lane_in_ten_to_calls(limit: int, streams: int) -> None:
    queue = Queue(Lane, limit)
    for _ in range(streams):
        taken(queue, stream=True)
    assert queue.take(stream=True) is None
    for _ in range(limit - streams):
        taken(queue)
    assert queue.take(stream=False) is None


def test_a_stream_that_ends_leaves_its_place_to_one_other() -> None:
    queue = Queue(Lane, 5)
    queue.give_back(taken(queue, stream=True))
    for _ in range(4):
        taken(queue, stream=True)
    assert queue.take(stream=True) is None


def test_a_stream_that_waited_takes_one_place() -> None:
    queue = Queue(Lane, 5)
    lanes = [taken(queue) for _ in range(5)]
    waiting(queue, stream=True)
    for lane in lanes:
        queue.give_back(lane)
    for _ in range(3):
        taken(queue, stream=True)
    assert queue.take(stream=True) is None


def test_a_call_passes_streams_that_may_not_have_the_lane() -> None:
    queue = Queue(Lane, 2)
    reading, calling = taken(queue, stream=True), taken(queue)
    stream, call = waiting(queue, stream=True), waiting(queue)
    queue.give_back(calling)
    assert call.result() is calling
    assert not stream.done()
    queue.give_back(reading)
    assert stream.result() is reading


def test_a_stream_keeps_its_turn_among_calls() -> None:
    queue = Queue(Lane, 2)
    lanes = [taken(queue), taken(queue)]
    stream, call = waiting(queue, stream=True), waiting(queue)
    queue.give_back(lanes[0])
    assert stream.result() is lanes[0]
    assert not call.done()


def test_who_gives_up_leaves_the_queue() -> None:
    queue = Queue(Lane, 2)
    lane, _ = taken(queue), taken(queue)
    gone, here = waiting(queue), waiting(queue)
    queue.withdraw(gone, stream=False)
    queue.give_back(lane)
    assert not gone.done()
    assert here.result() is lane


@pytest.mark.parametrize("stream", [False, True])
def test_a_lane_given_at_the_last_moment_goes_on_to_the_next(stream: bool) -> None:
    queue = Queue(Lane, 2)
    lane, _ = taken(queue), taken(queue)
    gone = waiting(queue, stream=stream)
    queue.give_back(lane)
    here = waiting(queue, stream=stream)
    queue.withdraw(gone, stream=stream)
    assert here.result() is lane


async def test_a_waiter_cancelled_behind_the_queues_back_is_passed_over() -> None:
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


def test_the_lane_that_idled_longest_goes_when_its_time_is_over() -> None:
    queue = Queue(Lane, 2)
    old, young = taken(queue), taken(queue)
    queue.give_back(old)
    old.is_old = True
    queue.give_back(young)
    assert taken(queue) is young
    assert taken(queue) not in (old, young)  # its place is free for a new one
    assert queue.take(stream=False) is None


def test_all_lanes_whose_time_is_over_go_together() -> None:
    queue = Queue(Lane, 3)
    lanes = [taken(queue) for _ in range(3)]
    queue.give_back(lanes[0])
    queue.give_back(lanes[1])
    left = [weakref.ref(lanes[0]), weakref.ref(lanes[1])]
    lanes[0].is_old = lanes[1].is_old = True
    last = lanes[2]
    HELD.clear()
    lanes.clear()
    queue.give_back(last)
    assert [lane() for lane in left] == [None, None]
    assert taken(queue) is last


def test_lanes_whose_time_is_over_are_dropped_before_the_next_call() -> None:
    queue = Queue(Lane, 3)
    old, young = taken(queue), taken(queue)
    queue.give_back(old)
    queue.give_back(young)
    left = weakref.ref(old)
    old.is_old = True
    HELD.clear()
    del old
    assert taken(queue) is young
    assert left() is None


@pytest.mark.parametrize("stream", [False, True])
def test_a_lane_that_nobody_holds_makes_room_for_a_new_one(stream: bool) -> None:
    queue = Queue(Lane, 2)
    HELD.clear()
    for _ in range(10):  # as exceptions leave them: neither given back nor closed
        taken(queue, stream=stream)
        taken(queue)
        assert queue.take(stream=False) is None
        HELD.clear()


def test_who_waits_gets_a_lane_that_was_lost_meanwhile() -> None:
    queue = Queue(Lane, 2)
    HELD.clear()
    taken(queue), taken(queue)
    turn = waiting(queue)
    HELD.clear()
    queue.take_or_wait(turn, stream=False)  # as a thread that waits does now and then
    assert turn.done()


def test_asking_twice_changes_nothing() -> None:
    queue = Queue(Lane, 2)
    lane, _ = taken(queue), taken(queue)
    first, second = waiting(queue), waiting(queue)
    queue.take_or_wait(first, stream=False)
    queue.give_back(lane)
    queue.take_or_wait(first, stream=False)
    assert first.result() is lane
    assert not second.done()


class Collector:
    """Gives a lane back in the middle of something, as the garbage collector ends streams."""

    def __init__(self, *, limit: int) -> None:
        self.queue = Queue(self.make_lane, limit)
        self.left: list[Lane] = []

    def make_lane(self) -> Lane:
        self.interrupt()
        return InterruptedLane(self)

    def interrupt(self) -> None:
        if self.left:
            self.queue.give_back(self.left.pop())


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
def test_a_lane_given_back_in_the_middle_of_anything_goes_on(operation: str) -> None:
    collector = Collector(limit=3)
    queue, turn = collector.queue, InterruptedTurn(collector)
    left, _ = taken(queue, stream=True), taken(queue, stream=True)
    queue.take_or_wait(turn, stream=True)
    collector.left.append(left)
    # In a thread, because who waits for himself waits for ever.
    at_work = threading.Thread(target=OPERATIONS[operation], args=[queue, turn], daemon=True)
    at_work.start()
    at_work.join(5)
    assert not at_work.is_alive()
    assert not collector.left
    if operation in ("withdraw", "close"):
        assert taken(queue, stream=True) is left
    else:
        assert turn.result() is left


def test_closing_fails_all_who_wait_and_hands_out_the_idle() -> None:
    queue = Queue(Lane, 2)
    taken(queue, stream=True)
    idle = taken(queue)
    queue.give_back(idle)
    turn = waiting(queue, stream=True)  # the idle lane is kept for calls
    assert queue.close(RuntimeError("closed")) == [idle]
    with pytest.raises(RuntimeError, match="closed"):
        turn.wait(0, lambda: None)


@given(
    st.integers(2, 12),
    st.lists(st.tuples(st.sampled_from(["take", "give", "quit"]), st.booleans(), st.integers(0))),
)
def test_whatever_happens_lanes_are_neither_lost_nor_shared(
    limit: int, steps: list[tuple[str, bool, int]]
) -> None:
    queue = Queue(Lane, limit)
    turns: list[tuple[Turn, bool]] = []
    for action, stream, pick in steps:
        if action == "take" or not turns:
            turns.append((waiting(queue, stream=stream), stream))
            continue
        turn, is_stream = turns.pop(pick % len(turns))
        if turn.lane is not None and action == "give":
            queue.give_back(turn.result())
        else:
            queue.withdraw(turn, stream=is_stream)
        served = [turn.lane for turn, _ in turns if turn.lane is not None]
        assert len(served) == len(set(served)) <= limit
        # Nobody waits while there is a lane that they may have.
        calls_wait = any(turn.lane is None for turn, is_stream in turns if not is_stream)
        assert len(served) == limit or not calls_wait
    for turn, is_stream in turns:
        queue.withdraw(turn, stream=is_stream)
    assert len({taken(queue) for _ in range(limit)}) == limit
    assert queue.take(stream=False) is None
