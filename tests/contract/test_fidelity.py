"""What the document says of all generations was seen: of real servers, and of in-memory ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

import pytest

from scripts.contract.document import APISERVER, CORE, HALVES, Document, Half
from scripts.contract.exchange import Recording
from scripts.drift import differences, load_known

from .doctored import UNSEEN_BY_DRIFT
from .fidelity import PAGE, Fidelity, load_unseen, page
from .judge import Judge, distinct
from .record import FAKE

pytestmark = pytest.mark.timeout(900)  # without others that do so, it makes all recordings

Recorded = Callable[[str], Recording]

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


def test_every_operation_was_seen_to_succeed(fidelity: Fidelity) -> None:
    assert fidelity.without_success() == []


def test_whatever_is_documented_was_seen_or_is_listed_with_a_reason(fidelity: Fidelity) -> None:
    listed = Counter(claim for entry in load_unseen() for claim in entry.claims)
    assert fidelity.unseen == set(listed)
    assert max(listed.values()) == 1


def test_the_page_tells_what_this_run_has_seen(
    fidelity: Fidelity, pytestconfig: pytest.Config
) -> None:
    text = page(fidelity, load_unseen())
    if pytestconfig.option.pages:
        PAGE.write_text(text)
    assert PAGE.read_text() == text, f"{PAGE.name} is out of date: run `make pages`"


def test_every_known_difference_is_still_there(
    document: Document, recordings: list[Recording]
) -> None:
    found = [
        difference
        for recording in recordings
        for tag, served in recording.served.items()
        for difference in differences(
            document.of(Half(recording.generation, tag)), Document(served)
        )
    ]
    unused = [
        known.difference
        for known in load_known()
        if not any(fnmatchcase(difference, known.difference) for difference in found)
    ]
    assert unused == []


def test_what_is_documented_and_in_memory_servers_do_not_show_is_known(
    document: Document, recorded: Recorded, recordings: list[Recording]
) -> None:
    fidelity = Fidelity(document, [recorded(one.generation + FAKE) for one in recordings])
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


@pytest.fixture(scope="session")
def judge(recordings: list[Recording]) -> Judge:
    return Judge([distinct(recording) for recording in recordings])


def test_the_document_passes_all_checks(document: Document, judge: Judge) -> None:
    assert judge.verdict(document) is None


@pytest.mark.parametrize("mistake", UNSEEN_BY_DRIFT)
def test_a_mistake_in_the_document_is_noticed(
    document: Document, judge: Judge, mistake: str
) -> None:
    wrong = UNSEEN_BY_DRIFT[mistake]
    assert wrong.says in (judge.verdict(wrong.document(document)) or "")


def test_an_answer_that_a_server_never_gave_is_noticed(
    document: Document, recordings: list[Recording]
) -> None:
    unheard = [
        Recording(one.generation, [e for e in one.exchanges if e.answer.status != 422], one.served)
        for one in recordings
    ]
    assert ": 422 application/json" in (Judge(unheard).verdict(document) or "")
