"""Answers by hand, through all clients; and what is left behind by them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from ssl import SSLContext

import httpx
import pytest

from .. import share
from . import ours
from .answers import ANSWERS
from .clients import OTHERS, OURS, Answer, Outcome, Refusal
from .judgements import differences, judged, unlike
from .server import End, Play, Stage, is_own, stage

pytestmark = pytest.mark.timeout(600)
NAMES = list(ANSWERS)


def read(stage: Stage, answer: bytes) -> dict[str, Outcome]:
    """What each client reads from a response: this one, whose sides agree, and the others."""
    play = Play(answer)
    blocking, own = (stage.one(clients, play) for clients in OURS.values())
    assert blocking == own
    return {"ours": own, **{name: stage.one(clients, play) for name, clients in OTHERS.items()}}


def test_every_difference_is_judged(plain: Stage) -> None:
    names = share.each(NAMES, 3)
    observed = differences({name: read(plain, ANSWERS[name]) for name in names})
    expected = {name: row for name, row in judged().items() if name in names}
    assert not unlike(expected, observed)


def test_every_judgement_is_about_an_answer() -> None:
    assert judged().keys() <= ANSWERS.keys()


def test_tls_changes_nothing(plain: Stage, secure: Stage) -> None:
    for name in share.each(NAMES, 20):
        for clients in OURS.values():
            received, expected = (
                each.one(clients, Play(ANSWERS[name], End.FAREWELL)) for each in (secure, plain)
            )
            assert received == expected, name


def test_an_answer_that_is_reset_is_invalid_unless_it_is_whole(plain: Stage) -> None:
    for name in share.each(NAMES, 5):
        for clients in OURS.values():
            reset, ended = (
                plain.one(clients, Play(ANSWERS[name], end)) for end in (End.RST, End.FIN)
            )
            assert reset in (ended, Refusal("")), name


@pytest.mark.parametrize("scheme", ["plain", "TLS"])
@pytest.mark.parametrize("side", OURS)
def test_what_an_answer_leaves_behind_is_nobodys(
    side: str, scheme: str, client_tls: SSLContext, server_tls: SSLContext
) -> None:
    """Two calls in a row, on a connection that the server leaves open."""
    names = share.each(NAMES, 20)

    def play(part: list[str]) -> list[str]:
        with stage(client_tls, server_tls if scheme == "TLS" else None) as own_stage:
            plays = [(name, Play(ANSWERS[name], End.OPEN)) for name in part]
            return [name for name, each in plays if not is_own(own_stage.two(OURS[side], each)[1])]

    # Many at once, because a server has to wait for those clients that wait for more.
    with ThreadPoolExecutor(8) as threads:
        wrong = [
            name for part in threads.map(play, [names[n::8] for n in range(8)]) for name in part
        ]
    assert not wrong


@pytest.mark.parametrize("side", OURS)
def test_what_comes_after_an_answer_is_nobodys(side: str, plain: Stage, secure: Stage) -> None:
    """As above, but the client has the first answer before the rest arrives."""
    names = [name for name in NAMES if name.startswith("after ")]
    for each in (plain, secure):
        for name in share.each(names, 9):
            extra = ANSWERS[name]
            for first in (ANSWERS["plain"], ANSWERS["encoding/plain"]):
                received, own = each.two(OURS[side], Play(first, End.OPEN, later=extra))
                assert isinstance(received, Answer)
                assert received.body == b"hello"
                assert is_own(own), name


def test_an_answer_is_the_same_however_its_bytes_are_cut() -> None:
    for name in share.each(NAMES, 3):
        answer = ANSWERS[name]
        whole = parsed(in_pieces(answer, 65536))
        if len(answer) < 1000:
            assert parsed(in_pieces(answer, 1)) == whole, name
            for at in range(1, len(answer)):
                assert parsed([answer[:at], answer[at:]]) == whole, (name, at)
        else:
            for size in (1, 7, 1000) if len(answer) < 20_000 else (1000,):
                assert parsed(in_pieces(answer, size)) == whole, (name, size)


def in_pieces(answer: bytes, size: int) -> list[bytes]:
    return [answer[at : at + size] for at in range(0, len(answer), size)]


def parsed(pieces: list[bytes]) -> object:
    """What the parser reads from a response that arrives in pieces, and then ends."""
    parser = ours.ResponseParser()
    body = b""
    try:
        for piece in [*pieces, b""]:
            parser.feed(piece)
            body += parser.body()
            if parser.complete:
                break
    except httpx.RemoteProtocolError:
        return "refused"
    return parser.status, parser.reason, parser.headers, body
