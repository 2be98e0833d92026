"""The measures of blocking clients: the same as those of async ones."""

from __future__ import annotations

import time
from collections.abc import Iterable
from threading import Barrier, Thread
from typing import Any, Protocol

from . import memory, profiling
from .figures import check_count, spread


class Peer(Protocol):
    """A client, as it is measured."""

    def status(self) -> object: ...

    def events(self, task: str) -> Iterable[Any]: ...

    def close(self) -> None: ...


def sequence(peer: Peer, *, seconds: float) -> dict[str, float]:
    """Microseconds of a call, one after the other."""
    _call_on(peer, seconds / 5)
    return {"us": _call_on(peer, seconds)}


def calls(peer: Peer, *, count: int) -> dict[str, float]:
    """Microseconds of a call, if so many are made on a new client."""
    start = time.perf_counter()
    for _ in range(count):
        peer.status()
    return {"us": (time.perf_counter() - start) / count * 1e6}


def threads(peer: Peer, *, count: int, seconds: float) -> dict[str, float]:
    """Calls per second of so many threads at once, and what one of them takes."""
    peer.status()
    took: list[float] = []
    errors: list[Exception] = []
    ready = Barrier(count + 1)

    def call_on() -> None:
        ready.wait()
        end = time.perf_counter() + seconds
        while (before := time.perf_counter()) < end:
            try:
                peer.status()
            except Exception as error:
                errors.append(error)
            else:
                took.append(time.perf_counter() - before)

    started = [Thread(target=call_on) for _ in range(count)]
    for thread in started:
        thread.start()
    ready.wait()
    start = time.perf_counter()
    for thread in started:
        thread.join()
    rate = len(took) / (time.perf_counter() - start)
    return {"rate": rate, "errors": len(errors), **spread(took)}


def stream(peer: Peer, *, kind: str, count: int) -> dict[str, float]:
    """Events per second, on a client that has read some."""
    _read(peer, kind, 1000)
    start = time.perf_counter()
    check_count(_read(peer, kind, count), count)
    return {"rate": count / (time.perf_counter() - start)}


def peak(peer: Peer, *, kind: str, count: int) -> dict[str, float]:
    """What reading a stream adds to the most memory that the process had before, in MiB."""
    _read(peer, kind, 1000)
    before = memory.peak()
    check_count(_read(peer, kind, count), count)
    return {"mib": memory.peak() - before}


def profiled(peer: Peer, *, count: int) -> dict[str, float]:
    """Microseconds of each part of a call."""
    figures: dict[str, float] = {}
    _call_on(peer, 0.1)
    with profiling.profiled(figures, count):
        for _ in range(count):
            peer.status()
    return figures


def _read(peer: Peer, kind: str, count: int) -> int:
    seen = 0
    for _ in peer.events(f"{kind}-{count}"):
        seen += 1
    return seen


def _call_on(peer: Peer, seconds: float) -> float:
    """Call for so long, at least once; the microseconds of a call."""
    calls = 0
    start = time.perf_counter()
    while (now := time.perf_counter()) < start + seconds or not calls:
        peer.status()
        calls += 1
    return (now - start) / calls * 1e6
