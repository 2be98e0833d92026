"""`events`: print the events of a task as they happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .exits import UsageError
from .invocation import Invocation, find_task
from .options import DeploymentName, TaskId, TaskSession

if TYPE_CHECKING:
    from ..sync.apiserver import Deployment

_SHARED = (
    "LlamaDeploy 0.9 sends each event to one reader only: events shown here are lost to the "
    "application that started the task"
)
TakeEvents = Annotated[
    bool,
    typer.Option(
        "--take-events",
        help="Take the events from other readers without asking first (0.9).",
    ),
]


def events(
    call: Invocation,
    task: TaskId,
    deployment: DeploymentName = None,
    session: TaskSession = None,
    take_events: TakeEvents = False,
) -> None:
    """Print the events of a task as they happen, a line each; with --json as JSON Lines.

    LlamaDeploy 0.9 sends each event to one reader only, so the command asks before it takes events
    from the application that started the task. Earlier servers send all events to each reader.
    """
    from .output import EventPrinter

    show = EventPrinter(as_json=call.as_json)
    with call.deployment(deployment) as target:
        handle = find_task(target, task, session)
        if not take_events and _takes_events(target):
            _confirm()
        with handle.events() as stream, call.going_on(handle):
            for event in stream:
                show(event)


def _takes_events(deployment: Deployment) -> bool:
    try:
        generation: str = deployment.client.apiserver.generation()
        return generation == "0.9"
    except Exception:  # a proxy may block the request that shows the generation
        return True


def _confirm() -> None:
    from .output import ask, somebody_is_there

    if not somebody_is_there():
        raise UsageError(f"{_SHARED}. Use --take-events to show them")
    try:
        reply = ask(f"{_SHARED}. Show them? [y/N]")
    except EOFError:
        reply = ""
    if reply.strip().lower() not in ("y", "yes"):
        raise KeyboardInterrupt
