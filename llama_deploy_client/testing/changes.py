"""Wait for changes, from any event loop and any thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress


class Changes:
    """Counts changes, and wakes all waiters at each."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = threading.Lock()
        self._waiting: list[Callable[[], object]] = []

    def announce(self) -> None:
        """Announce a change."""
        with self._lock:
            self.count += 1
            waiting, self._waiting = self._waiting, []
        for wake in waiting:
            with suppress(RuntimeError):  # the waiter's loop was closed meanwhile
                wake()

    async def wait_async(self, count: int) -> None:
        """Wait until there were more than `count` changes."""
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()
        self._call_on_change(count, lambda: loop.call_soon_threadsafe(changed.set))
        await changed.wait()

    def wait_sync(self, count: int, timeout: float | None) -> None:
        """Wait until there were more than `count` changes, at most `timeout` seconds."""
        changed = threading.Event()
        self._call_on_change(count, changed.set)
        changed.wait(timeout)

    def _call_on_change(self, count: int, wake: Callable[[], object]) -> None:
        with self._lock:
            if self.count == count:
                self._waiting.append(wake)
                return
        wake()
