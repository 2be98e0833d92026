"""What cannot be converted from async to sync, in pairs: many at a time, one for each loop.

`_answers.py` and `_transport/` hold the other pairs.
"""

from __future__ import annotations

import _thread
import asyncio
import os
import queue
import threading
import time
import weakref
from abc import ABC, abstractmethod
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Callable,
    Coroutine,
    Generator,
    Iterable,
    Iterator,
)
from contextlib import aclosing, closing
from contextvars import Context, copy_context
from inspect import iscoroutinefunction
from typing import Any, Generic, TypeVar, cast

from ._signals import is_of_signal_handler
from .errors import ClientClosedError

T = TypeVar("T")
R = TypeVar("R")
P = TypeVar("P")


async def sleep_async(seconds: float) -> None:
    """Wait, under trio as well: an `http_client` of httpx's runs there."""
    if is_in_loop_async():
        await asyncio.sleep(seconds)
    else:
        import anyio  # which httpx brings

        await anyio.sleep(seconds)


def sleep_sync(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


def is_in_loop_async() -> bool:
    """Whether an event loop of asyncio is running in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def need_loop(advice: str) -> None:
    """Refuse to go on without a loop of asyncio.

    Raises:
        RuntimeError: none is running in this thread.
    """
    if not is_in_loop_async():
        message = f"no event loop of asyncio is running. {advice}, or call a SyncClient in a thread"
        raise RuntimeError(message)


def is_in_loop_sync() -> bool:
    """No thread that may block has one."""
    return False


AsyncInputs = Iterable[T] | AsyncIterable[T]
"""What a coroutine reads inputs from."""

SyncInputs = Iterable[T]
"""What a thread reads inputs from."""


def check_async(inputs: object) -> None:
    """Check that `inputs` can be read by `read_async`, before anything is read.

    Raises:
        TypeError: it cannot.
    """
    if not (isinstance(inputs, AsyncIterable) or _is_iterable(inputs)):
        raise _not_iterable(inputs)


def check_sync(inputs: object) -> None:
    """Check that `inputs` can be read by `read_sync`, before anything is read.

    Raises:
        TypeError: it cannot.
    """
    if isinstance(inputs, AsyncIterable):
        raise TypeError(
            f"the sync client cannot read inputs from an async iterable "
            f"({type(inputs).__name__}): give it a plain one, or use Client"
        )
    if not _is_iterable(inputs):
        raise _not_iterable(inputs)


def check_hook_async(hook: Callable[..., Any]) -> None:
    """Any hook may do: what a plain function returns may be awaitable."""


def check_hook_sync(hook: Callable[..., Any]) -> None:
    """Check that a hook is not async, since nobody would await it.

    Raises:
        ValueError: it is.
    """
    called = getattr(hook, "__call__", None)  # noqa: B004 - of objects that can be called
    if iscoroutinefunction(hook) or iscoroutinefunction(called):
        name = getattr(hook, "__qualname__", None) or repr(hook)
        raise ValueError(
            f"the event hook {name} is async, and only Client awaits hooks: give SyncClient a "
            "plain function"
        )


def _is_iterable(inputs: object) -> bool:
    kind = type(inputs)
    return getattr(kind, "__iter__", None) is not None or hasattr(kind, "__getitem__")


def _not_iterable(inputs: object) -> TypeError:
    hint = ": await it first" if isinstance(inputs, Coroutine) else ""
    return TypeError(f"inputs must be an iterable of tasks, got {_name(inputs)}{hint}")


def _name(value: object) -> str:
    return "None" if value is None else type(value).__name__


async def read_async(inputs: AsyncInputs[T]) -> AsyncGenerator[T, None]:
    """The inputs, one when it is asked for."""
    if isinstance(inputs, AsyncIterable):
        async for item in inputs:
            yield item
    else:
        for item in inputs:
            yield item


def read_sync(inputs: SyncInputs[T]) -> Iterator[T]:
    """The inputs, one when it is asked for."""
    return iter(inputs)


async def as_finished_async(
    work: Callable[[T], Coroutine[Any, Any, R]], inputs: AsyncGenerator[T, None], limit: int
) -> AsyncGenerator[R, None]:
    """What `work` makes of each input, in the order in which it is finished.

    An input is read when fewer than `limit` are at work or wait to be handed out. What `inputs`
    raises is raised after all that was at work; what `work` raises cancels the rest, and so does
    closing.
    """
    need_loop("Batches need one: under trio run the tasks one by one")
    room = asyncio.Semaphore(limit)
    finished: asyncio.Queue[asyncio.Task[Any]] = asyncio.Queue()
    started: set[asyncio.Task[Any]] = set()

    def start(coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(coroutine)
        started.add(task)
        task.add_done_callback(finished.put_nowait)
        return task

    async def feed() -> None:
        async with aclosing(inputs):
            await room.acquire()
            async for item in inputs:
                start(work(item))
                await room.acquire()

    # A task of its own: what is finished need not wait for the next input.
    feeder = start(feed())
    try:
        while started:
            task = await finished.get()
            if task is not feeder:
                room.release()
                yield task.result()
            started.remove(task)
        feeder.result()
    finally:
        for task in started:
            task.cancel()
        await asyncio.gather(*started, return_exceptions=True)


def as_finished_sync(
    work: Callable[[T], R], inputs: Generator[T, None, None], limit: int
) -> Generator[R, None, None]:
    """What `work` makes of each input, in the order in which it is finished.

    `inputs` are read in the caller's thread, one when fewer than `limit` are at work or wait to be
    handed out. What `inputs` raises is raised after all that was at work; what `work` or a signal
    handler raises, or closing, waits for the rest, because a thread cannot be cancelled.
    """
    workers: _Workers[T, R] = _Workers(work, limit)
    started, more = 0, True
    broken: Exception | None = None
    with closing(inputs), closing(workers):
        while more or started:
            if more:
                try:
                    item = next(inputs)
                except StopIteration:
                    more = False
                except Exception as error:
                    if is_of_signal_handler(error):
                        raise
                    more, broken = False, error
                else:
                    workers.start(item)
                    started += 1
            # One input at a time while something is finished, which need not wait for them all.
            if started and (not more or started == limit or workers.have_finished()):
                yield workers.result()
                started -= 1
    if broken is not None:
        raise broken


class _Workers(Generic[T, R]):
    """Threads that do the work for one item after the other.

    Not a `ThreadPoolExecutor`: a signal handler that raises while that starts a thread, or takes an
    item, leaves it locked, and its end would be waited for for ever.
    """

    def __init__(self, work: Callable[[T], R], limit: int) -> None:
        self._work = work
        self._limit = limit
        self._started = 0
        self._todo: queue.SimpleQueue[tuple[Context, T] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[R | None, BaseException | None]] = queue.SimpleQueue()
        self._ended: queue.SimpleQueue[None] = queue.SimpleQueue()

    def start(self, item: T) -> None:
        """Have a thread work on `item`; with the caller's context, in which a trace is kept."""
        self._todo.put((copy_context(), item))
        if self._started < self._limit:
            self._started += 1
            _thread.start_new_thread(self._run, ())

    def have_finished(self) -> bool:
        """Whether there is a result."""
        return not self._done.empty()

    def result(self) -> R:
        """What came of an item, or its error; the first that is there."""
        result, error = self._done.get()
        if error is not None:
            raise error
        return cast(R, result)

    def close(self) -> None:
        """Wait for what is at work."""
        for _ in range(self._started):
            self._todo.put(None)
        for _ in range(self._started):
            self._ended.get()

    def _run(self) -> None:
        while (job := self._todo.get()) is not None:
            context, item = job
            try:
                outcome = context.run(self._work, item), None
            except BaseException as error:
                self._done.put((None, error))
            else:
                self._done.put(outcome)
                del outcome
            del job, context, item
        self._ended.put(None)


class _Place:
    """Stands for the whole process."""


_PROCESS = _Place()


class _Kept(ABC, Generic[P, T]):
    """One resource for each place that asks.

    A resource is dropped with its place, with this object, or when `key` changes; its sockets close
    as they are dropped. A fork has its own, since the sockets are the parent's.
    """

    def __init__(self) -> None:
        self._made: weakref.WeakKeyDictionary[P, tuple[Any, T]] = weakref.WeakKeyDictionary()
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._closed = False

    def get(self, key: Any, make: Callable[[], T]) -> T:
        """The resource of the place that asks for `key`."""
        if self._closed:
            raise ClientClosedError("the client was closed")
        if self._pid != os.getpid():
            _Kept.__init__(self)
        place = self._place()
        with self._lock:
            kept = self._made.get(place)
            if kept is None or kept[0] != key:
                for ended in [each for each in self._made if self._has_ended(each)]:
                    del self._made[ended]
                kept = self._made[place] = (key, make())
            return kept[1]

    def close(self) -> list[T]:
        """Give no more. All resources, for those that can to be closed."""
        self._closed = True
        with self._lock:
            made = [resource for _, resource in self._made.values()]
            self._made.clear()
        return made

    @abstractmethod
    def _place(self) -> P: ...

    @staticmethod
    def _has_ended(place: P) -> bool:
        return False


class PerLoop(_Kept[asyncio.AbstractEventLoop, T]):
    """One resource for each event loop, since a connection belongs to a loop."""

    def _place(self) -> asyncio.AbstractEventLoop:
        need_loop("Under trio make the client with http_client=httpx.AsyncClient()")
        return asyncio.get_running_loop()

    @staticmethod
    def _has_ended(place: asyncio.AbstractEventLoop) -> bool:
        return place.is_closed()


class PerProcess(_Kept[_Place, T]):
    """One resource for all threads of a process."""

    def _place(self) -> _Place:
        return _PROCESS
