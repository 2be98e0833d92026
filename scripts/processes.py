"""Ports of the loopback address, and processes that end with all that they started."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress

LOOPBACK = "127.0.0.1"

_used_ports: set[int] = set()
_ports_lock = threading.Lock()


def free_port() -> int:
    """A free loopback port that this process was not given before.

    Ports come from below the ranges that systems use for outgoing connections (32768 and up on
    Linux, 49152 and up on macOS), so that no client takes one before its server binds it; and at
    random, so that test runs side by side seldom choose the same one.

    Raises:
        RuntimeError: no free port was found.
    """
    with _ports_lock:
        for _ in range(1000):
            port = random.randrange(15000, 32000)
            if port not in _used_ports and _can_bind(port):
                _used_ports.add(port)
                return port
    raise RuntimeError("found no free port on the loopback address")


def _can_bind(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


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
