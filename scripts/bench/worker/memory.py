"""How much memory this process has, in MiB."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak() -> float:
    """The most it ever had."""
    if STATUS.exists():
        # `ru_maxrss` begins with what the parent had when it forked.
        return _kib("VmHWM") / 1024
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def now() -> float:
    """What it has now; where that cannot be told, the most it ever had."""
    return _kib("VmRSS") / 1024 if STATUS.exists() else peak()


def _kib(name: str) -> int:
    [line] = [line for line in STATUS.read_text().splitlines() if line.startswith(f"{name}:")]
    return int(line.split()[1])
