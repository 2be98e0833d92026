"""Responses by chance, and responses that are cut at every byte."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from .. import share
from .clients import OURS, Httpx, Refusal, Response
from .generated import responses
from .judgements import FILE, LAXER, STRICTER, is_known
from .responses import EVIL, EXTRAS, PLAIN, RESPONSES, WHOLE
from .server import End, Play, Stage, is_own

pytestmark = pytest.mark.timeout(600)
# A stage serves one example after the other.
tried = settings(
    max_examples=share.of(150, 3200), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CHUNKED = WHOLE["a chunked one"]
CUT = [
    *WHOLE,
    "informational/HTTP/1.1 103 Wait\\r\\nLink: x\\r\\n\\r\\n",
    "informational/HTTP/1.1 100 Wait\\r\\n\\r\\n",
    "header/X: y\\r\\n z\\r\\n",
    "status/\\r\\n\\r\\n\\r\\nHTTP/1.1 200 OK",
    "chunk/5;name=value",
    "chunk/5 ",
    "trailer/X: y\\r\\nZ: w\\r\\n",
    "unframed/1.1/",
]


@given(responses())
@example(PLAIN)
@tried
def test_httpx_reads_responses_by_chance_alike(plain: Stage, response: bytes) -> None:
    """Or differently where that was judged."""
    blocking, ours = (plain.one(clients, Play(response)) for clients in OURS.values())
    assert blocking == ours
    assert is_known(response, ours, plain.one(Httpx, Play(response))), (ours, response)


def test_habits_are_judgements() -> None:
    headings = {line[3:] for line in FILE.read_text().splitlines() if line.startswith("## ")}
    assert STRICTER.keys() | LAXER.keys() <= headings


@pytest.mark.parametrize("side", OURS)
@given(
    st.sampled_from(sorted(WHOLE)),
    st.sampled_from(EXTRAS) | responses() | st.binary(min_size=1),
    st.booleans(),
)
@settings(tried, max_examples=share.of(40, 400))
def test_what_follows_a_response_is_never_the_next_one(
    plain: Stage, secure: Stage, side: str, name: str, extra: bytes, at_once: bool
) -> None:
    whole = WHOLE[name]
    for stage in (plain, secure):
        play = Play(whole + extra, End.OPEN) if at_once else Play(whole, End.OPEN, later=extra)
        first, second = stage.two(OURS[side], play)
        assert isinstance(first, Response)
        assert first == plain.one(OURS[side], Play(whole))
        assert is_own(second)


@pytest.mark.parametrize("name", CUT)
def test_a_response_that_is_cut_is_invalid_unless_httpx_says_so(plain: Stage, name: str) -> None:
    response = WHOLE.get(name) or RESPONSES[name]
    for at in share.each(range(len(response) + 1), 7):
        cut = Play(response[:at])
        blocking, ours = (plain.one(clients, cut) for clients in OURS.values())
        assert blocking == ours
        assert is_known(response, ours, plain.one(Httpx, cut)), (ours, at)
        for clients in OURS.values():
            reset = plain.one(clients, Play(response[:at], End.RST))
            assert reset in (ours, Refusal("")), (reset, at)


@pytest.mark.parametrize("side", OURS)
@pytest.mark.parametrize("response", [PLAIN, CHUNKED], ids=["sized", "chunked"])
def test_an_end_that_comes_twice_is_never_the_next_response(
    plain: Stage, side: str, response: bytes
) -> None:
    """What comes late may go on like the response, and have another one behind it."""
    for at in share.each(range(1, len(response)), 7):
        play = Play(response, End.OPEN, later=response[at:] + EVIL)
        assert is_own(plain.two(OURS[side], play)[1])
