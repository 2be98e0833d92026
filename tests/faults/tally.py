"""Counts of trials: what the report at the end of a run, and `docs/faults.md`, are made of."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

SECTIONS = ("Requests", "Retries", "Time-outs", "Streams", "Load and lifetime", "Security")


class Line:
    """One promise, and how often it was tried."""

    def __init__(self, section: str, promise: str, colour: str) -> None:
        assert section in SECTIONS
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

    @property
    def counts(self) -> Counts:
        return self.section, self.promise, self.colour, self.trials, len(self.failures)


Counts = tuple[str, str, str, int, int]
"""Of a line: section, promise, colour, trials and failures."""


def table(rows: Iterable[Counts]) -> str:
    """The counts as Markdown."""
    text = ""
    by_promise = sorted(rows, key=lambda row: (row[1], row[2]))
    for section in SECTIONS:
        of_section = [row for row in by_promise if row[0] == section]
        if of_section:
            text += f"\n## {section}\n\n| | | trials | failures |\n|---|---|---:|---:|\n"
        for _, promise, colour, trials, failures in of_section:
            text += f"| {promise} | {colour} | {trials:,} | {failures:,} |\n"
    return text
