"""End a command of this package when the reader of its output has closed the pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TextIO

BROKEN_PIPE = 141
"""The exit code that shells report for a program ended by SIGPIPE."""


def run_command(command: Callable[[], int]) -> int:
    """Call `command` and flush what it printed.

    Python itself flushes at exit, where a closed pipe causes exit code 120 and a traceback.

    Returns:
        The exit code of `command`; 141, and nothing on stderr, if a reader closed a pipe.

    Raises:
        OSError: the output could not be written.
    """
    reported = True  # by an exception, or on stderr
    try:
        try:
            code = command()
            reported = code != 0
        finally:
            _flush(reported=reported)
    except BrokenPipeError:
        _discard_output()
        return BROKEN_PIPE
    return code


def _flush(*, reported: bool) -> None:
    """Flush the output. A full disk is an error, unless an error was already reported (`reported`).

    What stderr cannot take is lost; the result is not, so that is not an error.
    """
    for stream in _streams():
        try:
            stream.flush()
        except BrokenPipeError:
            raise
        except OSError:
            _discard_output()
            if not reported and stream is sys.stdout:
                raise


def _streams() -> list[TextIO]:
    streams: list[TextIO | None] = [sys.stdout, sys.stderr]  # None where a file is closed
    return [stream for stream in streams if stream is not None]


def _discard_output() -> None:
    """Discard buffered output, which Python would flush once more at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in _streams():
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
