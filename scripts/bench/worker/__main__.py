"""Jobs in, figures out."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Any

from . import asynchronous, blocking

Figures = dict[str, float]


def main(colour: str, peer: str, url: str) -> None:
    """Do the jobs that come in, until they end."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a client may print is not the result
    module, _, name = peer.partition(":")
    make = getattr(import_module(f".peers.{module}", __package__), name)
    do = _asynchronously if colour == "async" else _blockingly
    for line in sys.stdin:
        job = json.loads(line)
        gc.collect()
        try:
            answer: dict[str, Any] = do(make, url, job.pop("measure"), job)
        except Exception:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), file=answers, flush=True)


def _asynchronously(
    make: Callable[[str], asynchronous.Peer], url: str, measure: str, job: dict[str, Any]
) -> Figures:
    async def measured() -> Figures:
        peer = make(url)
        try:
            figures: Figures = await getattr(asynchronous, measure)(peer, **job)
            return figures
        finally:
            await peer.aclose()

    return asyncio.run(measured())


def _blockingly(
    make: Callable[[str], blocking.Peer], url: str, measure: str, job: dict[str, Any]
) -> Figures:
    peer = make(url)
    try:
        figures: Figures = getattr(blocking, measure)(peer, **job)
        return figures
    finally:
        peer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
