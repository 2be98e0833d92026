"""`run --inputs`: a workflow many times, from a file."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import define as mutable
from attrs import field

from ..errors import AuthenticationError, BatchError, NotFoundError, ServerUnreachableError
from ..models.apiserver import Deployment
from ..sync.apiserver import Deployment as BlockingDeployment
from ..types import Outcome, TaskDefinition
from .arguments import name_of, read_file, read_object
from .exits import UsageError
from .invocation import Invocation
from .output import is_file, note, note_on_terminal, show_line, to_json
from .reporting import cause

_SHARED = (AuthenticationError, ServerUnreachableError)
"""Errors that no task of the batch caused."""

Define = Callable[[dict[str, Any]], TaskDefinition]


@mutable
class _Progress:
    """How far a batch is, without the results: they may be more than memory holds."""

    total: int
    counts: Counter[str] = field(factory=Counter)
    first: Outcome | None = None
    """The failed task whose input comes first."""
    refused: int = 0
    """How many failed for a reason that all others share."""

    def count(self, outcome: Outcome) -> None:
        self.counts["resumed" if outcome.resumed else "failed" if outcome.error else "new"] += 1
        self.refused += isinstance(outcome.error, _SHARED)
        if outcome.error is not None and (self.first is None or outcome.index < self.first.index):
            self.first = outcome

    def __str__(self) -> str:
        done = self.counts["new"] + self.counts["resumed"]
        text = f"{done} of {self.total} tasks have a result"
        if self.counts["resumed"]:
            text += f", {self.counts['resumed']} of them from an earlier run"
        return f"{text}, {self.counts['failed']} failed" if self.counts["failed"] else text


def run_batch(
    call: Invocation,
    deployment: BlockingDeployment,
    *,
    tasks: list[TaskDefinition],
    concurrency: int,
    create_and_wait: bool,
    results: Path | None,
    again: Callable[[str], str],
) -> None:
    """Run all, and print a line as each ends, unless a file takes it.

    Args:
        call: the command as it was called.
        deployment: the deployment that runs them.
        tasks: what to run.
        concurrency: how many run at once.
        create_and_wait: whether each is created, and its result waited for.
        results: the file that takes the results, if any.
        again: gives the command line that runs what has no result in the deployment of that name.

    Raises:
        BatchError: some failed. It says how many, and how to go on.
        AuthenticationError: the server refused all.
        ServerUnreachableError: nothing answered.
        NotFoundError: the server has no such deployment or service: no other task is started.
    """
    progress = _Progress(len(tasks))

    async def run(target: Deployment) -> None:
        async with target.tasks.run_many(
            tasks,
            concurrency=concurrency,
            create_and_wait=create_and_wait,
            progress=results is not None or is_file(sys.stdout),
            results_file=results,
        ) as batch:
            async for outcome in batch:
                progress.count(outcome)
                if isinstance(outcome.error, NotFoundError):  # it would be the same for each
                    raise outcome.error
                if results is None:
                    show_line(to_json(_line(outcome, debug=call.options.debug)))

    go_on = _go_on(results, again(deployment.id))
    try:
        asyncio.run(call.in_deployment(deployment.id, run))
    except KeyboardInterrupt:
        (note if results is not None else note_on_terminal)(f"{progress}. {go_on}")
        raise
    except (NotFoundError, BrokenPipeError):  # there is nothing to go on with, or nobody to tell
        raise
    except Exception as error:
        if progress.counts:  # nothing ran before: the message says all
            error.add_note(f"{progress}. {go_on}")
        raise
    if progress.first is None:
        note_on_terminal(f"{progress}.")
    else:
        raise _failure(progress, progress.first, go_on, debug=call.options.debug)


def _failure(progress: _Progress, first: Outcome, go_on: str, *, debug: bool) -> Exception:
    assert first.error is not None
    if progress.refused == progress.total:  # too few for the batch to end early
        first.error.add_note(f"{progress}. {go_on}")
        return first.error
    failed = progress.counts["failed"]
    error = BatchError(
        f"{failed} of {progress.total} tasks failed. The first, input {first.index}: "
        f"{cause(first.error, debug=debug)}",
        [first.error],
    )
    error.add_note(go_on)
    return error


def _go_on(results: Path | None, again: str) -> str:
    """How to run what has no result."""
    if results is None:
        return f"To keep results, and go on another time: {again} --results results.jsonl"
    return f"To run what has no result: {again}"


def _line(outcome: Outcome, *, debug: bool) -> dict[str, Any]:
    error = outcome.error
    ending = {"result": outcome.result} if error is None else {"error": cause(error, debug=debug)}
    return {"index": outcome.index, **ending}


def read_inputs(path: Path, define: Define) -> list[TaskDefinition]:
    """The tasks of a JSON Lines file: each line is an object with a workflow's arguments.

    Raises:
        UsageError: a line is something else.
    """
    tasks = []
    for number, line in enumerate(read_file(path).split("\n"), 1):
        if line.strip():
            try:
                tasks.append(define(read_object(line)))
            except UsageError as error:
                raise UsageError(f"line {number} of {name_of(path)}: {error}") from error
    return tasks
