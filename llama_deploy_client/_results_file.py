"""The results file of a batch: JSON Lines with finished tasks, to resume the batch from.

Each line is a JSON object with `index`, the `digest` of the input, and `result` or `error`. A
finished task has a line; one that failed and ran again has several, and the last one counts.
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
"""The start of every line. A line that starts differently is not a batch record."""


def digest(task: TaskDefinition) -> str:
    """Identify a task by everything except its random id."""
    identity = json.dumps([task.service_id, task.session_id, task.input])
    return hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()


def _parse(line: bytes) -> dict[str, Any]:
    """Parse a whole line. ValueError if it is not a batch record."""
    record: dict[str, Any]
    match record := json.loads(line):
        case {"index": int(), "digest": str(), "result": _}:
            return record
        case {"index": int(), "digest": str(), "error": str()}:
            return record
    raise ValueError


def _text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _open_privately(path: str, flags: int) -> int:
    """Open a file; a new one is readable only by its owner."""
    return os.open(path, flags, 0o600)


class ResultsFile:
    """A results file that one batch has opened. It is thread-safe.

    It keeps the positions of lines in memory, about 100 bytes each, not the lines. Each line goes
    to the operating system as soon as its task is finished, so it survives the process; closing the
    file waits for the disk.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open the file, or create it.

        Raises:
            ResultsFileError: it is not a results file (and stays unchanged), or is in use.
        """
        self._path = Path(path)
        # a pipe or a terminal cannot be read back
        if self._path.exists() and not self._path.is_file():
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
        """Name the file in errors of the operating system: a failed write does not."""
        try:
            yield
        except OSError as error:
            if error.filename is None:
                error.filename = str(self._path)
            raise

    def _claim(self) -> None:
        """Lock out other batches, which would read half-written lines."""
        if sys.platform != "win32":
            try:
                fcntl.flock(self._out, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ResultsFileError(
                    f"{self._path} is in use by another batch. If this process left that one "
                    "early, close it, or use `with`"
                ) from None
            except OSError as error:  # a file system without locks
                if error.errno is None:  # a signal handler raised it
                    raise

    def _scan(self) -> tuple[dict[int, int], int]:
        """Find the line of each success, and the end of the last complete line."""
        places: dict[int, int] = {}
        place = 0
        for number, line in enumerate(self._in, 1):
            is_whole = line.endswith(b"\n")  # a crash may have truncated the last line
            try:
                record = _parse(line) if is_whole else None
                if not _START.startswith(line[: len(_START)]):
                    raise ValueError
            except (ValueError, RecursionError):
                raise ResultsFileError(
                    f"{self._path} is not a results file: line {number} is not a batch record. "
                    "The file was not changed; choose another results_file"
                ) from None
            if record is None:
                break
            if "result" in record:
                places[record["index"]] = place
            place += len(line)
        return places, place

    def find(self, index: int, task: TaskDefinition) -> Outcome | None:
        """Return the result of a task that succeeded before, or None. Call it once per task.

        Raises:
            ResultsFileError: the file has a result of another task with this index.
        """
        place = self._places.pop(index, None)
        if place is None:
            return None
        with self._naming():
            self._in.seek(place)
            record = json.loads(self._in.readline())
        if record["digest"] != digest(task):
            raise ResultsFileError(
                f"input {index} differs from the one whose result is in {self._path}: use the same "
                "inputs in the same order, with the same service and session, or another "
                "results_file"
            )
        return Outcome(index=index, task=task, result=record["result"], resumed=True)

    def add(self, outcome: Outcome) -> None:
        """Append the outcome of a task: its whole line, or nothing if writing fails."""
        error = outcome.error
        last = {"result": outcome.result} if error is None else {"error": _text(error)}
        record: dict[str, Any] = {"index": outcome.index, "digest": digest(outcome.task), **last}
        line = memoryview(json.dumps(record).encode() + b"\n")
        with self._lock, self._naming():
            end = self._out.seek(0, os.SEEK_END)
            try:
                while line:  # a full disk accepts a part of the line
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
