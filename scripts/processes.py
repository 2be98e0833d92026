"""Ports of the loopback address, locks, and processes that end with all that they started."""

from __future__ import annotations

import atexit
import fcntl
import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOOPBACK = "127.0.0.1"
# Below the ranges that systems use for outgoing connections (32768 and up on Linux, 49152 and up on
# macOS), so that no client takes a port before its server binds it.
FIRST_PORT, LAST_PORT, BLOCK = 15000, 31800, 200

_ports: Iterator[int] = iter(())
_ports_lock = threading.Lock()


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold a lock between processes; the system frees it if this one dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def free_port() -> int:
    """A free loopback port that neither this process nor another that asks here was given before.

    Raises:
        RuntimeError: no free port was found.
    """
    global _ports
    with _ports_lock:
        while True:
            for port in _ports:
                if (probe := _bind(port)) is not None:
                    probe.close()
                    return port
            _ports = _block_of_ports()


def _block_of_ports() -> Iterator[int]:
    """Ports for this process alone: it keeps the first of them bound, which others then avoid."""
    blocks = range(FIRST_PORT, LAST_PORT, BLOCK)
    for first in random.sample(blocks, len(blocks)):
        if (guard := _bind(first)) is not None:
            atexit.register(guard.close)
            return iter(range(first + 1, first + BLOCK))
    raise RuntimeError("found no free port on the loopback address")


def _bind(port: int) -> socket.socket | None:
    """A socket bound to a loopback port, or None if something else has it."""
    bound = socket.socket()
    try:
        bound.bind((LOOPBACK, port))
    except OSError:
        bound.close()
        return None
    return bound


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process has ended, without reaping it: its id stays ours until it is reaped."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def end_group(process: subprocess.Popen[bytes], grace: float = 3.0) -> None:
    """Ask a process group to end, kill what is left of it after `grace` seconds."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while not has_ended(process) and time.monotonic() < deadline:
        time.sleep(0.02)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        process.stdin.close()
