"""Responses by hand, through all clients; and what is left behind by them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from ssl import SSLContext

import httpx
import pytest

from llama_deploy_client._transport.http1 import ResponseParser

from .. import share
from .clients import OTHERS, OURS, Outcome
from .judgements import differences, judged, unlike
from .responses import RESPONSES
from .server import End, Play, Stage, is_own, stage

pytestmark = pytest.mark.timeout(600)
NAMES = list(RESPONSES)


def read(stage: Stage, response: bytes) -> dict[str, Outcome]:
    """What each client reads: this one, whose sides agree, and the others."""
    blocking, ours = (stage.one(clients, Play(response)) for clients in OURS.values())
    assert blocking == ours
    others = {name: stage.one(clients, Play(response)) for name, clients in OTHERS.items()}
    return {"ours": ours, **others}


def test_every_difference_is_judged(plain: Stage) -> None:
    names = share.each(NAMES, 2)
    observed = differences({name: read(plain, RESPONSES[name]) for name in names})
    expected = {name: row for name, row in judged().items() if name in names}
    assert not unlike(expected, observed)
    assert judged().keys() <= RESPONSES.keys()


def test_tls_changes_nothing(plain: Stage, secure: Stage) -> None:
    for name in share.each(NAMES, 20):
        for clients in OURS.values():
            play = Play(RESPONSES[name], End.FAREWELL)
            assert secure.one(clients, play) == plain.one(clients, play), name


@pytest.mark.parametrize("scheme", ["plain", "TLS"])
@pytest.mark.parametrize("side", OURS)
def test_what_a_response_leaves_behind_is_never_the_next_response(
    side: str, scheme: str, client_tls: SSLContext, server_tls: SSLContext
) -> None:
    """Two calls in a row, on a connection that the server leaves open."""
    names = share.each(NAMES, 15)

    def play(part: list[str]) -> None:
        with stage(client_tls, server_tls if scheme == "TLS" else None) as own_stage:
            for name in part:
                _, second = own_stage.two(OURS[side], Play(RESPONSES[name], End.OPEN))
                assert is_own(second), name

    # Many at once, because a server has to wait for those clients that wait for more.
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(play, [names[n::8] for n in range(8)]))


def test_a_response_is_the_same_in_pieces_of_any_size() -> None:
    for name in share.each(NAMES, 3):
        response = RESPONSES[name]
        whole = parsed(response, 65536)
        for size in (1, 2, 3, 7, 1000) if len(response) < 20_000 else (1000,):
            assert parsed(response, size) == whole, (name, size)


def parsed(response: bytes, size: int) -> object:
    """What the parser reads from a response that arrives in pieces, and then ends."""
    parser = ResponseParser()
    body = b""
    try:
        for at in range(0, len(response) + size, size):
            parser.feed(response[at : at + size])
            body += parser.body()
            if parser.complete:
                break
    except httpx.RemoteProtocolError:
        return "refused"
    return parser.status, parser.reason, parser.headers, body
