"""In-memory servers respond to the same requests as real ones do."""

from __future__ import annotations

import re

import pytest

from scripts.contract.document import HALVES, Half
from scripts.contract.exchange import NDJSON, Exchange, Recording

from .conftest import Recorded
from .record import FAKE, REAL

pytestmark = pytest.mark.timeout(900)  # the first test of a generation starts its servers

LEFT_TO_REAL = {
    "drift": "`scripts/drift.py` is for real servers: these serve no whole document",
    "the queue is gone": "there is no message queue to go away",
    "before the queue goes": "the same",
    "a control plane with many settings": "the settings have no effect",
    "a queue that is not there": "there is no message queue",
    "no control plane": "a control plane cannot fail to start",
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
"""Polled until the response changes: how often depends on how fast the server is."""

DIFFERS = {
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}": "id",
    r'(?<=:)\d{5}|(?<="port":)\d{4,5}|(?<=port\\": )\d{5}': "port",
    r'"(example_workflows|llama_deploy_client\.testing\.examples)(?=\.)': '"module',
    r"Error in step '\w+'": "Error in step",
    r'"(prompt)":\[\{.*?\}\](?=,"host)': '"prompt":[]',  # llama-index completes messages
    r"(?<=[:,]) ": "",
}
"""What differs from run to run, and from one kind of server to the other."""


def by_request(recording: Recording, half: Half) -> dict[tuple[str, str], list[Exchange]]:
    """The hand-picked requests, by operation and reason; polls as their last one."""
    result: dict[tuple[str, str], list[Exchange]] = {}
    for exchange in recording.exchanges:
        if exchange.half == half and not exchange.why.startswith("generated"):
            same = result.setdefault((exchange.operation, exchange.why), [])
            if exchange.why in SETTLES:
                same.clear()
            same.append(exchange)
    return result


def comparable(exchange: Exchange) -> tuple[tuple[int, str, str], list[str]]:
    """Status, content type and end, and the lines of the body, without what may differ."""
    response = exchange.response
    text = "" if exchange.operation in OWN_WORDS else response.text
    for pattern, name in DIFFERS.items():
        text = re.sub(pattern, name, text)
    return (response.status, response.content_type, response.end), text.splitlines()


@pytest.mark.parametrize("half", HALVES, ids=str)
def test_an_in_memory_server_responds_as_the_real_one(recorded: Recorded, half: Half) -> None:
    real = by_request(recorded(half.generation, REAL), half)
    fake = by_request(recorded(half.generation, FAKE), half)
    assert {why for _, why in real.keys() - fake.keys()} <= LEFT_TO_REAL.keys()
    for key, exchanges in fake.items():
        for one, other in zip(exchanges, real[key], strict=True):
            (head, lines), (expected_head, expected) = comparable(one), comparable(other)
            if one.response.content_type == NDJSON and half.generation != "0.9":
                # Servers before 0.9 lose events now and then.
                lines = [line for line in lines if line in expected]
            assert (head, lines) == (expected_head, expected), f"{one}\n{other}"
