"""What is measured of which clients, and the goals: ratios of two figures of the same round."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from .environments import Environments
from .measuring import Command, Job
from .tables import Goal

OURS = "this client"
OUR_TRANSPORT = "httpx over this client's transport"
HTTPX = "httpx"
AIOHTTP = "aiohttp"
OVER_AIOHTTP = "this client over aiohttp"
SHIPPED_06 = "shipped 0.6.1"
SHIPPED_09 = "shipped 0.9.2"
SHIPPED = (SHIPPED_06, SHIPPED_09)
ASYNC, SYNC = "async", "sync"
PEERS = {
    ASYNC: {
        OURS: ("ours", "drop_in:Async"),
        OUR_TRANSPORT: ("ours", "others:OverOurs"),
        HTTPX: ("others", "others:Async"),
        AIOHTTP: ("others", "others:Aiohttp"),
        OVER_AIOHTTP: ("others", "drop_in:OverAiohttp"),
        SHIPPED_06: ("0.6.1", "drop_in:Async"),
        SHIPPED_09: ("0.9.2", "drop_in:Async"),
    },
    SYNC: {
        OURS: ("ours", "drop_in:Blocking"),
        OUR_TRANSPORT: ("ours", "others:BlockingOverOurs"),
        HTTPX: ("others", "others:Blocking"),
        SHIPPED_06: ("0.6.1", "drop_in:Blocking"),
        SHIPPED_09: ("0.9.2", "drop_in:Blocking"),
    },
}
"""For each side: a client's environment, and its `module:name` in `worker/peers/`."""

CALLS, CALL, EVENTS, FIRST = "calls/s", "µs per call", "events/s", "µs to the first event"
MEDIAN, P99, START = "median, ms", "99th percentile, ms", "ms"
LOAD = {CALLS: "rate", MEDIAN: "median", P99: "p99"}
ONE_EACH = "at once on one client, each making one status call after the other."
LIBRARIES = "httpx, pydantic and attrs alone"


class Bench:
    """What jobs are made with: the clients' environments, and the URL of the canned server."""

    def __init__(self, environments: Environments, url: str) -> None:
        self.environments = environments
        self._url = url

    def commands(
        self, side: str, measure: str, labels: Sequence[str], **parameters: Any
    ) -> dict[str, Command]:
        """Return what measures those of these clients that this side has."""
        commands: dict[str, Command] = {}
        for label in labels:
            if label in PEERS[side]:
                environment, program = PEERS[side][label]
                words = (program, measure, self._url, json.dumps(parameters))
                commands[label] = (self.environments[environment], "-P", "-m", "worker", *words)
        return commands


def sequence(bench: Bench) -> Iterator[Job]:
    """What one status call takes."""
    labels = (OURS, OUR_TRANSPORT, HTTPX, AIOHTTP, OVER_AIOHTTP, *SHIPPED)
    for side in (ASYNC, SYNC):
        yield Job(
            f"Calls in sequence, {side}",
            "One status call after the other, on one client; less is better.",
            bench.commands(side, "sequence", labels, seconds=0.5),
            rounds=7,
            columns={CALL: "us"},
            goals=[
                Goal((CALL, OURS), (CALL, OUR_TRANSPORT), at_most=1.15),
                *([Goal((CALL, OURS), (CALL, AIOHTTP), at_most=1.0)] if side == ASYNC else []),
                *(Goal((CALL, shipped), (CALL, OURS), at_least=25) for shipped in SHIPPED),
            ],
            charted=CALL,
        )


