"""Recordings of servers, each made once in a run."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

import pytest

from scripts.contract.document import GENERATIONS, Document
from scripts.contract.exchange import Recording
from scripts.processes import lock

from .fidelity import Fidelity
from .record import FAKE, record, record_fake


@pytest.fixture(scope="session")
def document() -> Document:
    return Document.load()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need all recordings come last, so that they need not wait for them."""
    items.sort(key=lambda item: "recordings" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def recorded(
    document: Document, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Recording]:
    """The recording of a generation, which the first process that needs it makes for all.

    After the name of a generation, `FAKE` asks for that of the in-memory server.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # which the workers share

    @cache
    def of(generation: str) -> Recording:
        path = folder / f"{generation}.json"
        with lock(path.with_suffix(".lock")):
            if not path.exists():
                make = record_fake if generation.endswith(FAKE) else record
                make(generation.removesuffix(FAKE), document).save(path)
        return Recording.load(path)

    return of


@pytest.fixture(scope="session")
def recordings(recorded: Callable[[str], Recording]) -> list[Recording]:
    return [recorded(generation) for generation in GENERATIONS]


@pytest.fixture(scope="session")
def fidelity(document: Document, recordings: list[Recording]) -> Fidelity:
    """The document compared with all generations."""
    return Fidelity(document, recordings)
