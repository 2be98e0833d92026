"""`run --inputs`: a workflow many times, from a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import evolve

from ..errors import BatchError
from ..models.apiserver import Deployment
from ..types import Outcome, TaskDefinition
from .arguments import read_file, read_object
from .exits import UsageError
from .output import show_line, to_json

Define = Callable[[dict[str, Any]], TaskDefinition]


async def run_batch(
    tasks: list[TaskDefinition],
    target: Deployment,
    *,
    concurrency: int,
    results_file: Path | None,
) -> None:
    """Run all, and print what becomes of each as it ends, unless a file takes it.

    Raises:
        BatchError: some failed.
    """
    outcomes: list[Outcome] = []
    async with target.tasks.run_many(
        tasks,
        concurrency=concurrency,
        # On a terminal the bar and the lines would write over each other.
        progress=results_file is not None or not sys.stdout.isatty(),
        results_file=results_file,
    ) as batch:
        async for outcome in batch:
            if results_file is None:
                show_line(to_json(_line(outcome)))
            outcomes.append(evolve(outcome, result=None))  # results may be more than memory holds
    if any(outcome.error is not None for outcome in outcomes):
        raise BatchError.of(sorted(outcomes, key=lambda outcome: outcome.index), None)


def _line(outcome: Outcome) -> dict[str, Any]:
    error = outcome.error
    ending = {"result": outcome.result} if error is None else {"error": str(error)}
    return {"index": outcome.index, **ending}


def read_inputs(path: Path, define: Define) -> list[TaskDefinition]:
    """The tasks of a JSON Lines file: each line is an object with a workflow's arguments.

    Raises:
        UsageError: a line is something else.
    """
    text = read_file(path)
    tasks = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                tasks.append(define(read_object(line)))
            except UsageError as error:
                raise UsageError(f"line {number} of {path}: {error}") from error
    return tasks
