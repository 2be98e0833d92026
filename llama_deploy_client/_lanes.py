"""Who gets a connection next: the bookkeeping of a pool. No I/O; safe between threads."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from itertools import count
from typing import Generic, Protocol, TypeVar


class Idle(Protocol):
    """What a lane tells the queue."""

    def expired(self) -> bool:
        """Whether its connection is no longer worth keeping."""
        ...


L = TypeVar("L", bound=Idle)


class Waiter(Protocol[L]):
    """A caller in the queue: an `asyncio.Future` or a `concurrent.futures.Future`."""

    def set_result(self, result: L, /) -> None: ...
    def set_exception(self, exception: BaseException, /) -> None: ...
    def result(self) -> L: ...
    def exception(self) -> BaseException | None: ...
    def done(self) -> bool: ...
    def cancelled(self) -> bool: ...


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
        self._unmade = limit
        self._stream_places = limit - max(1, limit // 10)
        self._idle: list[L] = []
        self._returned: deque[tuple[L, bool]] = deque()
        self._waiting: dict[bool, OrderedDict[W, int]] = {
            stream: OrderedDict() for stream in (False, True)
        }
        self._tickets = count()
        self._lock = threading.Lock()

    def take(self, *, stream: bool) -> L | None:
        """A lane, if one is free."""
        with self._lock:
            lane = self._take(stream)
        self._settle()
        return lane

    def take_or_wait(self, waiter: W, *, stream: bool) -> None:
        """Give `waiter` a lane: now or when its turn comes."""
        with self._lock:
            lane = self._take(stream)
            if lane is None:
                self._waiting[stream][waiter] = next(self._tickets)
            else:
                waiter.set_result(lane)
        self._settle()

    def withdraw(self, waiter: W, *, stream: bool) -> None:
        """Leave the queue. A lane that `waiter` was given at the last moment goes on."""
        with self._lock:
            waited = self._waiting[stream].pop(waiter, None) is not None
        self._settle()
        if not waited and not waiter.cancelled() and waiter.exception() is None:
            self.give_back(waiter.result(), stream=stream)

    def give_back(self, lane: L, *, stream: bool) -> L | None:
        """Pass `lane` on. The lane that has idled longest comes out, if its time is over.

        This never waits for the lock. The garbage collector ends streams that were left, so it may
        come here in the middle of anything else here, in the thread that has the lock.
        """
        self._returned.append((lane, stream))
        return self._settle()

    def close(self, reason: Exception) -> list[L]:
        """Fail all who wait. The idle lanes, to be closed."""
        with self._lock:
            for queue in self._waiting.values():
                while queue:
                    waiter, _ = queue.popitem(last=False)
                    if not waiter.done():
                        waiter.set_exception(reason)
            idle, self._idle = self._idle, []
        self._settle()
        return idle

    def _settle(self) -> L | None:
        """Pass on what was given back. Who has the lock does it for others, after releasing it.

        The lane whose time is over; where nobody takes it, dropping it closes its connection.
        """
        outlived = None
        while self._returned and self._lock.acquire(blocking=False):
            try:
                while self._returned:
                    self._pass_on(*self._returned.popleft())
                if outlived is None and self._idle and self._idle[0].expired():
                    self._unmade += 1
                    outlived = self._idle.pop(0)
            finally:
                self._lock.release()
        return outlived

    def _pass_on(self, lane: L, stream: bool) -> None:
        self._stream_places += stream
        waiter, waits_for_stream = self._next_waiter()
        if waiter is None:
            self._idle.append(lane)
        else:
            self._stream_places -= waits_for_stream
            waiter.set_result(lane)

    def _take(self, stream: bool) -> L | None:
        if stream and self._stream_places == 0:
            return None
        if self._idle:
            lane = self._idle.pop()
        elif self._unmade:
            self._unmade -= 1
            lane = self._make_lane()
        else:
            return None
        self._stream_places -= stream
        return lane

    def _next_waiter(self) -> tuple[W | None, bool]:
        """Who has waited longest among those who may have a lane; and if it is for a stream."""
        heads = []
        for stream, queue in self._waiting.items():
            # A waiter may be cancelled and its owner not yet have run to withdraw it.
            while queue and next(iter(queue)).done():
                queue.popitem(last=False)
            if queue and (self._stream_places or not stream):
                waiter, ticket = next(iter(queue.items()))
                heads.append((ticket, waiter, stream))
        if not heads:
            return None, False
        _, waiter, stream = min(heads, key=lambda head: head[0])
        del self._waiting[stream][waiter]
        return waiter, stream
