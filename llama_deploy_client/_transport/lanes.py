"""Who gets a connection next: the bookkeeping of a pool. No I/O; safe between threads.

A signal handler may raise between any two lines here: Ctrl-C, or the time limits of Celery and RQ.
So there are no counters that an exception could leave wrong: a lane is in use while an object
refers to it, and one without references makes room for another.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable
from itertools import count
from typing import Generic, Protocol, TypeVar

from .clock import monotonic


class LaneLike(Protocol):
    """The interface of a lane to the queue.

    Attributes:
        stream: whether a stream uses it.
    """

    stream: bool

    def expired(self) -> bool:
        """Whether its connection should be closed rather than reused."""
        ...


L = TypeVar("L", bound=LaneLike)

_LOOK_AGAIN = 0.5
"""Seconds between checks of all idle lanes; otherwise only the oldest are checked."""


class Waiter(Protocol[L]):
    """A caller in the queue."""

    def give(self, lane: L, /) -> None:
        """End the wait."""

    def fail(self, error: Exception, /) -> None:
        """End the wait with an error."""

    def done(self) -> bool:
        """Whether the wait is over."""
        ...

    def take_back(self) -> L | None:
        """Return the lane that was given, if `wait` did not return it."""
        ...


# A type variable's bound cannot contain another variable (the lane).
W = TypeVar("W", bound=Waiter)  # type: ignore[type-arg]


class LaneQueue(Generic[L, W]):
    """Hands out at most `limit` lanes, each to one caller at a time.

    The lane returned last goes out first, so that few connections are in use and stay fresh, and
    the others expire. Waiting callers are served in order.

    A stream holds its lane for a long time, and may end only after a call: the reply that a
    workflow waits for. So streams leave one lane in ten, at least one, to calls; otherwise, such a
    call could never be sent.
    """

    def __init__(self, make_lane: Callable[[], L], limit: int) -> None:
        self._make_lane = make_lane
        self._limit = limit
        self._stream_limit = limit - max(1, limit // 10)
        self._lanes: set[weakref.ref[L]] = set()
        self._dropped: deque[weakref.ref[L]] = deque()
        self._idle: list[L] = []
        self._looked_at = 0.0
        self._returned: deque[L] = deque()
        self._waiting: dict[bool, OrderedDict[W, int]] = {
            stream: OrderedDict() for stream in (False, True)
        }
        self._tickets = count()
        # Only used in `with`: a signal cannot interrupt that, unlike `acquire()` before `try`.
        self._lock = threading.Lock()

    def take(self, *, stream: bool) -> L | None:
        """Return a lane, if one is free."""
        with self._lock:
            lane = self._take(stream)
            self._drop_expired()
        self._settle()
        return lane

    def take_or_wait(self, waiter: W, *, stream: bool) -> None:
        """Give `waiter` a lane, now or when its turn comes. Repeated calls have no effect."""
        with self._lock:
            if not waiter.done() and waiter not in self._waiting[stream]:
                self._waiting[stream][waiter] = next(self._tickets)
            self._serve()
        self._settle()

    def withdraw(self, waiter: W, *, stream: bool) -> None:
        """Leave the queue. A lane given to `waiter` at the last moment goes to the next one."""
        with self._lock:
            self._waiting[stream].pop(waiter, None)
        lane = waiter.take_back()
        if lane is not None:
            self._returned.append(lane)
        self._settle()

    def give_back(self, lane: L) -> None:
        """Return `lane`, and pass it on.

        This never waits for a lock held by its own thread: the garbage collector closes abandoned
        streams, and may call this in the middle of any other method.
        """
        self._returned.append(lane)
        self._settle()

    def close(self, reason: Exception) -> list[L]:
        """Fail all waiters, and return the idle lanes, to be closed."""
        with self._lock:
            for queue in self._waiting.values():
                while queue:
                    waiter, _ = queue.popitem(last=False)
                    if not waiter.done():
                        waiter.fail(reason)
            idle, self._idle = self._idle, []
        self._settle()
        return idle

    def _settle(self) -> None:
        """Pass on returned lanes. The lock's holder does it for others too, after releasing it."""
        while self._returned and not self._lock.locked():
            with self._lock:
                while self._returned:
                    lane = self._returned.popleft()
                    lane.stream = False
                    self._idle.append(lane)
                    self._serve()
                self._drop_expired()

    def _drop_expired(self) -> None:
        """Drop expired idle lanes, and with them their connections."""
        while self._idle and self._idle[0].expired():
            self._drop(self._idle[0])
        now = monotonic()
        if now - self._looked_at > _LOOK_AGAIN:  # a server may have closed younger ones
            self._looked_at = now
            for lane in [lane for lane in self._idle if lane.expired()]:
                self._drop(lane)

    def _drop(self, lane: L) -> None:
        self._lanes.discard(weakref.ref(lane))
        self._idle.remove(lane)

    def _serve(self) -> None:
        """Give lanes to waiters, while there are any."""
        while (first := self._next_waiter()) is not None:
            waiter, stream = first
            lane = self._take(stream)
            if lane is None:
                return
            del self._waiting[stream][waiter]
            waiter.give(lane)

    def _take(self, stream: bool) -> L | None:
        if stream and self._streams() >= self._stream_limit:
            return None
        if self._idle:
            lane = self._idle.pop()
        elif self._has_room():
            lane = self._make_lane()
            # Not a Python function, which a signal handler's exception could interrupt.
            self._lanes.add(weakref.ref(lane, self._dropped.append))
        else:
            return None
        lane.stream = stream
        return lane

    def _has_room(self) -> bool:
        while self._dropped:
            self._lanes.discard(self._dropped[0])
            self._dropped.popleft()
        return len(self._lanes) < self._limit

    def _streams(self) -> int:
        lanes = (lane() for lane in self._lanes)
        return sum(lane is not None and lane.stream for lane in lanes)

    def _next_waiter(self) -> tuple[W, bool] | None:
        """Return the first waiter that may have a lane, and whether it is for a stream."""
        longest: tuple[W, bool] | None = None
        least = None
        for stream, queue in self._waiting.items():
            # A waiter may be cancelled before its owner has withdrawn it.
            while queue and next(iter(queue)).done():
                queue.popitem(last=False)
            if not queue or (stream and self._streams() >= self._stream_limit):
                continue
            waiter, ticket = next(iter(queue.items()))
            if least is None or ticket < least:
                longest, least = (waiter, stream), ticket
        return longest
