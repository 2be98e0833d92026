"""Recordings of servers: one generation after the other, each made once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .document import GENERATIONS, Document
from .exchange import Recording
from .fidelity import Fidelity
from .record import FAKE, record, record_fake


@pytest.fixture(scope="session")
def document() -> Document:
    return Document.load()


@pytest.fixture(scope="session")
def recorded(document: Document) -> Callable[[str], Recording]:
    """The recording of a generation, which is made when it is first asked for.

    After the name of a generation, `FAKE` asks for that of the in-memory server.
    """
    made: dict[str, Recording] = {}

    def of(generation: str) -> Recording:
        if generation not in made:
            make = record_fake if generation.endswith(FAKE) else record
            made[generation] = make(generation.removesuffix(FAKE), document)
        return made[generation]

    return of


@pytest.fixture(scope="session")
def fidelity(document: Document, recorded: Callable[[str], Recording]) -> Fidelity:
    """The document compared with all generations."""
    return Fidelity(document, [recorded(generation) for generation in GENERATIONS])
