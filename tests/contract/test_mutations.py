"""The checks notice a mistake in the document: whatever it is, and wherever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scripts.mutate_contract import describe, run

from .document import GENERATIONS, Document
from .exchange import Recording
from .judge_mutants import Judge
from .mutations import mutants

pytestmark = pytest.mark.timeout(600)  # it may be the first to ask for recordings

EACH = 8
"""Places of each kind of mistake; `python -m scripts.mutate_contract` makes every one."""

KINDS = 46


@pytest.fixture(scope="module")
def recordings(recorded: Callable[[str], Recording]) -> list[Recording]:
    return [recorded(generation) for generation in GENERATIONS]


def test_every_mistake_in_the_document_is_noticed(
    document: Document, recordings: list[Recording], capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = run(document, recordings, each=EACH, processes=2)
    report = describe(outcomes)
    with capsys.disabled():
        print(f"\n{report.splitlines()[-1]}")
    assert len({outcome.kind for outcome in outcomes}) == KINDS
    assert all(outcome.verdict is not None for outcome in outcomes), report


def test_an_answer_that_a_server_never_gave_is_noticed(
    document: Document, recordings: list[Recording]
) -> None:
    unheard = [
        Recording(one.generation, [e for e in one.exchanges if e.answer.status != 422], one.served)
        for one in recordings
    ]
    verdict = Judge(unheard).verdict(document)
    assert verdict is not None
    assert ": 422 application/json" in verdict


def test_a_mistake_leaves_the_document_itself_alone(document: Document) -> None:
    before = repr(document.content)
    found: list[Any] = [mutant.document(document) for mutant in list(mutants(document))[:300]]
    assert all(repr(one.content) != before for one in found)
    assert repr(document.content) == before
