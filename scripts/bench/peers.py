"""Who is measured, and the process that each runs in while it is."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .environments import FOLDER

PATIENCE = 180.0
"""Seconds that one measure may take."""


@dataclass(frozen=True)
class Peer:
    """A client in an environment.

    Attributes:
        label: its name in tables.
        python: the interpreter that has it.
        program: `module:name` of what uses it, in `worker/peers/`.
        colour: "async" or "sync".
    """

    label: str
    python: Path
    program: str
    colour: str = "async"


def clean_environment() -> dict[str, str]:
    """The variables that a measured process sees: no proxies, no settings of clients."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(FOLDER),
        "PYTHONPATH": str(Path(__file__).parent),
    }


class Worker:
    """A process that measures one peer; a context manager."""

    def __init__(self, peer: Peer, url: str) -> None:
        command = [str(peer.python), "-P", "-m", "worker", peer.colour, peer.program, url]
        self._peer = peer
        with (FOLDER / "workers.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=clean_environment(),
                text=True,
            )

    def ask(self, measure: str, **parameters: Any) -> dict[str, float]:
        """The figures of one measure.

        Raises:
            RuntimeError: it failed, or took too long.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        watchdog = threading.Timer(PATIENCE, self._process.kill)
        watchdog.start()
        try:
            self._process.stdin.write(json.dumps({"measure": measure, **parameters}) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        finally:
            watchdog.cancel()
        figures: dict[str, Any] = json.loads(answer) if answer else {"error": "it ended"}
        if "error" in figures:
            raise RuntimeError(f"{self._peer.label}, {measure}: {figures['error']}")
        return figures

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._process:
            if error is not None:
                self._process.kill()
