"""A terminal, as somebody in front of it uses it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
from contextlib import suppress
from os import PathLike
from pathlib import Path
from time import monotonic, sleep
from typing import Any

WAIT = 150.0
"""Seconds that a test waits for what has to appear."""

PATIENCE = 60.0
"""Seconds that an interruption waits for a command that is busy, which may be so for long."""


class Terminal:
    """A terminal of 300 columns in which a command runs; a context manager, which kills it."""

    def __init__(self, *command: str | PathLike[str], env: dict[str, str], **options: Any) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 300, 0, 0))
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**env, "TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "300"},
            start_new_session=True,
            **options,
        )
        os.close(theirs)
        self.screen = ""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self._ours)

    def type(self, text: str | bytes) -> None:
        os.write(self._ours, text.encode() if isinstance(text, str) else text)

    def interrupt(self) -> None:
        """Do what Ctrl-C does, once the command waits for something.

        Python loses a signal that arrives after `input` has printed its prompt and before it reads.
        """
        end = monotonic() + PATIENCE
        idle = 0
        while idle < 20 and monotonic() < end:
            sleep(0.005)
            idle = 0 if self._runs() else idle + 1
        os.killpg(self.process.pid, signal.SIGINT)

    def _runs(self) -> bool:
        """Whether the main thread of a process of the command has work to do, on Linux."""
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # the process ended
                state, _, group, *_ = path.read_text(errors="replace").rpartition(")")[2].split()
                if int(group) == self.process.pid and state in "RD":
                    return True
        return False

    def read_until(self, text: str, times: int = 1) -> None:
        """Wait until `text` is on the screen that often."""
        end = monotonic() + WAIT
        while self.screen.count(text) < times:
            assert self._read(end - monotonic()), self.screen

    def end(self) -> tuple[int, str]:
        """The exit code, and the screen."""
        end = monotonic() + WAIT
        while self._read(end - monotonic()):
            pass
        return self.process.wait(WAIT), self.screen

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], max(seconds, 0))
        try:
            more = os.read(self._ours, 65536) if ready else b""
        except OSError:  # no program has it open any more
            more = b""
        text = more.decode(errors="replace").replace("\r\n", "\n")
        self.screen += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
        return bool(more)
