"""Calls: in sequence, from many callers, from many threads."""

from __future__ import annotations

from ..bench import Answers, Bench
from ..tables import Goal, Table, column
from .labels import (
    AIOHTTP,
    HTTPX,
    OUR_TRANSPORT,
    OURS,
    OVER_AIOHTTP,
    OVER_PYREQWEST,
    SHIPPED_06,
    SHIPPED_09,
    blocking,
    everyone,
    only,
)
from .labels import (
    callers as concurrent,
)

RATE, MEDIAN, P99, ERRORS = "calls/s", "median, ms", "99th percentile, ms", "errors"
MICROSECONDS = "µs per call"


def sequence(bench: Bench) -> list[Table]:
    """What one status call takes."""
    tables = []
    for colour, peers in (
        ("async", everyone(bench.environments)),
        ("sync", blocking(bench.environments)),
    ):
        answers = bench.measure(
            peers, "sequence", bench.rounds(7), seconds=0.2 if bench.quick else 0.5
        )
        goals = (
            Goal((MICROSECONDS, OURS), (MICROSECONDS, OUR_TRANSPORT), at_most=1.15),
            Goal((MICROSECONDS, SHIPPED_06), (MICROSECONDS, OURS), at_least=25),
            Goal((MICROSECONDS, SHIPPED_09), (MICROSECONDS, OURS), at_least=25),
        )
        tables.append(
            Table(
                f"Calls in sequence, {colour}",
                "One status call after the other, on one client; less is better.",
                {MICROSECONDS: column(answers, "us")},
                goals,
                charted=MICROSECONDS,
            )
        )
    return tables


def callers(bench: Bench) -> list[Table]:
    """What many callers at once get out of one client."""
    tables = []
    for count in (50, 500):
        if bench.quick and count == 500:
            break
        # The shipped client takes half a minute for 500 calls, so there only the newest is asked.
        shipped = [SHIPPED_06, SHIPPED_09] if count == 50 else [SHIPPED_09]
        peers = [
            peer
            for peer in concurrent(bench.environments)
            if peer.label != SHIPPED_06 or SHIPPED_06 in shipped
        ]
        seconds = 0.5 if bench.quick else 1.5
        rounds = bench.rounds(5, quick=1)
        answers = bench.measure(peers, "callers", rounds, count=count, seconds=seconds)
        goals = (
            Goal((RATE, OURS), (RATE, HTTPX), at_least=3),
            *(Goal((RATE, OURS), (RATE, label), at_least=30) for label in shipped),
            Goal((RATE, OURS), (RATE, AIOHTTP), at_least=0.2),
            Goal((RATE, OVER_AIOHTTP), (RATE, AIOHTTP), at_least=0.35),
            Goal((RATE, OVER_PYREQWEST), (RATE, AIOHTTP), at_least=0.35),
            Goal((P99, OURS), (MEDIAN, OURS), at_most=1.5 if count == 500 else None),
        )
        text = (
            f"{count} callers at once on one client, each making one status call after the other."
        )
        tables.append(Table(f"{count} callers", text, _load(answers), goals, RATE))
    return tables


def threads(bench: Bench) -> list[Table]:
    """What many threads at once get out of one client."""
    peers = only(blocking(bench.environments), OURS, HTTPX, OVER_PYREQWEST, SHIPPED_06, SHIPPED_09)
    answers = bench.measure(peers, "threads", bench.rounds(5), count=32, seconds=1.0)
    goals = (Goal((RATE, OURS), (RATE, HTTPX), at_least=2),)
    text = "32 threads at once on one client, each making one status call after the other."
    return [Table("32 threads", text, _load(answers), goals, RATE)]


def _load(answers: Answers) -> dict[str, dict[str, list[float]]]:
    return {
        RATE: column(answers, "rate"),
        MEDIAN: column(answers, "median"),
        P99: column(answers, "p99"),
        ERRORS: column(answers, "errors"),
    }
