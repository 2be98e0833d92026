"""`run`: a workflow, with arguments."""

from __future__ import annotations

from typing import Annotated

import typer

from ..types import TaskDefinition
from .arguments import read_arguments
from .command import DeploymentName, Invocation
from .output import show_value, waiting

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


def run(
    call: Invocation,
    arguments: Arguments = None,
    deployment: DeploymentName = None,
    service: Service = None,
    session: Session = None,
) -> None:
    """Run a workflow and print its result: a text as it is, anything else as JSON.

    A workflow that fails: exit code 6 (LlamaDeploy 0.9). Earlier servers answer with the text of
    the exception as if it were a result.
    """
    task = TaskDefinition(
        input=read_arguments(arguments or []), service_id=service, session_id=session
    )
    with call.deployment(deployment) as target, waiting("Running"):
        result = target.tasks.run(task)
    show_value(result, as_json=call.as_json)
