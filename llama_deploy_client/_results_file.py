"""The file of a batch's finished tasks: JSON Lines, from which the batch goes on another time.

A line is a JSON object with `index`, the `digest` of the input, and `result` or `error`. A task has
a line once it is finished; one that failed and was run again has several, of which the last counts.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from .errors import ResultsFileError
from .types import Outcome, TaskDefinition

if sys.platform != "win32":
    import fcntl

_START = b'{"index": '
"""What every line starts with. A line that does not is not a batch record, however short."""


def digest(task: TaskDefinition) -> str:
    """What a task is told by from others: all but its id, which is a random one."""
    told = json.dumps([task.service_id, task.session_id, task.input])
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def _parse(line: bytes) -> dict[str, Any]:
    """Parse a whole line. ValueError if it is not a batch record."""
    kept: dict[str, Any]
    match kept := json.loads(line):
        case {"index": int(), "digest": str(), "result": _}:
            return kept
        case {"index": int(), "digest": str(), "error": str()}:
            return kept
    raise ValueError


def _text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _open_privately(path: str, flags: int) -> int:
    """Open a file; one that is made by that is readable by its owner alone."""
    return os.open(path, flags, 0o600)


class ResultsFile:
    """A results file that is open for one batch. Any thread may use it.

    It keeps the places of lines in memory, about 100 bytes for each, and not the lines. A line goes
    to the operating system as soon as its task is finished, so it outlives the process; the disk is
    waited for when the file is closed.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open it, or make it.

        Raises:
            ResultsFileError: it is something else, which stays as it is, or is in use.
        """
        self._path = Path(path)
        if self._path.exists() and not self._path.is_file():  # a pipe or a terminal has no end
            raise ResultsFileError(
                f"{self._path} is not a regular file, so results could not be read back"
            )
        self._lock = threading.Lock()
        with self._naming():
            self._open()

    def _open(self) -> None:
        # Two handles: one that appends, and one that seeks.
        self._out = open(self._path, "ab", buffering=0, opener=_open_privately)  # noqa: SIM115
        try:
            self._claim()
            self._in = self._path.open("rb")
            try:
                self._places, end = self._scan()
                self._out.truncate(end)
            except BaseException:
                self._in.close()
                raise
        except BaseException:
            self._out.close()
            raise

    @contextmanager
    def _naming(self) -> Iterator[None]:
        """Have an error of the operating system name the file: that of a write does not."""
        try:
            yield
        except OSError as error:
            if error.filename is None:
                error.filename = str(self._path)
            raise

    def _claim(self) -> None:
        """Keep other batches out: what one is just writing, another would take for a half line."""
        if sys.platform != "win32":
            try:
                fcntl.flock(self._out, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ResultsFileError(
                    f"{self._path} is in use by another batch. One of this process that was left "
                    "early has to be closed: use `with` or close it"
                ) from None
            except OSError as error:  # a file system without locks
                if error.errno is None:  # a signal handler's
                    raise

    def _scan(self) -> tuple[dict[int, int], int]:
        """Where the line of each success is, and where the last whole line ends."""
        places: dict[int, int] = {}
        place = 0
        for number, line in enumerate(self._in, 1):
            is_whole = line.endswith(b"\n")  # a crash may have cut off the last one
            try:
                kept = _parse(line) if is_whole else None
                if not _START.startswith(line[: len(_START)]):
                    raise ValueError
            except (ValueError, RecursionError):
                raise ResultsFileError(
                    f"{self._path} is not a results file: line {number} is not a batch record. "
                    "The file was not changed; choose another results_file"
                ) from None
            if kept is None:
                break
            if "result" in kept:
                places[kept["index"]] = place
            place += len(line)
        return places, place

    def find(self, index: int, task: TaskDefinition) -> Outcome | None:
        """What the file has of a task that succeeded before. It is asked about each task once.

        Raises:
            ResultsFileError: it has a result of another task under this index.
        """
        place = self._places.pop(index, None)
        if place is None:
            return None
        with self._naming():
            self._in.seek(place)
            kept = json.loads(self._in.readline())
        if kept["digest"] != digest(task):
            raise ResultsFileError(
                f"input {index} is not the one whose result is in {self._path}: give the inputs "
                "that the file was made from, in their order, with the same service and session, "
                "or another results_file"
            )
        return Outcome(index=index, task=task, result=kept["result"], resumed=True)

    def add(self, outcome: Outcome) -> None:
        """Append what became of a task: its whole line, or an error and nothing."""
        error = outcome.error
        last = {"result": outcome.result} if error is None else {"error": _text(error)}
        kept: dict[str, Any] = {"index": outcome.index, "digest": digest(outcome.task), **last}
        line = memoryview(json.dumps(kept).encode() + b"\n")
        with self._lock, self._naming():
            end = self._out.seek(0, os.SEEK_END)
            try:
                while line:  # a full disk takes a part, and refuses the rest
                    line = line[self._out.write(line) :]
            except BaseException:
                self._out.truncate(end)
                raise

    def close(self) -> None:
        with self._lock, self._naming():
            self._in.close()
            if not self._out.closed:
                with self._out:
                    os.fsync(self._out.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
