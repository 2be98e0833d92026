"""How clients are measured: each time in a new process of its own interpreter, in turn."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .tables import Goal, Table

HERE = Path(__file__).parent
PATIENCE = 180.0
"""Seconds that one measurement may take."""

Command = Sequence[str | Path]
Figures = dict[str, float]


@dataclass(frozen=True)
class Job:
    """A table that is still to be measured.

    Attributes:
        title, text: its heading, and what is measured.
        commands: a program for each row, by its label; it prints figures as JSON.
        rounds: how often each program runs.
        columns: the key of the figures of each column, by its title.
        goals: what ratios have to be.
        charted: the title of the column that the chart shows.
    """

    title: str
    text: str
    commands: Mapping[str, Command]
    rounds: int
    columns: Mapping[str, str]
    goals: Sequence[Goal]
    charted: str | None = None

    def measure(self) -> Table:
        """Run the programs in turn."""
        rows = in_turn(self.commands, self.rounds, lambda label: run(self.commands[label]))
        columns = {
            title: {label: [figures[key] for figures in row] for label, row in rows.items()}
            for title, key in self.columns.items()
        }
        return Table(self.title, self.text, columns, self.goals, self.charted)


def in_turn(
    labels: Mapping[str, object], rounds: int, measure: Callable[[str], Figures]
) -> dict[str, list[Figures]]:
    """Measure each in every round, each round in another order.

    So whatever else the machine does slows all of them down alike.
    """
    figures: dict[str, list[Figures]] = {label: [] for label in labels}
    for _ in range(rounds):
        for label in random.sample(list(labels), len(labels)):
            figures[label].append(measure(label))
    return figures


def run(command: Command) -> Figures:
    """Return the figures on the last line that a program prints; what it imports may print, too.

    Raises:
        RuntimeError: it failed.
    """
    ran = subprocess.run(
        command, env=clean_environment(), capture_output=True, text=True, timeout=PATIENCE
    )
    if ran.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{ran.stderr}")
    figures: Figures = json.loads(ran.stdout.splitlines()[-1])
    return figures


def clean_environment() -> dict[str, str]:
    """Return the variables that a measured process sees: no proxies, no settings of clients."""
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(HERE)}


@contextmanager
def canned_server(python: Path) -> Iterator[str]:
    """Run a server with canned responses as long as the context lasts; hand out its URL."""
    program = (python, "-P", HERE / "origin.py")
    environment = clean_environment()
    pipe = subprocess.PIPE
    with subprocess.Popen(program, stdin=pipe, stdout=pipe, env=environment, text=True) as process:
        assert process.stdout is not None
        if not (port := process.stdout.readline().strip()):
            raise RuntimeError("the canned server did not start")
        yield f"http://127.0.0.1:{port}"
