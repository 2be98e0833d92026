"""Run services: in a running event loop, or on behalf of blocking callers."""

from __future__ import annotations

import asyncio
import threading
import time
import weakref
from contextlib import suppress

from .runs import Run


def start(run: Run) -> None:
    """Start the run in the running loop, unless a loop already runs it."""
    if run.task is None and not run.ended:
        with run.lock:
            run.task = asyncio.get_running_loop().create_task(run.steps)


class Blocking:
    """Takes the steps of runs for blocking callers, from any thread.

    A service that needs a loop gets its own, which runs while a caller waits.
    """

    def __init__(self) -> None:
        self._loops: dict[Run, asyncio.AbstractEventLoop] = {}
        weakref.finalize(self, _close_all, self._loops)

    def advance(self, run: Run, *, far: bool) -> None:
        """Let a run proceed without waiting, to its end (`far`) or to its next event."""
        proceeds = True
        while proceeds and self._is_mine(run) and not (run.ended or run.asking):
            count = run.changes.count
            with run.lock:
                self._step(run)
            proceeds = far and run.changes.count != count

    def wait(self, run: Run, count: int, timeout: float | None) -> None:
        """Wait until a run has changed more than `count` times.

        Raises:
            TimeoutError: it has not within `timeout` seconds.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while run.changes.count == count:
            remaining = None if end is None else end - time.monotonic()
            if remaining is not None and remaining <= 0:
                raise TimeoutError
            if not self._is_mine(run) or run.asking:
                run.changes.wait_sync(count, remaining)
            elif run.lock.acquire(timeout=-1 if remaining is None else remaining):
                try:
                    if run.changes.count == count:
                        self._step(run, remaining, until=count)
                finally:
                    run.lock.release()

    def _is_mine(self, run: Run) -> bool:
        """Whether no other loop runs it."""
        return run.task is None or run in self._loops

    def _step(self, run: Run, timeout: float | None = None, until: int | None = None) -> None:
        """Run it to its next event; one that needs a loop, optionally until it has changed."""
        if not run.needs_loop:
            with suppress(StopIteration):
                run.steps.send(None)
        if not run.needs_loop:
            return
        loop = self._loop(run)
        if until is None:
            loop.run_until_complete(asyncio.sleep(0))
        else:
            loop.run_until_complete(asyncio.wait_for(run.changes.wait_async(until), timeout))
        if run.ended:
            del self._loops[run]
            _close(loop)

    def _loop(self, run: Run) -> asyncio.AbstractEventLoop:
        if _a_loop_runs():
            raise AsyncServiceError(run.service.name)
        if run not in self._loops:
            loop = self._loops[run] = asyncio.new_event_loop()
            run.task = loop.create_task(run.steps)
        return self._loops[run]


class AsyncServiceError(Exception):
    """A blocking client is used inside a running loop, where it cannot run an async service."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"service {name!r} is async: a blocking client can run it only where no event loop "
            "runs. Use the async client, or make the service a normal function or generator"
        )


def _close(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel the remaining tasks of a loop, and close it."""
    loop.run_until_complete(_end(asyncio.all_tasks(loop)))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


async def _end(tasks: set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _close_all(loops: dict[Run, asyncio.AbstractEventLoop]) -> None:
    """Close the loops of abandoned runs. The garbage collector may call this at any time."""
    if loops and _a_loop_runs():
        closing = threading.Thread(target=_close_all, args=[loops])
        closing.start()
        closing.join()
    while loops:
        _close(loops.popitem()[1])


def _a_loop_runs() -> bool:
    with suppress(RuntimeError):
        asyncio.get_running_loop()
        return True
    return False
