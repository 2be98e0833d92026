"""How late the machine is by itself: what no client can be blamed for."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_TICK = 0.002


class Stalls:
    """How late a thread came to run that does nothing but sleep.

    Attributes:
        longest: seconds by which it was late, at the most.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self._over = threading.Event()

    def _watch(self) -> None:
        while not self._over.is_set():
            start = time.monotonic()
            time.sleep(_TICK)
            self.longest = max(self.longest, time.monotonic() - start - _TICK)


@contextmanager
def watched() -> Iterator[Stalls]:
    """Measure it as long as the context lasts."""
    stalls = Stalls()
    thread = threading.Thread(target=stalls._watch)
    thread.start()
    try:
        yield stalls
    finally:
        stalls._over.set()
        thread.join()
