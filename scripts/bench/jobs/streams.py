"""Streams of events."""

from __future__ import annotations

from ..bench import Bench
from ..environments import Environments
from ..peers import Peer
from ..tables import Goal, Table, column
from .labels import (
    AIOHTTP,
    HTTPX,
    OURS,
    OVER_AIOHTTP,
    OVER_PYREQWEST,
    SHIPPED_06,
    SHIPPED_09,
    blocking,
    callers,
    only,
)

RATE, MICROSECONDS, MIB = "events/s", "µs to the first event", "MiB"
MEDIAN, P99 = "median, ms late", "99th percentile, ms late"
KINDS = {
    "large": "in chunks of 64 KiB",
    "lines": "a chunk for each, as real servers send them",
}
ROUNDS = {"large": 15, "lines": 5}
ASYNC, SYNC = "async", "sync"
AT_LEAST = {
    ("large", ASYNC): 2.2,
    ("large", SYNC): 5.0,
    ("lines", ASYNC): 1.25,
    ("lines", SYNC): 1.8,
}
FASTER = 3.0
"""Over a faster transport, with a chunk for each event."""


def streams(bench: Bench) -> list[Table]:
    """How quickly events are read, how soon, and in how much memory."""
    return [*_rates(bench), _first(bench), _lateness(bench), *_memory(bench)]


def _readers(environments: Environments, colour: str) -> list[Peer]:
    if colour == SYNC:
        peers = blocking(environments)
        return only(peers, OURS, HTTPX, OVER_PYREQWEST, SHIPPED_06, SHIPPED_09)
    labels = (OURS, HTTPX, AIOHTTP, OVER_AIOHTTP, OVER_PYREQWEST, SHIPPED_06, SHIPPED_09)
    return only(callers(environments), *labels)


def _rates(bench: Bench) -> list[Table]:
    count = 20_000 if bench.quick else 100_000
    tables = []
    for (kind, colour), factor in AT_LEAST.items():
        peers = _readers(bench.environments, colour)
        answers = bench.measure(peers, "stream", bench.rounds(ROUNDS[kind]), kind=kind, count=count)
        limits = [(OURS, factor)]
        if kind == "lines" and colour == ASYNC:
            limits += [(OVER_AIOHTTP, FASTER), (OVER_PYREQWEST, FASTER)]
        goals = [
            Goal((RATE, label), (RATE, shipped), at_least=limit)
            for label, limit in limits
            for shipped in (SHIPPED_06, SHIPPED_09)
        ]
        text = (
            f"{count:,} events of 200 bytes, {KINDS[kind]}, on a client that has read a stream "
            "before. httpx and aiohttp read bytes, which are split and decoded by orjson."
        )
        shape = "large chunks" if kind == "large" else "a chunk for each"
        title = f"Events, {shape}, {colour}"
        tables.append(Table(title, text, {RATE: column(answers, "rate")}, goals, RATE))
    return tables


def _first(bench: Bench) -> Table:
    peers = _readers(bench.environments, ASYNC)
    answers = bench.measure(peers, "first", bench.rounds(7), count=10 if bench.quick else 40)
    return Table(
        "The first event",
        "From asking for a stream to its first event, which the server sends at once; less is "
        "better.",
        {MICROSECONDS: column(answers, "us")},
        (Goal((MICROSECONDS, OURS), (MICROSECONDS, HTTPX), at_most=1.1),),
    )


def _lateness(bench: Bench) -> Table:
    labels = (OURS, HTTPX, OVER_AIOHTTP, SHIPPED_09)
    peers = only(callers(bench.environments), *labels)
    count = 50 if bench.quick else 200
    answers = bench.measure(peers, "lateness", bench.rounds(4), count=count)
    return Table(
        "Paced events",
        f"{count} events, sent 10 ms apart: from the sending of one to its being at hand.",
        {MEDIAN: column(answers, "median"), P99: column(answers, "p99")},
        (Goal((MEDIAN, OURS), (MEDIAN, HTTPX)), Goal((P99, OURS), (P99, HTTPX))),
    )


def _memory(bench: Bench) -> list[Table]:
    tables = []
    count = 20_000 if bench.quick else 100_000
    for colour in (ASYNC, SYNC):
        peers = _readers(bench.environments, colour)
        answers = bench.measure(
            peers, "peak", bench.rounds(3, quick=1), afresh=True, kind="large", count=count
        )
        text = (
            f"What reading {count:,} events of 200 bytes adds to the most memory that the process "
            "had before; less is better."
        )
        tables.append(Table(f"Peak memory, {colour}", text, {MIB: column(answers, "mib")}))
    return tables
