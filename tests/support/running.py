"""Servers and programs that tests start, and their end."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from typing import Any, TypeVar

from scripts.servers import Server

S = TypeVar("S", bound=Server)
_running: list[Server] = []


@contextmanager
def running(server: S) -> Iterator[S]:
    """Run a server until its fixture ends, or `end_servers` is called."""
    with server:
        _running.append(server)
        yield server


def end_servers() -> None:
    """End them all. An idle server with a deployment takes a fifth of a processor before 0.9."""
    while _running:
        _running.pop().stop()


@contextmanager
def program(*command: str | PathLike[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program of the test's own, which is killed if it still runs when the context ends.

    `Popen` itself would wait for it there: for ever, where a test fails because a program hangs.
    """
    with subprocess.Popen(command, text=True, **options) as process:
        try:
            yield process
        finally:
            process.kill()
