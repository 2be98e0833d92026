"""The measures, each on a new client."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from inspect import iscoroutinefunction
from statistics import median
from typing import Any

Figures = dict[str, float]

CONNECTIONS = 100
"""How many most clients open at the most; they are open before many call at once."""
WARM = 1000
"""Events that a client reads before it is measured."""


async def sequence(peer: Any, *, seconds: float) -> Figures:
    """Measure the microseconds of a call, one after the other."""
    took: list[float] = []
    await _call_for(peer, seconds / 5, [])
    start = time.perf_counter()
    await _call_for(peer, seconds, took)
    return {"us": (time.perf_counter() - start) / len(took) * 1e6}


async def callers(peer: Any, *, count: int, seconds: float) -> Figures:
    """Measure the calls per second of so many callers at once, and what one of them takes."""
    await asyncio.gather(*(peer.status() for _ in range(min(count, CONNECTIONS))))
    took: list[float] = []
    start = time.perf_counter()
    await asyncio.gather(*(_call_for(peer, seconds, took) for _ in range(count)))
    return _load(took, time.perf_counter() - start)


async def threads(peer: Any, *, count: int, seconds: float) -> Figures:
    """Measure the calls per second of so many threads at once, and what one of them takes."""
    peer.status()
    took: list[float] = []

    def call_on(_: int) -> None:
        _run(_call_for(peer, seconds, took))

    with ThreadPoolExecutor(count) as pool:
        start = time.perf_counter()
        list(pool.map(call_on, range(count)))
        return _load(took, time.perf_counter() - start)


async def stream(peer: Any, *, kind: str, count: int) -> Figures:
    """Measure the events per second."""
    await _read(peer.events(f"{kind}-{WARM}"))
    start = time.perf_counter()
    if (count_read := await _read(peer.events(f"{kind}-{count}"))) != count:
        raise RuntimeError(f"{count_read} events of {count} arrived")
    return {"rate": count / (time.perf_counter() - start)}


async def first(peer: Any, *, count: int) -> Figures:
    """Measure the microseconds from asking for a stream to its first event."""
    took = []
    for _ in range(count):
        start = time.perf_counter()
        events = peer.events("lines-10")
        await anext(events)
        took.append(time.perf_counter() - start)
        await _read(events)  # to its end, which leaves the connection to the next one
    return {"us": median(took) * 1e6}


async def _read(events: Any) -> int:
    """Read a stream, async or blocking, to its end."""
    if not hasattr(events, "__aiter__"):
        return sum(1 for _ in events)
    count = 0
    async for _ in events:
        count += 1
    return count


async def _call_for(peer: Any, seconds: float, took: list[float]) -> None:
    """Call for so long; add the seconds that each call took."""
    is_async = iscoroutinefunction(peer.status)
    end = time.perf_counter() + seconds
    while (before := time.perf_counter()) < end:
        if is_async:
            await peer.status()
        else:
            peer.status()
        took.append(time.perf_counter() - before)


def _load(took: Sequence[float], seconds: float) -> Figures:
    ordered = sorted(took)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return {"rate": len(took) / seconds, "median": median(took) * 1000, "p99": p99 * 1000}


def _run(measuring: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine on a blocking client, which awaits nothing, without a loop."""
    try:
        measuring.send(None)
    except StopIteration as end:
        return end.value
    raise RuntimeError("a blocking client waited for a loop")


def main(program: str, measure: str, url: str, parameters: str) -> None:
    """Measure, and print the figures."""
    module, _, name = program.partition(":")
    make: Callable[[str], Any] = getattr(import_module(f".peers.{module}", __package__), name)

    async def measured() -> Figures:  # some clients can only be made where a loop runs
        figures: Figures = await globals()[measure](make(url), **json.loads(parameters))
        return figures

    run = _run if name.startswith("Blocking") else asyncio.run
    print(json.dumps(run(measured())))


if __name__ == "__main__":
    main(*sys.argv[1:])
