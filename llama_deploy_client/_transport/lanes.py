"""Who gets a connection next: the bookkeeping of a pool. No I/O; safe between threads.

A signal handler may raise between any two lines here, as Ctrl-C does, and the time limits of
Celery and RQ. So nothing is counted that an exception could leave wrong: a lane is in use while
somebody holds it, and one that nobody holds any more makes room for another.
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
    """What the queue knows of a lane.

    Attributes:
        stream: whether a stream has it.
    """

    stream: bool

    def expired(self) -> bool:
        """Whether its connection is no longer worth keeping."""
        ...


L = TypeVar("L", bound=LaneLike)

_LOOK_AGAIN = 0.5
"""Seconds after which all idle lanes are looked at, and not only the oldest ones."""


class Waiter(Protocol[L]):
    """A caller in the queue."""

    def give(self, lane: L, /) -> None:
        """End the wait."""

    def fail(self, error: Exception, /) -> None:
        """End the wait with an error."""

    def done(self) -> bool:
        """Whether the wait is over."""
        ...

    def left(self) -> L | None:
        """The lane that was given and that nobody took."""
        ...


# A bound cannot name another variable, which would be the lane that is waited for.
W = TypeVar("W", bound=Waiter)  # type: ignore[type-arg]


class LaneQueue(Generic[L, W]):
    """Hands out at most `limit` lanes, each to one caller at a time.

    The lane that came back last goes out first: few connections are in use, those are fresh, and
    the others grow old and are closed. Callers that have to wait are served in their order.

    A stream holds its lane for long, and what ends it may be a call: the answer that a workflow
    waits for. So streams leave one lane in ten, at least one, to calls; were they given all, the
    call that they wait for would wait for them.
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
        # Taken by `with` alone, which no exception can come into, unlike `acquire()` and `try`.
        self._lock = threading.Lock()

    def take(self, *, stream: bool) -> L | None:
        """A lane, if one is free."""
        with self._lock:
            lane = self._take(stream)
            self._drop_expired()
        self._settle()
        return lane

    def take_or_wait(self, waiter: W, *, stream: bool) -> None:
        """Give `waiter` a lane: now or when its turn comes. Asking again changes nothing."""
        with self._lock:
            if not waiter.done() and waiter not in self._waiting[stream]:
                self._waiting[stream][waiter] = next(self._tickets)
            self._serve()
        self._settle()

    def withdraw(self, waiter: W, *, stream: bool) -> None:
        """Leave the queue. A lane that `waiter` was given at the last moment goes on."""
        with self._lock:
            self._waiting[stream].pop(waiter, None)
        lane = waiter.left()
        if lane is not None:
            self._returned.append(lane)
        self._settle()

    def give_back(self, lane: L) -> None:
        """Pass `lane` on.

        This never waits for a lock that its own thread has. The garbage collector ends streams that
        were left, so it may come here in the middle of anything else here.
        """
        self._returned.append(lane)
        self._settle()

    def close(self, reason: Exception) -> list[L]:
        """Fail all who wait. The idle lanes, to be closed."""
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
        """Pass on what was given back. Who has the lock does it for others, after releasing it."""
        while self._returned and not self._lock.locked():
            with self._lock:
                while self._returned:
                    lane = self._returned.popleft()
                    lane.stream = False
                    self._idle.append(lane)
                    self._serve()
                self._drop_expired()

    def _drop_expired(self) -> None:
        """Drop the idle lanes whose time is over, and with them their connections."""
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
        """Give lanes to those who wait, as long as there are any for them."""
        while (found := self._next_waiter()) is not None:
            waiter, stream = found
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
            # Not a function in Python, which a signal handler's exception could end.
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
        """Who has waited longest among those who may have a lane; and if it is for a stream."""
        longest: tuple[W, bool] | None = None
        least = None
        for stream, queue in self._waiting.items():
            # A waiter may be cancelled and its owner not yet have run to withdraw it.
            while queue and next(iter(queue)).done():
                queue.popitem(last=False)
            if not queue or (stream and self._streams() >= self._stream_limit):
                continue
            waiter, ticket = next(iter(queue.items()))
            if least is None or ticket < least:
                longest, least = (waiter, stream), ticket
        return longest
