"""Recordings of servers, each made once in a run."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import pytest

from scripts.contract.document import GENERATIONS, Document
from scripts.contract.exchange import Recording
from scripts.processes import lock

from .fidelity import Fidelity
from .record import METRICS, REAL, RECORDERS

Recorded: TypeAlias = Callable[[str, str], Recording]


@pytest.fixture(scope="session")
def document() -> Document:
    return Document.load()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need all recordings come last, so that they need not wait for them."""
    items.sort(key=lambda item: "recordings" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def recorded(document: Document, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """The recording of a generation and kind, which the first process that needs it makes."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # which the workers share

    @cache
    def of(generation: str, kind: str) -> Recording:
        path = folder / f"{kind}-{generation}"
        with lock(folder / f"{path.name}.lock"):  # not with_suffix, which would replace `.9`
            if not path.exists():
                path.write_bytes(pickle.dumps(RECORDERS[kind](generation, document)))
        recording: Recording = pickle.loads(path.read_bytes())
        return recording

    return of


@pytest.fixture(scope="session")
def recordings(recorded: Recorded) -> list[Recording]:
    """Those of all real servers."""
    without_metrics = [recorded(generation, METRICS) for generation in GENERATIONS[1:]]
    return [*(recorded(generation, REAL) for generation in GENERATIONS), *without_metrics]


@pytest.fixture(scope="session")
def fidelity(document: Document, recordings: list[Recording]) -> Fidelity:
    """The document compared with all generations."""
    return Fidelity(document, recordings)
