"""Tasks on a real control plane."""

from __future__ import annotations

import random

from scripts.servers import Server

from ..bench import Bench
from ..peers import Peer
from ..tables import Goal, Table, column

OURS, SHIPPED, IDEAL = "this client", "shipped 0.8.1", "asking every 10 ms"
SECONDS, REQUESTS = "seconds", "requests"
VERSION = "0.8.1"
SHORTEST, LONGEST = 0.05, 0.55
TASKS, ROUNDS = 40, 4


def run(bench: Bench) -> list[Table]:
    """What `Session.run` adds to the time that a task takes."""
    environments = bench.environments
    peers = [
        Peer(OURS, environments.ours, "facade:Runner"),
        Peer(SHIPPED, environments.shipped[VERSION], "shipped:Runner"),
        Peer(IDEAL, environments.others, "with_httpx:Ideal"),
    ]
    each = 3 if bench.quick else TASKS // ROUNDS
    answers: dict[str, list[dict[str, float]]] = {peer.label: [] for peer in peers}
    with Server(VERSION) as server:
        url = server.deploy("bench", ["slow"]).control_plane_url
        for part in range(bench.rounds(ROUNDS, quick=1)):
            lengths = task_lengths()[part::ROUNDS][:each]
            figures = bench.measure(peers, "tasks", 1, url=url, afresh=True, lengths=lengths)
            for label, rounds in figures.items():
                answers[label] += rounds
    return [
        Table(
            "Running tasks",
            f"`Session.run` of tasks of {SHORTEST * 1000:.0f} to {LONGEST * 1000:.0f} ms, {each} "
            f"a round, on a LlamaDeploy {VERSION} server, which itself adds some 400 ms to each; "
            "against a client that asks for the result every 10 ms.",
            {SECONDS: column(answers, "seconds"), REQUESTS: column(answers, "requests")},
            (
                Goal((SECONDS, OURS), (SECONDS, IDEAL), at_most=1.05),
                Goal((SECONDS, SHIPPED), (SECONDS, IDEAL)),
                Goal((REQUESTS, OURS), (REQUESTS, IDEAL), at_most=0.5),
                Goal((REQUESTS, SHIPPED), (REQUESTS, IDEAL)),
            ),
        )
    ]


def task_lengths() -> list[float]:
    """Lengths spread evenly from the shortest to the longest, in an order that never changes."""
    step = (LONGEST - SHORTEST) / (TASKS - 1)
    lengths = [round(SHORTEST + step * number, 4) for number in range(TASKS)]
    random.Random(8).shuffle(lengths)
    return lengths
