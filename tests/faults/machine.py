"""How late the machine is by itself: what no client can be blamed for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_TICK = 0.002


@contextmanager
def watched() -> Iterator[Callable[[], float]]:
    """Measure it as long as the context lasts.

    Gives the most seconds by which a thread came late that does nothing but sleep.
    """
    late = [0.0]
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            start = time.monotonic()
            time.sleep(_TICK)
            late.append(time.monotonic() - start - _TICK)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield lambda: max(late)
    finally:
        over.set()
        thread.join()
