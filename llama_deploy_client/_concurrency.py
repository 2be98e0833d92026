"""Code that cannot be converted from async to sync, in pairs: batches, resources per loop.

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
    """Wait, under asyncio or trio: an httpx `http_client` runs under both."""
    if is_in_loop_async():
        await asyncio.sleep(seconds)
    else:
        import anyio  # a dependency of httpx

        await anyio.sleep(seconds)


def sleep_sync(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


def is_in_loop_async() -> bool:
    """Return whether an asyncio event loop is running in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def need_loop(advice: str) -> None:
    """Check that an asyncio event loop is running.

    Raises:
        RuntimeError: no loop is running in this thread.
    """
    if not is_in_loop_async():
        message = f"no asyncio event loop is running. {advice}, or call a SyncClient in a thread"
        raise RuntimeError(message)


def is_in_loop_sync() -> bool:
    """Return False: a thread that may block has no event loop."""
    return False


AsyncInputs = Iterable[T] | AsyncIterable[T]
"""The iterables that the async client reads inputs from."""

SyncInputs = Iterable[T]
"""The iterables that the blocking client reads inputs from."""


def check_async(inputs: object) -> None:
    """Check that `inputs` can be read by `read_async`, before anything is read.

    Raises:
        TypeError: they cannot.
    """
    if not (isinstance(inputs, AsyncIterable) or _is_iterable(inputs)):
        raise _not_iterable(inputs)


def check_sync(inputs: object) -> None:
    """Check that `inputs` can be read by `read_sync`, before anything is read.

    Raises:
        TypeError: they cannot.
    """
    if isinstance(inputs, AsyncIterable):
        raise TypeError(
            f"the sync client cannot read inputs from an async iterable "
            f"({type(inputs).__name__}): give it a plain one, or use Client"
        )
    if not _is_iterable(inputs):
        raise _not_iterable(inputs)


def check_hook_async(hook: Callable[..., Any]) -> None:
    """Accept any hook: even a plain function may return an awaitable."""


def check_hook_sync(hook: Callable[..., Any]) -> None:
    """Check that a hook is not async, since nobody would await it.

    Raises:
        ValueError: the hook is async.
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
    """Yield the inputs, reading each one only when it is needed."""
    if isinstance(inputs, AsyncIterable):
        async for item in inputs:
            yield item
    else:
        for item in inputs:
            yield item


def read_sync(inputs: SyncInputs[T]) -> Iterator[T]:
    """Yield the inputs, reading each one only when it is needed."""
    return iter(inputs)


async def as_finished_async(
    work: Callable[[T], Coroutine[Any, Any, R]], inputs: AsyncGenerator[T, None], limit: int
) -> AsyncGenerator[R, None]:
    """Yield `work`'s value for each input, in the order in which they finish.

    An input is read when fewer than `limit` are in progress or finished but not yet yielded. If
    `inputs` raises, the error is raised after the work in progress; if `work` raises, or on
    closing, the rest is cancelled.
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

    # In its own task, so that finished work need not wait for the next input.
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
    """Yield `work`'s value for each input, in the order in which they finish.

    The caller's thread reads an input when fewer than `limit` are in progress or finished but not
    yet yielded. If `inputs` raises, the error is raised after the work in progress. If `work` or a
    signal handler raises, or on closing, the rest is waited for, because a thread cannot be
    cancelled.
    """
    workers: _Workers[T, R] = _Workers(work, limit)
    started, more = 0, True
    failure: Exception | None = None
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
                    more, failure = False, error
                else:
                    workers.start(item)
                    started += 1
            # One input at a time while something is finished, which need not wait for all inputs.
            if started and (not more or started == limit or workers.have_finished()):
                yield workers.result()
                started -= 1
    if failure is not None:
        raise failure


class _Workers(Generic[T, R]):
    """Threads that work on one item after another.

    Not a `ThreadPoolExecutor`: if a signal handler raises while that starts a thread or takes an
    item, it stays locked, and shutting it down never returns.
    """

    def __init__(self, work: Callable[[T], R], limit: int) -> None:
        self._work = work
        self._limit = limit
        self._started = 0
        self._todo: queue.SimpleQueue[tuple[Context, T] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[R | None, BaseException | None]] = queue.SimpleQueue()
        self._ended: queue.SimpleQueue[None] = queue.SimpleQueue()

    def start(self, item: T) -> None:
        """Have a thread work on `item`, in the caller's context, which holds the current trace."""
        self._todo.put((copy_context(), item))
        if self._started < self._limit:
            self._started += 1
            _thread.start_new_thread(self._run, ())

    def have_finished(self) -> bool:
        """Return whether a result is waiting."""
        return not self._done.empty()

    def result(self) -> R:
        """Return the result of the item that finished first, or raise its error."""
        result, error = self._done.get()
        if error is not None:
            raise error
        return cast(R, result)

    def close(self) -> None:
        """Wait for the work in progress."""
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
    """The place that stands for the whole process."""


_PROCESS = _Place()


class _PerPlace(ABC, Generic[P, T]):
    """One resource for each place, an event loop or a process.

    A resource is dropped with its place, with this object, or when `key` changes; dropped sockets
    close. A forked process gets its own, since the sockets belong to the parent.
    """

    def __init__(self) -> None:
        self._resources: weakref.WeakKeyDictionary[P, tuple[Any, T]] = weakref.WeakKeyDictionary()
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._closed = False

    def get(self, key: Any, make: Callable[[], T]) -> T:
        """Return the resource of the current place for `key`."""
        if self._closed:
            raise ClientClosedError("the client was closed")
        if self._pid != os.getpid():
            _PerPlace.__init__(self)
        place = self._place()
        with self._lock:
            entry = self._resources.get(place)
            if entry is None or entry[0] != key:
                for ended in [each for each in self._resources if self._has_ended(each)]:
                    del self._resources[ended]
                entry = self._resources[place] = (key, make())
            return entry[1]

    def close(self) -> list[T]:
        """Stop giving out resources, and return all of them, to be closed."""
        self._closed = True
        with self._lock:
            entry = [resource for _, resource in self._resources.values()]
            self._resources.clear()
        return entry

    @abstractmethod
    def _place(self) -> P: ...

    @staticmethod
    def _has_ended(place: P) -> bool:
        return False


class PerLoop(_PerPlace[asyncio.AbstractEventLoop, T]):
    """One resource per event loop, since a connection belongs to a loop."""

    def _place(self) -> asyncio.AbstractEventLoop:
        need_loop("Under trio make the client with http_client=httpx.AsyncClient()")
        return asyncio.get_running_loop()

    @staticmethod
    def _has_ended(place: asyncio.AbstractEventLoop) -> bool:
        return place.is_closed()


class PerProcess(_PerPlace[_Place, T]):
    """One resource per process, for all its threads."""

    def _place(self) -> _Place:
        return _PROCESS
