"""The parts of a call, as pyinstrument sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

INTERVAL = 0.001

PARTS = {
    "/worker/": "the loop that calls",
    "/llama_deploy_client/_async/transport.py": "this client: its transport",
    "/llama_deploy_client/_sync/transport.py": "this client: its transport",
    "/llama_deploy_client/_lanes.py": "this client: its transport",
    "/llama_deploy_client/_concurrency.py": "this client: its transport",
    "/llama_deploy_client/_async/connection.py": "this client: HTTP/1.1",
    "/llama_deploy_client/_sync/connection.py": "this client: HTTP/1.1",
    "/llama_deploy_client/_http1.py": "this client: HTTP/1.1",
    "/llama_deploy_client/_sockets.py": "this client: its sockets",
    "/llama_deploy_client/": "this client: the facade",
    "/llama_deploy_api/": "the generated request",
    "/pydantic": "pydantic",
    "/httpx/": "httpx",
    "/httptools/": "this client: HTTP/1.1",
    "/asyncio/": "asyncio",
}
"""Parts by what the path of their code has in it; the first that fits counts."""
OTHER = "the rest of Python"
NETWORK = ("socket.", "epoll.", "kqueue.", "poll.")
BUILT_IN = "<built-in>"


@contextmanager
def profiled(figures: dict[str, float], count: int) -> Iterator[None]:
    """Profile `count` calls; put the microseconds of each part of one into `figures`."""
    # Not a plain import: the environment that type checkers look at has no pyinstrument.
    profiler = import_module("pyinstrument").Profiler(INTERVAL, async_mode="disabled")
    profiler.start()
    yield
    session = profiler.stop()
    seconds: Counter[str] = Counter()
    _add(session.root_frame(), seconds)
    figures.update({part: time / count * 1e6 for part, time in seconds.items()})


def _add(frame: Any, seconds: Counter[str]) -> None:
    """Add what a frame and those below took themselves."""
    seconds[_part(frame)] += frame.time - sum(child.time for child in frame.children)
    for child in frame.children:
        _add(child, seconds)


def _part(frame: Any) -> str:
    """Which part a frame belongs to. What is written in C belongs to whoever called it."""
    while frame is not None:
        if frame.function.startswith(NETWORK):
            return "the network, and waiting for the server"
        path = frame.file_path or BUILT_IN
        if path != BUILT_IN and frame.function != "[self]":
            return next((name for key, name in PARTS.items() if key in path), OTHER)
        frame = frame.parent
    return OTHER
