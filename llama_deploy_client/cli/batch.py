"""`run --inputs`: run a workflow for each line of a file."""

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
"""Errors that would be the same for every task."""

Define = Callable[[dict[str, Any]], TaskDefinition]


@mutable
class _Progress:
    """The progress of a batch. It keeps no results: they may not fit into memory."""

    total: int
    counts: Counter[str] = field(factory=Counter)
    first: Outcome | None = None
    """The failed task whose input comes first."""
    refused: int = 0
    """How many tasks failed for a reason that all tasks share."""

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
    """Run all tasks, and print a line as each ends, unless a results file gets it.

    Args:
        call: the call of the command.
        deployment: the deployment that runs them.
        tasks: the tasks to run.
        concurrency: how many run at once.
        create_and_wait: whether to create each task and wait for its result.
        results: the file for the results, if any.
        again: returns the command line that runs the unfinished tasks in the named deployment.

    Raises:
        BatchError: tasks failed. The message says how many, and how to continue.
        AuthenticationError: the server refused the credentials.
        ServerUnreachableError: no server responded.
        NotFoundError: no such deployment or service; no further task starts.
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
                if isinstance(outcome.error, NotFoundError):  # the same for every other task
                    raise outcome.error
                if results is None:
                    show_line(to_json(_line(outcome, debug=call.options.debug)))

    go_on = _go_on(results, again(deployment.id))
    try:
        asyncio.run(call.in_deployment(deployment.id, run))
    except KeyboardInterrupt:
        (note if results is not None else note_on_terminal)(f"{progress}. {go_on}")
        raise
    except (NotFoundError, BrokenPipeError):  # continuing would fail, too; or nobody reads it
        raise
    except Exception as error:
        if progress.counts:  # otherwise nothing ran, and the message suffices
            error.add_note(f"{progress}. {go_on}")
        raise
    if progress.first is None:
        note_on_terminal(f"{progress}.")
    else:
        raise _failure(progress, progress.first, go_on, debug=call.options.debug)


def _failure(progress: _Progress, first: Outcome, go_on: str, *, debug: bool) -> Exception:
    assert first.error is not None
    if progress.refused == progress.total:  # with few tasks, the batch does not end early
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
    """Return how to run the tasks without a result."""
    if results is None:
        return f"To keep results and continue later: {again} --results results.jsonl"
    return f"To run the tasks without a result: {again}"


def _line(outcome: Outcome, *, debug: bool) -> dict[str, Any]:
    error = outcome.error
    ending = {"result": outcome.result} if error is None else {"error": cause(error, debug=debug)}
    return {"index": outcome.index, **ending}


def read_inputs(path: Path, define: Define) -> list[TaskDefinition]:
    """Read tasks from a JSON Lines file: each line is an object with a workflow's arguments.

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
