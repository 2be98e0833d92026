"""The in-memory servers answer what the real ones do to the same requests, not only conformably."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from scripts.contract.document import HALVES, Half
from scripts.contract.exchange import NDJSON, Exchange, Recording

from .record import FAKE

pytestmark = pytest.mark.timeout(900)  # the first test of a generation starts its servers

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

SETTLES = {"ends", "the question"}
"""Asked until the answer changes: how often depends on how fast the server is."""


def by_request(recording: Recording, half: Half) -> dict[tuple[str, str], list[Exchange]]:
    """The answers to hand-picked requests, by what was asked and why."""
    found: dict[tuple[str, str], list[Exchange]] = {}
    for one in recording.exchanges:
        if one.half == half and not one.why.startswith("generated"):
            found.setdefault((one.operation, one.why), []).append(one)
    return found


def told(one: Exchange) -> tuple[int, str, str, list[str]]:
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
    shown = "" if one.operation in OWN_WORDS else text
    return one.answer.status, one.answer.content_type, one.answer.end, shown.splitlines()


def is_what_a_real_one_says(fake: Exchange, real: Exchange) -> bool:
    """Whether two answers are alike, but for events that servers before 0.9 lose now and then."""
    *answer, lines = told(fake)
    *expected, kept = told(real)
    if real.answer.content_type == NDJSON and real.half.generation != "0.9":
        lines = [line for line in lines if line in kept]
    return (answer, lines) == (expected, kept)


@pytest.mark.parametrize("half", HALVES, ids=str)
def test_hand_picked_requests_are_answered_as_real_servers_answer_them(
    recorded: Recorded, half: Half
) -> None:
    real = by_request(recorded(half.generation), half)
    fake = by_request(recorded(half.generation + FAKE), half)
    assert {why for _, why in real.keys() - fake.keys()} <= LEFT_TO_REAL.keys()
    for key, exchanges in fake.items():
        answers, expected = exchanges, real[key]
        if key[1] in SETTLES:
            answers, expected = answers[-1:], expected[-1:]
        assert len(answers) == len(expected), key
        for answer, other in zip(answers, expected, strict=True):
            assert is_what_a_real_one_says(answer, other), f"{answer}\n{other}"
