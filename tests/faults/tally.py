"""Counts of trials: what the report at the end of a run, and `docs/faults.md`, are made of."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

SECTIONS = ("Requests", "Retries", "Time-outs", "Streams", "Load and lifetime", "Security")


class Line:
    """One promise, and how often it was tried."""

    def __init__(self, section: str, promise: str, colour: str) -> None:
        self.section = section
        self.promise = promise
        self.colour = colour
        self.trials = 0
        self.failures: list[BaseException] = []
        self._lock = threading.Lock()

    @contextmanager
    def trial(self, count: int = 1) -> Iterator[None]:
        """One trial, or `count` that stand and fall together: an error in it is a failure."""
        try:
            with self.verdict(count):
                yield
        finally:
            with self._lock:
                self.trials += count

    @contextmanager
    def verdict(self, count: int = 1) -> Iterator[None]:
        """What is known of trials only after them: an error in it is a failure of theirs."""
        try:
            yield
        except Exception as error:
            with self._lock:
                self.failures += [error] * count

    def kept(self, trials: int) -> None:
        """Fail unless there were so many trials, and none failed."""
        if self.failures:
            shown = f"{len(self.failures)} of {self.trials} trials failed: {self.promise}"
            raise AssertionError(shown) from self.failures[0]
        assert self.trials == trials


class Tally:
    """All lines of a run."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def line(self, section: str, promise: str, colour: str) -> Line:
        assert section in SECTIONS
        line = Line(section, promise, colour)
        self.lines.append(line)
        return line

    def table(self) -> str:
        """The counts as Markdown."""
        text = ""
        for section in SECTIONS:
            lines = [line for line in self.lines if line.section == section]
            if not lines:
                continue
            text += f"\n## {section}\n\n| | | trials | failures |\n|---|---|---:|---:|\n"
            for line in sorted(lines, key=lambda line: (line.promise, line.colour)):
                counts = f"{line.trials:,} | {len(line.failures):,}"
                text += f"| {line.promise} | {line.colour} | {counts} |\n"
        return text
