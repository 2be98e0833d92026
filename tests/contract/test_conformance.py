"""The OpenAPI document is true: every answer of every real server is as it says.

The in-memory servers of `llama_deploy_client.testing` are held against it as well.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scripts.contract.conformance import Rules
from scripts.contract.document import HALVES, Document, Half
from scripts.contract.exchange import Exchange, Recording

from .generated import judge, schemathesis_operations
from .record import FAKE

pytestmark = pytest.mark.timeout(900)  # the first test of a generation starts its servers

PAIRS = [
    pytest.param(half, operation.id, id=f"{half.generation}-{half.tag}-{operation.id}")
    for half in HALVES
    for operation in Document.load().operations.values()
    if operation.is_on(half)
]
Recorded = Callable[[str], Recording]
real_and_fake = pytest.mark.parametrize("kind", ["", FAKE], ids=["real", "fake"])


def exchanges(recorded: Recorded, half: Half, id: str, kind: str) -> list[Exchange]:
    of_generation = recorded(half.generation + kind).exchanges
    return [one for one in of_generation if one.half == half and one.operation == id]


@real_and_fake
@pytest.mark.parametrize(("half", "id"), PAIRS)
def test_every_answer_is_as_documented(
    document: Document, recorded: Recorded, half: Half, id: str, kind: str
) -> None:
    rules = Rules(document, half)
    found = exchanges(recorded, half, id, kind)
    assert found
    problems = [problem for one in found for problem in rules.problems(one)]
    assert not problems, "\n".join(problems)


@real_and_fake
@pytest.mark.parametrize("half", HALVES, ids=str)
def test_schemathesis_finds_nothing_either(
    document: Document, recorded: Recorded, half: Half, kind: str
) -> None:
    operations = schemathesis_operations(document, half)
    verdicts = [
        judge(document, operation, one)
        for id, operation in operations.items()
        for one in exchanges(recorded, half, id, kind)
    ]
    problems = [verdict for verdict in verdicts if verdict is not None]
    assert len(verdicts) > len(operations)
    assert not problems, "\n".join(problems)


@real_and_fake
@pytest.mark.parametrize("half", HALVES, ids=str)
def test_every_operation_gets_generated_requests(
    document: Document, recorded: Recorded, half: Half, kind: str
) -> None:
    sent = {
        one.operation
        for one in recorded(half.generation + kind).exchanges
        if one.half == half and one.why == "generated"
    }
    assert sent == {
        operation.id for operation in document.operations.values() if operation.is_on(half)
    }


@real_and_fake
@pytest.mark.parametrize("half", HALVES, ids=str)
def test_what_a_server_lacks_is_answered_with_404(
    document: Document, recorded: Recorded, half: Half, kind: str
) -> None:
    lacking = [
        one
        for one in recorded(half.generation + kind).exchanges
        if one.half == half and not document.operations[one.operation].is_on(half)
    ]
    assert {one.answer.status for one in lacking} <= {404}
