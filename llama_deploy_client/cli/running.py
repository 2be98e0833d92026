"""How `run` runs one workflow: wait for it, follow its events, or detach."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .._suggestions import suggestion
from ..errors import (
    ConnectionLostError,
    LlamaDeployError,
    NotFoundError,
    ServerError,
    StreamInterruptedError,
    TaskFailedError,
)
from ..events import ReceivedEvent, is_input_required
from ..sync import SyncClient
from ..sync.apiserver import Deployment, Task
from ..types import TaskDefinition
from .exits import NothingThereError, UsageError
from .invocation import Invocation, leaving_open
from .output import (
    EventPrinter,
    ask,
    note,
    note_on_terminal,
    show_json,
    show_line,
    show_value,
    warn,
)
from .output import waiting as waiting_for
from .reporting import cause
from .settings import CONTROL_PLANE, make_client

__all__ = ["TaskDefinition", "detach", "follow", "run", "service_named", "warn_of_service"]

_HINT_SECONDS = 2.0
"""The list of services is only a hint, so it must come soon."""
_NO_ID = (
    "The task may still be running on the server, but its id is unknown. Use --detach or --events "
    "to get the ids of tasks."
)


@contextmanager
def service_named(call: Invocation, service: str | None) -> Iterator[None]:
    """Add the names of the services to the error for an unknown service."""
    try:
        yield
    except NotFoundError as error:
        if service is None or f"{service!r} not found" not in (error.detail or ""):
            raise
        raise NothingThereError(_unknown_service(call, service)) from error


def _unknown_service(call: Invocation, service: str) -> str:
    message = f"the deployment has no service {service!r}"
    names = _services(call)
    if not names:
        return f"{message}: its deployment file lists the services"
    return f"{message}{suggestion(service, names)}. `services list` shows: {', '.join(names)}"


def _services(call: Invocation) -> list[str]:
    """Return the services of the control plane; an empty list without one, as on 0.9."""
    quick: dict[str, Any] = {"timeout": _HINT_SECONDS, "max_retries": 0}
    try:
        with make_client(SyncClient, call.settings, **quick) as client:
            if client.apiserver.generation() == "0.9":
                return []
        with make_client(SyncClient, call.settings, server=CONTROL_PLANE, **quick) as client:
            return sorted(each.id for each in client.core.services.list())
    except (LlamaDeployError, UsageError):
        return []


def warn_of_service(call: Invocation, service: str | None) -> None:
    """Warn if the control plane lacks the service: 0.6 to 0.8 create a task that never ends.

    It is not an error: the settings may name another deployment's control plane.
    """
    names = _services(call) if service is not None else []
    if service is not None and names and service not in names:
        warn(
            f"the control plane has no service {service!r}{suggestion(service, names)}: "
            "LlamaDeploy 0.6 to 0.8 start a task for it that never ends"
        )


def run(call: Invocation, target: Deployment, definition: TaskDefinition) -> None:
    """Wait for the result, and print it."""
    try:
        with waiting_for("Running"):
            result = target.tasks.run(definition)
    except KeyboardInterrupt:
        note_on_terminal(_NO_ID)
        raise
    except (TimeoutError, ConnectionLostError) as error:
        error.add_note(_NO_ID)
        raise
    show_value(result, as_json=call.as_json)


def detach(call: Invocation, target: Deployment, definition: TaskDefinition) -> None:
    """Start the task, and print its id."""
    listing = call.options.command("tasks", "list", "--deployment", target.id)
    with leaving_open(f"The task may have been started. To see it: {listing}"):
        task = target.tasks.create(definition)
    if call.as_json:
        show_json(
            {"task_id": task.id, "session_id": task.session_id, "deployment": task.deployment_id}
        )
    else:
        show_line(task.id)
    note_on_terminal(f"To wait for its result: {call.command('tasks wait', task)}")


def follow(call: Invocation, target: Deployment, definition: TaskDefinition) -> None:
    """Show the task's events, put its questions to the user, and print its result."""
    show = EventPrinter(as_json=call.as_json, aside=True)
    somebody = sys.stdin is not None and sys.stdin.isatty()
    how_to_reply = ""

    def reply(question: ReceivedEvent) -> str:
        try:
            return ask(str(question.fields.get("prefix", "")))
        except (EOFError, KeyboardInterrupt):  # Ctrl-D, Ctrl-C
            interrupt = KeyboardInterrupt()
            interrupt.add_note(how_to_reply)
            raise interrupt from None

    answer = reply if somebody else None
    with target.tasks.stream(
        definition, types=[], answer=answer, is_question=_is_question
    ) as events:
        how_to_reply = _how_to_reply(call, events.task, definition.service_id)
        with call.going_on(events.task):
            try:
                for event in events:
                    show(event.value)
                    if not somebody and _is_question(event):
                        note(how_to_reply)
            except StreamInterruptedError as error:  # the result is still available
                note(cause(error))
            try:
                result = events.result().result
            except TaskFailedError:
                raise
            except ServerError as error:
                error.add_note("Without --events, `run` prints any result.")
                raise
    show_value(result, as_json=call.as_json)


def _is_question(event: ReceivedEvent) -> bool:
    """Return whether an event is a question, also of a class derived from `InputRequiredEvent`."""
    return is_input_required(event) or "prefix" in event.fields


def _how_to_reply(call: Invocation, task: Task, service: str | None) -> str:
    options = ["--service", service] if service else []
    return f"To reply to its question: {call.command('tasks send', task, 'REPLY', *options)}"
