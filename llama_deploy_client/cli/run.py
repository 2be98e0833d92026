"""`run`: a workflow, with arguments."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import StreamInterruptedError
from ..events import ReceivedEvent, is_input_required
from ..sync.apiserver import Deployment
from ..types import TaskDefinition
from .arguments import read_arguments
from .batch import read_inputs, run_batch
from .command import DeploymentName, Invocation
from .exits import UsageError
from .output import EventPrinter, note, prompt, show_value, waiting

_MANY = "Many at once"
_CONCURRENCY = 10

Arguments = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[KEY=VALUE]...",
        help="The workflow's arguments. A value is JSON if it reads as JSON, else text: 3 is a "
        "number, '\"3\"' a text. Or all of them as one JSON object.",
        show_default=False,
    ),
]
Service = Annotated[
    str | None,
    typer.Option(
        "--service", "-S", metavar="NAME", help="The service. Without it, the default one."
    ),
]
Session = Annotated[
    str | None,
    typer.Option(
        "--session", "-s", metavar="ID", help="Run in this session. Without it, in a new one."
    ),
]
InputsFile = Annotated[
    Path | None,
    typer.Option(
        "--inputs",
        metavar="FILE",
        help="Run it for each line of a JSON Lines file, an object with the arguments; '-' is the "
        "standard input.",
        dir_okay=False,
        rich_help_panel=_MANY,
    ),
]
ResultsFile = Annotated[
    Path | None,
    typer.Option(
        "--results",
        metavar="FILE",
        help="Add what becomes of each to this file. What succeeded before is not run again.",
        dir_okay=False,
        rich_help_panel=_MANY,
    ),
]
Concurrency = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help=f"How many run at once, {_CONCURRENCY} unless told otherwise.",
        min=1,
        rich_help_panel=_MANY,
    ),
]
Events = Annotated[
    bool,
    typer.Option("--events", help="Show its events on stderr as they come, and ask its questions."),
]


def run(
    call: Invocation,
    arguments: Arguments = None,
    deployment: DeploymentName = None,
    service: Service = None,
    session: Session = None,
    events: Events = False,
    inputs: InputsFile = None,
    results: ResultsFile = None,
    concurrency: Concurrency = None,
) -> None:
    """Run a workflow and print its result: a text as it is, anything else as JSON.

    A workflow that fails: exit code 6 (LlamaDeploy 0.9). Earlier servers answer with the text of
    the exception as if it were a result.
    """

    def define(given: dict[str, Any]) -> TaskDefinition:
        return TaskDefinition(input=given, service_id=service, session_id=session)

    if inputs is None:
        for option, value in (("--results", results), ("--concurrency", concurrency)):
            if value is not None:
                raise UsageError(f"{option} is for many tasks: it needs --inputs")
        run_one, task = _follow if events else _run, define(read_arguments(arguments or []))
        with call.deployment(deployment) as target:
            result = run_one(call, target, task)
        show_value(result, as_json=call.as_json)
    elif arguments or events:
        raise UsageError("--inputs goes with no arguments beside it, and not with --events")
    else:
        tasks = read_inputs(inputs, define)
        at_once = concurrency or _CONCURRENCY
        batch = partial(run_batch, tasks, concurrency=at_once, results_file=results)
        with call.deployment(deployment) as target:
            name = target.id
        asyncio.run(call.in_deployment(name, batch))


def _run(call: Invocation, target: Deployment, task: TaskDefinition) -> Any:
    with waiting("Running"):
        return target.tasks.run(task)


def _follow(call: Invocation, target: Deployment, task: TaskDefinition) -> str:
    """Show a task's events, have its questions answered, and tell its result."""
    show = EventPrinter(as_json=call.as_json, aside=True)
    answer = _ask if sys.stdin is not None and sys.stdin.isatty() else None
    with target.tasks.stream(task, answer=answer, is_question=_is_question) as started:
        try:
            for event in started:
                show(event)
        except StreamInterruptedError as error:  # the result counts even so
            note(str(error))
        except KeyboardInterrupt:
            note(f"Task {started.task.id} goes on on the server.")
            raise
        return started.result().result


def _is_question(event: ReceivedEvent) -> bool:
    """A class of the workflow's own has another name than `InputRequiredEvent`, but a `prefix`."""
    return is_input_required(event) or "prefix" in event.fields


def _ask(question: ReceivedEvent) -> str:
    """What somebody at the terminal answers to a workflow's question, which was shown before."""
    try:
        return prompt(str(question.fields.get("prefix", "")))
    except EOFError:  # Ctrl-D
        raise KeyboardInterrupt from None
