"""`tasks`: of a deployment."""

from __future__ import annotations

from typing import Annotated

import typer

from .command import DeploymentName, Invocation, find_task
from .output import show_rows, show_value, waiting

TaskId = Annotated[str, typer.Argument(metavar="TASK", help="The task's id.")]
Session = Annotated[
    str | None,
    typer.Option(
        "--session", "-s", metavar="ID", help="The task's session. Without it, it is looked up."
    ),
]


def list_tasks(call: Invocation, deployment: DeploymentName = None) -> None:
    """List the tasks of a deployment. LlamaDeploy 0.9 does not tell their sessions."""
    with call.deployment(deployment) as target:
        rows = [{"task_id": task.id, "session_id": task.session_id} for task in target.tasks.list()]
    show_rows(
        rows,
        as_json=call.as_json,
        columns=["task_id", "session_id"],
        nothing="There are no tasks.",
    )


def results(
    call: Invocation, task: TaskId, deployment: DeploymentName = None, session: Session = None
) -> None:
    """Wait for the result of a task, for --timeout seconds, and print it."""
    with call.deployment(deployment) as target:
        found = find_task(target, task, session)
        with waiting("Waiting for the result"):
            result = found.wait()
    show_value(result.result, as_json=call.as_json)
