"""`run`: run a workflow, for one input or many."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from .arguments import read_arguments
from .completion import complete_session
from .exits import UsageError
from .invocation import Invocation
from .options import DeploymentName, ServiceName

_MANY = "Many at once"
_CONCURRENCY = 10

Arguments = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="KEY=VALUE",
        help="The workflow's arguments. A value that is valid JSON is sent as JSON, any other "
        "as text: 3 is a number, '\"3\"' is text. Or one JSON object with all arguments.",
        show_default=False,
    ),
]
NewSession = Annotated[
    str | None,
    typer.Option(
        "--session",
        "-s",
        metavar="ID",
        help="Run in this session. Default: a new one",
        autocompletion=complete_session,
    ),
]
Events = Annotated[
    bool,
    typer.Option(
        "--events",
        help="Show events on stderr as they happen, and ask the workflow's questions.",
    ),
]
Detach = Annotated[
    bool,
    typer.Option("--detach", help="Print the task's id, and do not wait for the result."),
]
InputsFile = Annotated[
    Path | None,
    typer.Option(
        "--inputs",
        metavar="FILE",
        help="Run the workflow for each line of this JSON Lines file, an object with the "
        "arguments; '-' is standard input.",
        dir_okay=False,
        rich_help_panel=_MANY,
    ),
]
ResultsFile = Annotated[
    Path | None,
    typer.Option(
        "--results",
        metavar="FILE",
        help="Add each result or error to this file. Tasks with a result in it are not run again.",
        dir_okay=False,
        rich_help_panel=_MANY,
    ),
]
Concurrency = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help=f"How many run at once. Default: {_CONCURRENCY}",
        rich_help_panel=_MANY,
    ),
]
CreateAndWait = Annotated[
    bool,
    typer.Option(
        "--create-and-wait",
        help="Create each task, and wait for its result, which must be text: for workflows that "
        "take longer than a gateway allows.",
        rich_help_panel=_MANY,
    ),
]


def run(
    call: Invocation,
    arguments: Arguments = None,
    deployment: DeploymentName = None,
    service: ServiceName = None,
    session: NewSession = None,
    events: Events = False,
    detach: Detach = False,
    inputs: InputsFile = None,
    results: ResultsFile = None,
    concurrency: Concurrency = None,
    create_and_wait: CreateAndWait = False,
) -> None:
    """Run a workflow and print its result: a text as it is, anything else as JSON.

    A workflow that fails: exit code 6 (LlamaDeploy 0.9). Earlier servers give the text of the
    exception as the result.
    """
    from . import running
    from .batch import read_inputs, run_batch

    of_many = _words(results=results, concurrency=concurrency, create_and_wait=create_and_wait)
    _check_options(arguments, events, detach, inputs, of_many, concurrency)

    def define(arguments: dict[str, Any]) -> running.TaskDefinition:
        return running.TaskDefinition(input=arguments, service_id=service, session_id=session)

    def again(deployment: str) -> str:
        words = _words(inputs=inputs, results=results, deployment=deployment, service=service)
        more = _words(session=session, concurrency=concurrency, timeout=call.options.timeout)
        return call.options.command("run", *words, *more, *_words(create_and_wait=create_and_wait))

    if inputs is None:
        way = running.detach if detach else running.follow if events else running.run
        act = partial(way, definition=define(read_arguments(arguments or [])))
    else:
        tasks, at_once = read_inputs(inputs, define), concurrency or _CONCURRENCY
        many = partial(run_batch, concurrency=at_once, create_and_wait=create_and_wait)
        act = partial(many, tasks=tasks, results=results, again=again)
    with call.deployment(deployment) as target, running.service_named(call, service):
        if detach or events or create_and_wait:
            running.warn_of_service(call, service)
        act(call, target)


def _check_options(
    arguments: list[str] | None,
    events: bool,
    detach: bool,
    inputs: Path | None,
    of_many: list[str],
    concurrency: int | None,
) -> None:
    """Refuse options that cannot be combined."""
    if inputs is not None and (arguments or events or detach):
        raise UsageError("--inputs cannot be combined with arguments, --events or --detach")
    if inputs is None and of_many:
        raise UsageError(f"{of_many[0]} needs --inputs: it is for many tasks")
    if detach and events:
        raise UsageError("--detach cannot be combined with --events")
    if concurrency is not None and concurrency < 1:
        raise UsageError(f"--concurrency must be at least 1, got {concurrency}")


def _words(**options: object) -> list[str]:
    """Return the options that have a value or are set, as words of a command line."""
    words: list[str] = []
    for name, value in options.items():
        if value is not None and value is not False:
            words.append(f"--{name.replace('_', '-')}")
            words += [] if value is True else [str(value)]
    return words
