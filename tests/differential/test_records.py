"""TLS, record by record: what arrives with a response, or after it, is not the next response."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import pytest

from ..faults.wire import Connection, RawServer, response
from .clients import OURS, TIMEOUT, Refusal, Response
from .records import Records
from .responses import BODY, CHUNKS, EVIL, OK, PLAIN, WHOLE
from .server import FIRST, OWN, SECOND, is_own, until_received

UNFRAMED = OK + b"\r\n" + BODY
CLOSE = b"\x15\x03\x03\x00\x02\x01\x00"
"""A close_notify in plain text."""


@dataclass
class Sent:
    """What a server sends to a first request, as it goes over the wire."""

    now: bytes
    later: bytes = b""
    """Sent before the response to the next request."""
    closes: bool = False
    """Whether the server closes the connection after `now`."""


Script: TypeAlias = Callable[[Records], Sent]


def sealed(*contents: bytes) -> Script:
    return lambda tls: Sent(tls.sealed(*contents))


def split(rest: Callable[[Records], bytes], at: int) -> Script:
    """A response and `at` bytes of what follows it; the others before the next response."""

    def script(tls: Records) -> Sent:
        first, following = tls.sealed(PLAIN), rest(tls)
        return Sent(first + following[:at], later=following[at:])

    return script


SCRIPTS: dict[str, Script] = {
    "the response alone": sealed(PLAIN),
    "in records of a byte": sealed(*(bytes([byte]) for byte in PLAIN)),
    "chunks": sealed(WHOLE["a chunked one"].removesuffix(CHUNKS), CHUNKS),
    "another in its record": sealed(PLAIN + EVIL),
    "another in the record of its end": sealed(PLAIN[:-2], PLAIN[-2:] + EVIL),
    "another in the next record": sealed(PLAIN, EVIL),
    "two others": sealed(PLAIN, EVIL, EVIL),
    "a byte in the next record": sealed(PLAIN, b"H"),
    "close_notify": lambda tls: Sent(tls.sealed(PLAIN) + tls.farewell()),
    "another and close_notify": lambda tls: Sent(tls.sealed(PLAIN, EVIL) + tls.farewell()),
    "close_notify and the end": lambda tls: Sent(tls.sealed(PLAIN) + tls.farewell(), closes=True),
    "the end": lambda tls: Sent(tls.sealed(PLAIN), closes=True),
    "bytes that are not TLS": lambda tls: Sent(tls.sealed(PLAIN) + OK),
    "close_notify in plain text": lambda tls: Sent(tls.sealed(PLAIN) + CLOSE),
    "an unframed one and close_notify": lambda tls: Sent(
        tls.sealed(UNFRAMED) + tls.farewell(), closes=True
    ),
    **{f"{n} bytes of another": split(lambda tls: tls.sealed(EVIL), n) for n in (1, 5, 6, 60)},
    **{f"{n} bytes of close_notify": split(Records.farewell, n) for n in (1, 5, 6)},
}


@dataclass
class Peer:
    """A server that plays a script to each first request."""

    context: ssl.SSLContext
    script: Script = SCRIPTS["the response alone"]
    tickets: bool = False
    """Whether session tickets go before a response, alone."""
    sent: threading.Event = field(default_factory=threading.Event)
    """Set when all was sent that is sent before a second request."""
    server: RawServer = field(init=False)

    def serve(self, connection: Connection) -> None:
        tls = Records(connection.socket, self.context)
        script = Sent(b"")
        while (head := tls.request()) is not None:
            if head.startswith(b"GET " + SECOND.encode()):
                connection.send(script.later + tls.sealed(response(OWN)))
                continue
            if self.tickets:
                connection.send(tls.tickets())
            script, sent = self.script(tls), self.sent
            connection.send(script.now)
            if script.closes:
                connection.socket.shutdown(socket.SHUT_WR)
            until_received(connection.socket)
            sent.set()

    @property
    def url(self) -> str:
        return self.server.url.replace("http://127.0.0.1", "https://localhost")


@pytest.fixture(
    scope="module", params=[ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2], ids=["1.3", "1.2"]
)
def peer(request: pytest.FixtureRequest, server_tls: ssl.SSLContext) -> Iterator[Peer]:
    server_tls.maximum_version = request.param
    peer = Peer(server_tls)
    with RawServer(peer.serve) as peer.server:
        yield peer
    server_tls.maximum_version = ssl.TLSVersion.MAXIMUM_SUPPORTED


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("side", OURS)
def test_two_calls_get_their_own_responses(
    peer: Peer, client_tls: ssl.SSLContext, side: str, name: str
) -> None:
    peer.script = SCRIPTS[name]
    for peer.tickets in (False, True):
        peer.sent = threading.Event()
        with OURS[side](peer.url, client_tls) as client:
            first = client.get(FIRST)
            assert isinstance(first, Response), first
            assert first.body == b"hello"
            assert peer.sent.wait(TIMEOUT)
            assert is_own(client.get(SECOND))


@pytest.mark.parametrize("side", OURS)
@pytest.mark.parametrize("option", [0, ssl.OP_IGNORE_UNEXPECTED_EOF])
def test_an_unframed_response_ends_with_close_notify(
    peer: Peer,
    client_tls: ssl.SSLContext,
    side: str,
    option: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Python before 3.11.4 sets the option by itself, and tells a cut like an end.
    monkeypatch.setattr(client_tls, "options", client_tls.options | option)
    peer.script = lambda tls: Sent(tls.sealed(UNFRAMED), closes=True)
    with OURS[side](peer.url, client_tls) as client:
        assert isinstance(client.get(FIRST), Refusal)


@pytest.mark.parametrize("side", OURS)
def test_a_connection_with_nothing_left_is_kept(
    peer: Peer, client_tls: ssl.SSLContext, side: str
) -> None:
    peer.script = SCRIPTS["chunks"]
    for peer.tickets in (False, True):
        before = peer.server.accepted
        with OURS[side](peer.url, client_tls) as client:
            for _ in range(3):
                assert isinstance(client.get(FIRST), Response)
            assert is_own(client.get(SECOND))
        assert peer.server.accepted == before + 1
