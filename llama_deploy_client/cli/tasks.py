"""`tasks`: list the tasks of a deployment, wait for one, and reply to its questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .arguments import check_text, read_arguments
from .exits import UsageError
from .invocation import Invocation, find_task
from .options import DeploymentName, ServiceName, TaskId, TaskSession

if TYPE_CHECKING:
    from ..events import ServerEvent
    from ..sync.apiserver import Task

Reply = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="REPLY",
        help="The reply to the task's question, as one text; with --event, the event's fields: "
        "KEY=VALUE, or one JSON object.",
        show_default=False,
    ),
]
EventClass = Annotated[
    str | None,
    typer.Option(
        "--event",
        metavar="CLASS",
        help="The event's class on the server, module.Name. Default: HumanResponseEvent, whose "
        "field `response` is the reply",
    ),
]


def list_tasks(call: Invocation, deployment: DeploymentName = None) -> None:
    """List the tasks of a deployment. LlamaDeploy 0.9 does not report their sessions."""
    from .output import show_rows

    with call.deployment(deployment) as target:
        rows = [{"task_id": task.id, "session_id": task.session_id} for task in target.tasks.list()]
    show_rows(
        rows,
        as_json=call.as_json,
        columns=["task_id", "session_id"],
        nothing="There are no tasks.",
    )


def wait(
    call: Invocation, task: TaskId, deployment: DeploymentName = None, session: TaskSession = None
) -> None:
    """Wait for the result of a task, for --timeout seconds, and print it."""
    from .output import show_value, waiting

    with call.deployment(deployment) as target:
        handle = find_task(target, task, session)
        with call.going_on(handle), waiting("Waiting for the result"):
            result = handle.wait()
    show_value(result.result, as_json=call.as_json)


def results(
    call: Invocation, task: TaskId, deployment: DeploymentName = None, session: TaskSession = None
) -> None:
    """The same as `tasks wait`: wait for the result of a task, and print it."""
    wait(call, task, deployment, session)


def send(
    call: Invocation,
    task: TaskId,
    reply: Reply = None,
    event: EventClass = None,
    deployment: DeploymentName = None,
    service: ServiceName = None,
    session: TaskSession = None,
) -> None:
    """Send a reply to the question of a task, or another event.

    LlamaDeploy 0.9 needs --session, which `run --detach --json` prints. Earlier servers need the
    service that asks: it is looked up if --service is not given.
    """
    message = _event(event, reply or [])
    with call.deployment(deployment) as target:
        handle = find_task(target, task, session)
        if handle.session_id is None:
            raise UsageError(
                f"--session is missing: this server does not report the session of task {task}. "
                "`run --detach --json` prints it"
            )
        handle.send_event(message, service or _service(target.tasks.list(), task))


def _event(name: str | None, words: list[str]) -> ServerEvent:
    from ..events import HumanResponseEvent, ServerEvent

    if name is not None:
        return ServerEvent(name, read_arguments(words))
    if len(words) != 1:
        raise UsageError(
            f"the reply must be one text, in quotes if it has spaces, got {len(words)}"
        )
    check_text("the reply is", *words)
    return HumanResponseEvent(response=words[0])


def _service(tasks: list[Task], id: str) -> str:
    """Return the service of a task, if the server reports it; 0.9 does not need it."""
    return next((task.service_id for task in tasks if task.id == id), None) or ""
