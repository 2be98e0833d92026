"""`events`: of a task, as they happen."""

from __future__ import annotations

from .command import DeploymentName, Invocation, find_task
from .output import EventPrinter
from .tasks import Session, TaskId


def events(
    call: Invocation, task: TaskId, deployment: DeploymentName = None, session: Session = None
) -> None:
    """Print the events of a task as they happen, a line each; with --json as JSON Lines.

    LlamaDeploy 0.9 sends each event once, to one reader. Earlier servers send all of them to each.
    """
    show = EventPrinter(as_json=call.as_json)
    with (
        call.deployment(deployment) as target,
        find_task(target, task, session).events() as stream,
    ):
        for event in stream:
            show(event)
