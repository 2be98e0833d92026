"""The measures of async clients. Each gets a new client, and closes nothing."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, aclosing
from typing import Any, Protocol

from . import memory, profiling
from .figures import check_count, spread

CONNECTIONS = 100
"""How many most clients open at the most; they are open before many call at once."""


class Peer(Protocol):
    """A client, as it is measured."""

    async def status(self) -> object:
        """Ask for the status, as its users do."""
        ...

    def events(self, task: str) -> Any:
        """The events of a task, decoded, as its users get them: an async iterator with `aclose`."""
        ...

    async def aclose(self) -> None: ...


async def sequence(peer: Peer, *, seconds: float) -> dict[str, float]:
    """Microseconds of a call, one after the other."""
    await _call_on(peer, seconds / 5)
    return {"us": await _call_on(peer, seconds)}


async def calls(peer: Peer, *, count: int) -> dict[str, float]:
    """Microseconds of a call, if so many are made on a new client."""
    start = time.perf_counter()
    for _ in range(count):
        await peer.status()
    return {"us": (time.perf_counter() - start) / count * 1e6}


async def callers(peer: Peer, *, count: int, seconds: float) -> dict[str, float]:
    """Calls per second of so many callers at once, and what one of them takes."""
    await asyncio.gather(*(peer.status() for _ in range(min(count, CONNECTIONS))))
    took: list[float] = []
    errors = 0
    start = time.perf_counter()

    async def call_on() -> None:
        nonlocal errors
        before = start
        while before < start + seconds:
            before = time.perf_counter()
            try:
                await peer.status()
            except Exception:
                errors += 1
            else:
                took.append(time.perf_counter() - before)

    await asyncio.gather(*(call_on() for _ in range(count)))
    rate = len(took) / (time.perf_counter() - start)
    return {"rate": rate, "errors": errors, **spread(took)}


async def stream(peer: Peer, *, kind: str, count: int) -> dict[str, float]:
    """Events per second, on a client that has read some."""
    await _read(peer, kind, 1000)
    start = time.perf_counter()
    check_count(await _read(peer, kind, count), count)
    return {"rate": count / (time.perf_counter() - start)}


async def peak(peer: Peer, *, kind: str, count: int) -> dict[str, float]:
    """What reading a stream adds to the most memory that the process had before, in MiB."""
    await _read(peer, kind, 1000)
    before = memory.peak()
    check_count(await _read(peer, kind, count), count)
    return {"mib": memory.peak() - before}


async def first(peer: Peer, *, count: int) -> dict[str, float]:
    """Microseconds from asking for a stream to its first event."""
    took = []
    for _ in range(count):
        before = time.perf_counter()
        events = peer.events("lines-10")
        await anext(events)
        took.append(time.perf_counter() - before)
        async for _ in events:  # to its end, which leaves the connection to the next one
            pass
    return {"us": spread(took)["median"] * 1000}


async def lateness(peer: Peer, *, count: int) -> dict[str, float]:
    """Milliseconds from the sending of a paced event to its being at hand."""
    late = [time.monotonic() - event["at"] async for event in peer.events(f"paced-{count}")]
    check_count(len(late), count)
    return spread(late)


async def held(peer: Peer, *, count: int) -> dict[str, float]:
    """KiB that a stream takes while it is open."""
    await _read(peer, "lines", 1000)
    before = memory.now()
    async with AsyncExitStack() as stack:
        streams = [
            await stack.enter_async_context(aclosing(peer.events("held-1"))) for _ in range(count)
        ]
        await asyncio.gather(*(anext(events) for events in streams))
        return {"kib": (memory.now() - before) * 1024 / count}


async def tasks(peer: Any, *, lengths: list[float]) -> dict[str, float]:
    """Seconds, and requests, for tasks of such lengths, one after the other."""
    await peer.run(0.0)
    sent = peer.requests()
    start = time.perf_counter()
    for length in lengths:
        await peer.run(length)
    return {"seconds": time.perf_counter() - start, "requests": peer.requests() - sent}


async def profiled(peer: Peer, *, count: int) -> dict[str, float]:
    """Microseconds of each part of a call."""
    figures: dict[str, float] = {}
    await _call_on(peer, 0.1)
    with profiling.profiled(figures, count):
        for _ in range(count):
            await peer.status()
    return figures


async def _read(peer: Peer, kind: str, count: int) -> int:
    seen = 0
    async for _ in peer.events(f"{kind}-{count}"):
        seen += 1
    return seen


async def _call_on(peer: Peer, seconds: float) -> float:
    """Call for so long, at least once; the microseconds of a call."""
    calls = 0
    start = time.perf_counter()
    while (now := time.perf_counter()) < start + seconds or not calls:
        await peer.status()
        calls += 1
    return (now - start) / calls * 1e6
