"""Answers by chance, and answers cut at every byte."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from .. import share
from .answers import ANSWERS
from .clients import OURS, Answer, Httpx, Refusal
from .generated import answers
from .habits import LAXER, STRICTER, is_known
from .judgements import FILE
from .leftovers import EVIL, WHOLE
from .server import End, Play, Stage, is_own

pytestmark = pytest.mark.timeout(600)
# A stage serves one example after the other.
tried = settings(
    max_examples=share.of(150, 3200), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CUT = [
    *("plain", "encoding/plain", "connection/unframed", "connection/close", "no body/204"),
    *("informational/103 with a header", "informational/100", "trailer/two", "header/fold"),
    *("chunks/two", "chunk/extension with value", "chunk/spaces after", "no body/304 of length 5"),
    *("connection/keep-alive, HTTP 1.0", "encoding/in HTTP 1.0", "length/leading space"),
    *("line/leading CRLFs", "after a sized one/an answer", "after a chunked one/an answer"),
]


@given(answers())
@example(ANSWERS["plain"])
@tried
def test_answers_by_chance_are_read_as_httpx_reads_them(plain: Stage, answer: bytes) -> None:
    """Or differently where that was judged."""
    blocking, own = (plain.one(clients, Play(answer)) for clients in OURS.values())
    assert blocking == own
    assert is_known(answer, own, plain.one(Httpx, Play(answer))), (own, answer)


def test_habits_are_judgements() -> None:
    headings = {line[3:] for line in FILE.read_text().splitlines() if line.startswith("## ")}
    assert STRICTER.keys() | LAXER.keys() <= headings


@pytest.mark.parametrize("side", OURS)
@given(st.sampled_from(sorted(WHOLE)), st.one_of(answers(), st.binary(min_size=1)), st.booleans())
@settings(tried, max_examples=share.of(30, 320))
def test_whatever_follows_an_answer_is_nobodys(
    plain: Stage, secure: Stage, side: str, name: str, extra: bytes, at_once: bool
) -> None:
    answer = WHOLE[name]
    play = Play(answer + extra, End.OPEN) if at_once else Play(answer, End.OPEN, later=extra)
    for stage in (plain, secure):
        first, second = stage.two(OURS[side], play)
        assert isinstance(first, Answer)
        assert first == plain.one(OURS[side], Play(answer))
        assert is_own(second)


@pytest.mark.parametrize("name", CUT)
def test_an_answer_that_is_cut_is_invalid_unless_httpx_says_so(plain: Stage, name: str) -> None:
    answer = ANSWERS[name]
    for at in share.each(range(len(answer)), 7):
        cut = Play(answer[:at])
        blocking, own = (plain.one(clients, cut) for clients in OURS.values())
        assert blocking == own
        assert is_known(answer, own, plain.one(Httpx, cut)), (own, at)
        for clients in OURS.values():
            reset = plain.one(clients, Play(answer[:at], End.RST))
            assert reset in (own, Refusal("")), (reset, at)


@pytest.mark.parametrize("side", OURS)
def test_an_answers_end_that_comes_twice_is_nobodys(plain: Stage, side: str) -> None:
    """What comes late may go on like an answer, and have another one behind it."""
    for name in ("plain", "encoding/plain"):
        answer = ANSWERS[name]
        for at in share.each(range(1, len(answer)), 7):
            play = Play(answer, End.OPEN, later=answer[at:] + EVIL)
            assert is_own(plain.two(OURS[side], play)[1])
