"""Where the time of a call goes."""

from __future__ import annotations

from ..bench import Bench
from ..peers import Peer
from ..tables import Table

MICROSECONDS, SHARE = "µs per call", "% of the call"


def profile(bench: Bench) -> list[Table]:
    """One table for each colour."""
    others = bench.environments.others
    peers = {
        "async": Peer("", others, "facade:Facade"),
        "sync": Peer("", others, "facade:BlockingFacade", "sync"),
    }
    tables = []
    for colour, peer in peers.items():
        [rounds] = bench.measure(
            [peer], "profiled", bench.rounds(3, quick=1), count=500 if bench.quick else 3000
        ).values()
        parts = sorted(rounds[-1], key=lambda part: -rounds[-1][part])
        times = {part: [figures.get(part, 0.0) for figures in rounds] for part in parts}
        shares = {
            part: [100 * figures.get(part, 0.0) / sum(figures.values()) for figures in rounds]
            for part in parts
        }
        tables.append(
            Table(
                f"One call, {colour}",
                "The parts of a status call, as pyinstrument sees them. It slows all of them down, "
                "so the shares count.",
                {MICROSECONDS: times, SHARE: shares},
            )
        )
    return tables
