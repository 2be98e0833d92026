"""Whether a call, an event or a stream costs more where there are many."""

from __future__ import annotations

from ..bench import Bench, in_turn
from ..peers import Peer
from ..tables import Goal, Table, column
from .labels import AIOHTTP, HTTPX, OURS

CALLS = (1, 10, 100, 1_000, 10_000)
EVENTS = (1_000, 10_000, 100_000, 1_000_000)
STREAMS = 500
MICROSECONDS, KIB = "µs each", "KiB each"


def growth(bench: Bench) -> list[Table]:
    """Costs by number."""
    ours = bench.environments.ours
    facade = Peer(OURS, ours, "facade:Facade")
    blocking = Peer(OURS, ours, "facade:BlockingFacade", "sync")
    calls = CALLS[:-1] if bench.quick else CALLS
    events = EVENTS[:-1] if bench.quick else EVENTS
    return [
        _grow(bench, facade, "Calls", "calls", calls, at_most=1.2),
        _grow(bench, blocking, "Calls", "calls", calls, at_most=1.2),
        _grow(bench, facade, "Events", "stream", events, at_most=1.1),
        _grow(bench, blocking, "Events", "stream", events, at_most=1.1),
        _open_streams(bench),
    ]


def _grow(
    bench: Bench, peer: Peer, what: str, measure: str, counts: tuple[int, ...], *, at_most: float
) -> Table:
    parameters = {"kind": "large"} if measure == "stream" else {}

    def once(label: str) -> dict[str, float]:
        count = by_label[label]
        figures = worker.ask(measure, count=count, **parameters)
        return {"us": 1e6 / figures["rate"] if "rate" in figures else figures["us"]}

    by_label = {f"{count:,}": count for count in counts}
    worker = bench.worker(peer, bench.url)
    once(f"{counts[1]:,}")
    answers = in_turn(by_label, bench.rounds(9, quick=1), once)
    first, last = f"{counts[-2]:,}", f"{counts[-1]:,}"
    return Table(
        f"{what} by their number, {peer.colour}",
        f"{what} on a new client each time, connecting included; less is better.",
        {MICROSECONDS: column(answers, "us")},
        (Goal((MICROSECONDS, last), (MICROSECONDS, first), at_most=at_most),),
    )


def _open_streams(bench: Bench) -> Table:
    environments = bench.environments
    peers = [
        Peer(OURS, environments.ours, "facade:spacious"),
        Peer(HTTPX, environments.others, "with_httpx:spacious"),
        Peer(AIOHTTP, environments.others, "with_aiohttp:spacious"),
    ]
    answers = bench.measure(peers, "held", bench.rounds(3, quick=1), afresh=True, count=STREAMS)
    return Table(
        "Open streams",
        f"What memory grows by with {STREAMS} streams open at once.",
        {KIB: column(answers, "kib")},
        (Goal((KIB, OURS), (KIB, HTTPX)),),
    )
