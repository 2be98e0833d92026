"""The in-memory servers answer what the real ones do to the same requests, not only conformably."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from .document import APISERVER, CORE, GENERATIONS, HALVES, Document, Half
from .exchange import Exchange, Recording
from .fidelity import Fidelity, load_unseen
from .record import FAKE

pytestmark = pytest.mark.timeout(300)  # the first test of a generation starts its servers

Recorded = Callable[[str], Recording]

# What the in-memory servers do not have, or not in the same words.
LEFT_TO_REAL = {
    "to compare with": "`scripts/drift.py` is for real servers: these serve no whole document",
    "the queue is gone": "there is no message queue to go away",
    "before the queue goes": "the same",
    "a control plane with many settings": "the settings have no effect",
    "a queue that is not there": "there is no message queue",
    "no control plane": "a control plane cannot fail to start",
    "switched off": "metrics are always there",
    "at another port": "the same",
    "none": "asked of the servers without metrics alone",
}
"""Requests that are not sent to in-memory servers, with the reason."""

OWN_WORDS = {
    "get_openapi_document": "as much as tells the generations apart",
    "get_metrics": "no metrics of Python",
    "get_session_state": "without the entries of llama-index's own",
    "get_session": "the same",
    "list_sessions": "the same",
    "list_deployment_sessions": "real servers keep the sessions of runs that failed to start",
    "list_deployment_tasks": "the same",
}
"""Operations whose bodies are not compared, with the reason."""

# Statuses that tell of a message queue, a control plane or a metrics port that does not answer.
NEEDS_A_PART = {
    APISERVER: (
        "create_deployment_session",
        "list_deployment_sessions",
        "list_deployment_tasks",
    ),
    CORE: ("send_session_task_event",),
}
SETTINGS = (
    "cors_origins: array",
    "cors_origins[]: string",
    "internal_host: string",
    "internal_port: integer",
)

SETTLES = {"ends", "the question"}
"""Asked until the answer changes: how often depends on how fast the server is."""


def by_request(recording: Recording, half: Half) -> dict[tuple[str, str], list[Exchange]]:
    """The answers to hand-picked requests, by what was asked and why."""
    found: dict[tuple[str, str], list[Exchange]] = {}
    for one in recording.exchanges:
        if one.half == half and not one.why.startswith("generated"):
            found.setdefault((one.operation, one.why), []).append(one)
    return found


def told(one: Exchange) -> tuple[object, ...]:
    """An answer without what differs from run to run, and from one kind of server to the other."""
    text = one.answer.text
    for pattern, name in {
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}": "id",
        r'(?<=:)\d{5}|(?<="port":)\d{4,5}|(?<=port: )\d{5}': "port",
        r'"(example_workflows|llama_deploy_client\.testing\.examples)(?=\.)': '"module',
        r"Error in step '\w+'": "Error in step",
        r'"(prompt)":\[\{.*?\}\](?=,"host)': '"prompt":[]',  # llama-index completes messages
        r"(?<=[:,]) ": "",
    }.items():
        text = re.sub(pattern, name, text)
    if one.answer.content_type == "application/x-ndjson" and one.half.generation != "0.9":
        text = text.removesuffix("{}\n")  # servers before 0.9 often lose the stop event
    shown = "" if one.operation in OWN_WORDS else text
    return one.answer.status, one.answer.content_type, one.answer.end, shown


@pytest.mark.parametrize("half", HALVES, ids=str)
def test_hand_picked_requests_are_answered_as_real_servers_answer_them(
    recorded: Recorded, half: Half
) -> None:
    real = by_request(recorded(half.generation), half)
    fake = by_request(recorded(half.generation + FAKE), half)
    assert {why for _, why in real.keys() - fake.keys()} <= LEFT_TO_REAL.keys()
    for key, exchanges in fake.items():
        answers, expected = list(map(told, exchanges)), list(map(told, real[key]))
        if key[1] in SETTLES:
            answers, expected = [answers[-1]], [expected[-1]]
        assert answers == expected, key


def test_what_is_documented_and_in_memory_servers_do_not_show_is_known(
    document: Document, recorded: Recorded
) -> None:
    fidelity = Fidelity(document, [recorded(generation + FAKE) for generation in GENERATIONS])
    listed = {claim for entry in load_unseen() for claim in entry.claims}
    assert fidelity.without_success() == []
    assert fidelity.unseen - listed == set(not_shown())


def not_shown() -> Iterator[str]:
    """The document's claims that take a part which in-memory servers do not have."""
    for half in HALVES:
        gone = NEEDS_A_PART[half.tag] if half.generation != "0.9" else ()
        yield from (f"{half} {operation}: 500 text/plain" for operation in gone)
        if half.tag == APISERVER and half.generation != "0.6":
            yield from (
                f"{half} get_metrics: {answer}" for answer in ("204", "500 application/json")
            )
    yield from (
        f"{operation} 500 text/plain: string"
        for operation in ("list_deployment_sessions", "list_deployment_tasks")
    )
    yield "send_session_task_event 500 text/plain: string"
    yield from (f"ControlPlaneConfig.{setting}" for setting in SETTINGS)
