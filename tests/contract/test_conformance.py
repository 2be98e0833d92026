"""The OpenAPI document is true: every response of real and in-memory servers is as it says."""

from __future__ import annotations

import pytest

from scripts.contract.conformance import Rules
from scripts.contract.document import HALVES, Document, Half

from .conftest import Recorded
from .record import FAKE, METRICS, REAL

pytestmark = pytest.mark.timeout(900)  # the first test of a generation starts its servers

PAIRS = [
    pytest.param(half, operation.id, id=f"{half.generation}-{half.tag}-{operation.id}")
    for half in HALVES
    for operation in Document.load().operations.values()
    if half.tag in operation.definition["tags"]
]


@pytest.mark.parametrize("kind", [REAL, FAKE])
@pytest.mark.parametrize(("half", "id"), PAIRS)
def test_every_response_is_as_documented(
    document: Document, recorded: Recorded, half: Half, id: str, kind: str
) -> None:
    recordings = [recorded(half.generation, kind)]
    is_there = document.operations[id].is_on(half)
    if id == "get_metrics" and kind == REAL and is_there:
        recordings.append(recorded(half.generation, METRICS))
    exchanges = [
        exchange
        for recording in recordings
        for exchange in recording.exchanges
        if exchange.half == half and exchange.operation == id
    ]
    assert is_there == any(exchange.why == "generated" for exchange in exchanges)
    rules = Rules(document, half)
    problems = [problem for exchange in exchanges for problem in rules.problems(exchange)]
    assert not problems, "\n".join(problems)
