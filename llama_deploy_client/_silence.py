"""Likely reasons why no event or result comes, as texts. No I/O."""

from __future__ import annotations

from collections.abc import Collection

from .events import ReceivedEvent, is_input_required


def unknown_service(name: str | None) -> str:
    """Return the hint for a service that may not exist."""
    service = f"a service {name!r}" if name else "the service that the task names"
    return (
        f"Does the deployment have {service}? On LlamaDeploy 0.6 to 0.8, a task for an unknown "
        "service never ends"
    )


def missing_service(name: str | None, names: Collection[str]) -> str:
    """Return the hint for a service that a control plane lacks; "" if it has it."""
    if name is None or name in names:
        return ""
    known = ", ".join(map(repr, sorted(names)[:10])) or "none"
    return f"The control plane has no service {name!r}; it has {known}"


def open_question(last: ReceivedEvent) -> str:
    """Return what to do if the last event before a silence asks a human; "" if it does not."""
    if not is_input_required(last):
        return ""
    return (
        f"The last event{_name(last)} asks a human, and the task waits for a reply: send it with "
        "task.send_event, or use tasks.stream with answer= (and is_question= if it is not a "
        "question)"
    )


def unanswered_question(
    last: ReceivedEvent, *, has_answer: bool, is_question: bool, reply: str | None = None
) -> str:
    """Return the same for a run, which may have an answer function.

    Args:
        last: the event.
        has_answer: whether there is an answer function.
        is_question: whether the client considers the event a question.
        reply: the class of the reply that was sent, if any.
    """
    if reply is not None:
        return (
            f"The last event{_name(last)} got the reply {reply}: if the workflow waits for an "
            'event of another class, return ServerEvent("module.Class", {…}) from answer='
        )
    if is_question:
        missing = "the answer function sent nothing" if has_answer else "there is no answer="
        return (
            f"The last event{_name(last)} is a question, and {missing}: the task waits for a "
            "reply (is_question= decides which events are questions)"
        )
    if has_answer:
        return f"If the last event{_name(last)} is a question, say so with is_question="
    return ""


SENT_ONCE = (
    "LlamaDeploy 0.9 sends each event once: those of this task were read before, or "
    "another reader takes them"
)
"""Why a 0.9 server sends a reader nothing more, although the task is done."""

FAILED = "the workflow failed: LlamaDeploy 0.9 sends its stop event, then cuts the stream"
"""Why a 0.9 server cuts a stream after the stop event."""

LOST = (
    "LlamaDeploy 0.9 sends each event once, so events in transit are lost. The task keeps "
    "running: wait for its result"
)
"""The consequence of any other cut on 0.9."""


def _name(event: ReceivedEvent) -> str:
    return f", {event.name}," if event.name else ""