def callers(bench: Bench) -> Iterator[Job]:
    """What many callers, and many threads, at once get out of one client."""
    # The shipped client takes half a minute for 500 calls: the newest stands for both there.
    for count, shipped in ((50, SHIPPED), (500, (SHIPPED_09,))):
        labels = (OURS, OUR_TRANSPORT, HTTPX, AIOHTTP, OVER_AIOHTTP, *shipped)
        goals = [
            Goal((CALLS, OURS), (CALLS, HTTPX), at_least=3),
            *(Goal((CALLS, OURS), (CALLS, label), at_least=30) for label in shipped),
            Goal((CALLS, OURS), (CALLS, AIOHTTP), at_least=0.8),
            Goal((CALLS, OVER_AIOHTTP), (CALLS, AIOHTTP), at_least=0.35),
        ]
        if count == 500:
            goals.append(Goal((P99, OURS), (MEDIAN, OURS), at_most=1.5))
        commands = bench.commands(ASYNC, "callers", labels, count=count, seconds=1.5)
        yield Job(
            f"{count} callers", f"{count} callers {ONE_EACH}", commands, 5, LOAD, goals, CALLS
        )
    commands = bench.commands(SYNC, "threads", (OURS, HTTPX, *SHIPPED), count=32, seconds=1.0)
    goal = Goal((CALLS, OURS), (CALLS, HTTPX), at_least=2)
    yield Job("32 threads", f"32 threads {ONE_EACH}", commands, 5, LOAD, [goal], CALLS)


def streams(bench: Bench) -> Iterator[Job]:
    """How quickly events are read, and how soon."""
    labels = (OURS, HTTPX, AIOHTTP, OVER_AIOHTTP, *SHIPPED)
    large = ("large", "large chunks", "in chunks of 64 KiB")
    lines = ("lines", "a chunk for each", "a chunk for each, as real servers send them")
    for (kind, title, text), side, limits in (
        (large, ASYNC, {OURS: 2.2}),
        (large, SYNC, {OURS: 5.0}),
        (lines, ASYNC, {OURS: 1.25, OVER_AIOHTTP: 3.0}),
        (lines, SYNC, {OURS: 1.8}),
    ):
        yield Job(
            f"Events, {title}, {side}",
            f"100,000 events of 200 bytes, {text}, on a client that has read a stream before. "
            "httpx and aiohttp read bytes, which are split and decoded by orjson.",
            bench.commands(side, "stream", labels, kind=kind, count=100_000),
            rounds=7,
            columns={EVENTS: "rate"},
            goals=[
                Goal((EVENTS, label), (EVENTS, shipped), at_least=limit)
                for label, limit in limits.items()
                for shipped in SHIPPED
            ],
            charted=EVENTS,
        )
    yield Job(
        "The first event",
        "From asking for a stream to its first event, which the server sends at once; less is "
        "better.",
        bench.commands(ASYNC, "first", labels, count=40),
        rounds=7,
        columns={FIRST: "us"},
        goals=[Goal((FIRST, OURS), (FIRST, HTTPX), at_most=1.1)],
    )


def start(bench: Bench) -> Iterator[Job]:
    """What comes before the first call."""
    shipped = "from llama_deploy.client import Client; Client()"
    programs = {
        OURS: ("ours", "from llama_deploy_client import Client; Client()"),
        LIBRARIES: ("ours", "import httpx, pydantic, attrs"),
        SHIPPED_06: ("0.6.1", shipped),
        SHIPPED_09: ("0.9.2", shipped),
    }
    sizes = ", ".join(
        f"{label} {_installed(bench.environments[name]) / 2**20:.3g}"
        for label, (name, _) in programs.items()
        if label != LIBRARIES
    )
    yield Job(
        "Start",
        "Importing `Client` and making one, in a fresh interpreter, without the interpreter's own "
        f"start. Installed, without pip and compiled files, in MiB: {sizes}.",
        {
            label: (bench.environments[name], "-P", "-W", "ignore", "-c", _timed(code))
            for label, (name, code) in programs.items()
        },
        rounds=15,
        columns={START: "ms"},
        goals=[Goal((START, OURS), (START, LIBRARIES), at_most=1.7)],
    )


def _timed(code: str) -> str:
    return (
        f"import time; start = time.perf_counter()\n{code}\ntook = time.perf_counter() - start\n"
        'import json; print(json.dumps({"ms": took * 1000}))'
    )


def _installed(python: Path) -> int:
    """Return the bytes of all that is installed beside an interpreter."""
    [packages] = python.parents[1].glob("lib/python*/site-packages")
    return sum(
        file.stat().st_size
        for file in packages.rglob("*")
        if file.is_file()
        and "__pycache__" not in file.parts
        and not file.relative_to(packages).parts[0].startswith(("pip", "setuptools", "pkg_res"))
    )


JOBS: dict[str, Callable[[Bench], Iterator[Job]]] = {
    job.__name__: job for job in (sequence, callers, streams, start)
}
