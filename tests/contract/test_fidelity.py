"""What the document says of all generations was seen: on real servers, and on in-memory ones."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from scripts.contract.document import APISERVER, CORE, GENERATIONS, HALVES, Document, Half
from scripts.contract.exchange import Recording
from scripts.drift import differences, load_known

from .conftest import Recorded
from .fidelity import PAGE, Fidelity, load_unseen, page
from .record import FAKE

pytestmark = pytest.mark.timeout(900)  # without others that do so, it makes all recordings

NEEDS_A_PART = {
    APISERVER: ("create_deployment_session", "list_deployment_sessions", "list_deployment_tasks"),
    CORE: ("send_session_task_event",),
}
"""Operations that respond 500 where a queue or a control plane does not answer."""

NOT_IN_MEMORY = {
    *(
        f"{half} {operation}: 500 text/plain"
        for half in HALVES
        if half.generation != "0.9"
        for operation in NEEDS_A_PART[half.tag]
    ),
    *(
        f"{generation} API server get_metrics: {status}"
        for generation in GENERATIONS[1:]
        for status in ("204", "500 application/json")
    ),
    "list_deployment_sessions 500 text/plain: string",
    "list_deployment_tasks 500 text/plain: string",
    "send_session_task_event 500 text/plain: string",
    "ControlPlaneConfig.cors_origins: array",
    "ControlPlaneConfig.cors_origins[]: string",
    "ControlPlaneConfig.internal_host: string",
    "ControlPlaneConfig.internal_port: integer",
}
"""The document's claims that take a part which in-memory servers do not have."""


def test_whatever_is_documented_was_seen_or_is_listed_with_a_reason(fidelity: Fidelity) -> None:
    assert fidelity.without_success() == []
    assert sorted(fidelity.unseen) == sorted(
        claim for entry in load_unseen() for claim in entry.claims
    )


def test_in_memory_servers_show_whatever_real_ones_do(
    document: Document, recorded: Recorded, fidelity: Fidelity
) -> None:
    in_memory = Fidelity(document, [recorded(generation, FAKE) for generation in GENERATIONS])
    assert in_memory.without_success() == []
    assert in_memory.unseen - fidelity.unseen == NOT_IN_MEMORY


def test_the_page_says_what_this_run_has_seen(
    fidelity: Fidelity, pytestconfig: pytest.Config
) -> None:
    text = page(fidelity, load_unseen())
    if pytestconfig.option.pages:
        PAGE.write_text(text)
    assert PAGE.read_text() == text, f"{PAGE.name} is out of date: run `make pages`"


def test_every_known_difference_is_still_there(
    document: Document, recordings: list[Recording]
) -> None:
    current = [
        difference
        for recording in recordings
        for tag, served in recording.served.items()
        for difference in differences(
            document.of(Half(recording.generation, tag)), Document(served)
        )
    ]
    for known in load_known():
        assert any(fnmatchcase(difference, known) for difference in current), known
