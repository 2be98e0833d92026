"""Batches: many tasks, a few at a time."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sized
from contextlib import aclosing, nullcontext
from typing import Any, TypeVar

from attrs import evolve
from pydantic import BaseModel

from .._concurrency import AsyncInputs, as_finished_async, check_async, read_async
from .._progress import Progress
from .._results_file import ResultsFile
from .._signals import is_of_signal_handler
from ..errors import (
    AuthenticationError,
    BatchError,
    ClientClosedError,
    ServerUnreachableError,
)
from ..types import Outcome, TaskDefinition
from .streams import Stream

T = TypeVar("T")

StrPath = str | os.PathLike[str]

_LASTING = (AuthenticationError, ClientClosedError, ServerUnreachableError)
"""Errors that would fail every further call alike."""


class Batch(Stream[Outcome]):
    """Runs many tasks, a few at a time. Nothing starts before you ask for outcomes.

    Use it once, in one of three ways:

    - `async for outcome in batch`: each `Outcome` as its task finishes, failures included. The
      batch keeps none of them, so the inputs may be endless. `outcome.unwrap()` returns the result
      or raises the error.
    - `await batch.outcomes()`: all outcomes, in the order of the inputs.
    - `await batch.results()`: the results alone, in that order; a `BatchError` if any task failed.

    The batch ends early, after the calls in flight, if the iterable of inputs raises, or if
    `concurrency` calls in a row fail because credentials are refused, no server is reachable, or
    the client is closed.

    If you leave the loop early, calls in flight are cancelled when Python collects the batch;
    `async with`, or `aclose()`, cancels them at once. Threads cannot be cancelled: the blocking
    client waits for its calls in flight.

    Examples:
        >>> async def shout(deployment, messages):
        ...     tasks = ({"message": message} for message in messages)
        ...     async with deployment.tasks.run_many(tasks) as batch:
        ...         async for outcome in batch:
        ...             print(outcome.index, outcome.error or outcome.result)
    """

    def __init__(
        self,
        inputs: AsyncInputs[T],
        define: Callable[[T], TaskDefinition],
        run: Callable[[TaskDefinition], Awaitable[Any]],
        *,
        concurrency: int,
        progress: bool,
        results_file: StrPath | None,
    ) -> None:
        if isinstance(inputs, str | bytes | Mapping | BaseModel):
            kind = type(inputs).__name__
            raise TypeError(f"inputs must be an iterable of tasks, not a single {kind}")
        check_async(inputs)
        if not isinstance(concurrency, int):
            raise TypeError(f"concurrency must be an int, got {type(concurrency).__name__}")
        if concurrency < 1:
            raise ValueError(f"concurrency must be at least 1, got {concurrency}")
        bar = Progress(shown=progress, total=len(inputs) if isinstance(inputs, Sized) else None)
        self._state = _State(define, run, concurrency)
        super().__init__(_outcomes(self._state, inputs, bar, results_file))

    async def outcomes(self) -> list[Outcome]:
        """Run all tasks and return their outcomes, in the order of the inputs, all in memory.

        Raises:
            BatchError: the batch ended early. The error has the outcomes so far.
            RuntimeError: the batch was used before.
        """
        outcomes, stopped = await self._all()
        if stopped is not None:
            raise BatchError.of(outcomes, stopped) from stopped
        return outcomes

    async def results(self) -> list[Any]:
        """Run all tasks and return their results, in the order of the inputs, all in memory.

        Raises:
            BatchError: some failed, or the batch ended early. It has all errors and outcomes.
            RuntimeError: the batch was used before.
        """
        outcomes, stopped = await self._all()
        if stopped is not None or any(outcome.error is not None for outcome in outcomes):
            raise BatchError.of(outcomes, stopped) from stopped
        return [outcome.result for outcome in outcomes]

    async def _all(self) -> tuple[list[Outcome], Exception | None]:
        if self._state.started:
            raise RuntimeError("a batch can run only once: make a new one")
        outcomes: list[Outcome] = []
        stopped = None
        async with self:
            try:
                async for outcome in self:
                    outcomes.append(outcome)
            except Exception as error:
                if error is not self._state.stopped:  # raised by a signal handler during the wait
                    raise
                stopped = error
        return sorted(outcomes, key=lambda outcome: outcome.index), stopped


class _State:
    """The state of a running batch."""

    def __init__(
        self,
        define: Callable[[T], TaskDefinition],
        run: Callable[[TaskDefinition], Awaitable[Any]],
        concurrency: int,
    ) -> None:
        self.concurrency = concurrency
        self.started = False
        self.file: ResultsFile | None = None
        self._define: Callable[[Any], TaskDefinition] = define
        self._run_task = run
        self._failed_in_a_row = 0
        self._hopeless: Exception | None = None
        self.stopped: Exception | None = None

    async def read(self, inputs: AsyncInputs[Any]) -> AsyncGenerator[Outcome, None]:
        """Yield an outcome for each input; it is complete if the results file has its result."""
        index = 0
        try:
            async for item in read_async(inputs):
                if self._hopeless is not None:
                    raise self._hopeless
                yield self._prepare(index, item)
                index += 1
        except Exception as error:
            self._stop(error)
            raise

    def _prepare(self, index: int, item: Any) -> Outcome:
        try:
            task = self._define(item)
            stored = self.file.find(index, task) if self.file is not None else None
        except Exception as error:
            error.add_note(f"This is input {index} of the batch.")
            raise
        return stored or Outcome(index=index, task=task)

    def _stop(self, error: Exception) -> None:
        """Note what ends the batch, unless a signal handler raised it: that is not its error."""
        if not is_of_signal_handler(error):
            self.stopped = error

    async def finish(self, outcome: Outcome) -> Outcome:
        """Run the task unless it is finished, and write its outcome to the results file."""
        if outcome.resumed:
            return outcome
        outcome = await self._call(outcome)
        if self.file is not None:
            try:
                self.file.add(outcome)
            except Exception as error:
                self._stop(error)
                raise
        self._judge(outcome.error)
        return outcome

    async def _call(self, outcome: Outcome) -> Outcome:
        # Keep neither in a variable: the traceback of an error refers to this frame.
        try:
            return evolve(outcome, result=await self._run_task(outcome.task))
        except Exception as error:
            return evolve(outcome, error=error)

    def _judge(self, error: Exception | None) -> None:
        if not isinstance(error, _LASTING):
            self._failed_in_a_row = 0
            return
        self._failed_in_a_row += 1
        if self._failed_in_a_row == self.concurrency:
            error.add_note(
                f"{self.concurrency} calls in a row failed like this: the batch ended early."
            )
            self._hopeless = error


async def _outcomes(
    state: _State, inputs: AsyncInputs[Any], bar: Progress, results_file: StrPath | None
) -> AsyncGenerator[Outcome, None]:
    state.started = True
    file = nullcontext() if results_file is None else ResultsFile(results_file)
    with file as state.file, bar.open() as show:
        finished = as_finished_async(state.finish, state.read(inputs), state.concurrency)
        async with aclosing(finished):
            async for outcome in finished:
                show(outcome)
                yield outcome
