"""TLS, record by record: what arrives with an answer, or after it, is nobody's answer."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from ..faults.wire import Connection, RawServer, response
from .clients import OURS, Answer, Refusal
from .leftovers import EVIL
from .parts import BODY, CHUNKED, CHUNKS, OK, PLAIN
from .records import Records
from .server import FIRST, OWN, PATIENCE, SECOND, is_own, until_received

UNFRAMED = OK + b"\r\n" + BODY


@dataclass
class Sent:
    """What a server sends to a first request, as it goes over the wire.

    Attributes:
        now: at once.
        later: before the answer to the next request.
        closes: whether it closes the connection after `now`.
    """

    now: bytes
    later: bytes = b""
    closes: bool = False


Script = Callable[[Records], Sent]
SCRIPTS: dict[str, Script] = {
    "the answer alone": lambda tls: Sent(tls.sealed(PLAIN)),
    "in two records": lambda tls: Sent(tls.sealed(PLAIN[:30], PLAIN[30:])),
    "in records of a byte": lambda tls: Sent(tls.sealed(*(bytes([byte]) for byte in PLAIN))),
    "chunks": lambda tls: Sent(tls.sealed(OK + CHUNKED + b"\r\n", CHUNKS)),
    "another answer in its record": lambda tls: Sent(tls.sealed(PLAIN + EVIL)),
    "another answer in the record of its end": lambda tls: Sent(
        tls.sealed(PLAIN[:-2], PLAIN[-2:] + EVIL)
    ),
    "another answer in the next record": lambda tls: Sent(tls.sealed(PLAIN, EVIL)),
    "another answer in the third record": lambda tls: Sent(tls.sealed(PLAIN[:9], PLAIN[9:], EVIL)),
    "two others": lambda tls: Sent(tls.sealed(PLAIN, EVIL, EVIL)),
    "another but its last byte": lambda tls: Sent(tls.sealed(PLAIN, EVIL[:-1])),
    "a byte in the next record": lambda tls: Sent(tls.sealed(PLAIN, b"H")),
    "CRLF in the next record": lambda tls: Sent(tls.sealed(PLAIN, b"\r\n")),
    "close_notify": lambda tls: Sent(tls.sealed(PLAIN) + tls.farewell()),
    "another answer and close_notify": lambda tls: Sent(tls.sealed(PLAIN, EVIL) + tls.farewell()),
    "close_notify and the end": lambda tls: Sent(tls.sealed(PLAIN) + tls.farewell(), closes=True),
    "the end": lambda tls: Sent(tls.sealed(PLAIN), closes=True),
    "bytes that are not TLS": lambda tls: Sent(tls.sealed(PLAIN) + b"HTTP/1.1 200 OK\r\n\r\n"),
    "a NUL": lambda tls: Sent(tls.sealed(PLAIN) + b"\x00"),
    "close_notify in plain text": lambda tls: Sent(
        tls.sealed(PLAIN) + b"\x15\x03\x03\x00\x02\x01\x00"
    ),
    "an unframed one and close_notify": lambda tls: Sent(
        tls.sealed(UNFRAMED) + tls.farewell(), closes=True
    ),
}


def _cut(first: Callable[[Records], bytes], at: int) -> Script:
    """The answer, and `at` bytes of what follows it; the rest before the next answer."""

    def script(tls: Records) -> Sent:
        answer = tls.sealed(PLAIN)
        rest = first(tls)
        return Sent(answer + rest[:at], later=rest[at:])

    return script


SCRIPTS |= {
    f"{at} bytes of another answer": _cut(lambda tls: tls.sealed(EVIL), at)
    for at in (1, 2, 3, 4, 5, 6, 20, 60)
}
SCRIPTS |= {f"{at} bytes of close_notify": _cut(Records.farewell, at) for at in (1, 5, 6, 20)}


@dataclass
class Peer:
    """A server for scripts.

    Attributes:
        script: what the next one does.
        tickets: whether session tickets go before an answer, alone.
        sent: set when all of an answer was sent that is sent before the next request.
    """

    context: ssl.SSLContext
    script: Script = SCRIPTS["the answer alone"]
    tickets: bool = False
    sent: threading.Event = field(default_factory=threading.Event)
    server: RawServer = field(init=False)

    def serve(self, connection: Connection) -> None:
        connection.socket.settimeout(PATIENCE)
        tls = Records(connection.socket, self.context)
        script = Sent(b"")
        while (head := tls.request()) is not None:
            if head.startswith(b"GET " + SECOND.encode()):
                connection.send(script.later + tls.sealed(response(OWN)))
                continue
            if self.tickets:
                connection.send(tls.tickets())
            script = self.script(tls)
            connection.send(script.now)
            if script.closes:
                connection.socket.shutdown(socket.SHUT_WR)
            until_received(connection.socket)
            self.sent.set()
        return

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
def test_two_calls_have_their_own_answers(
    peer: Peer, client_tls: ssl.SSLContext, side: str, name: str
) -> None:
    peer.script = SCRIPTS[name]
    for peer.tickets in (False, True):
        peer.sent.clear()
        with OURS[side](peer.url, client_tls) as client:
            first = client.get(FIRST)
            assert isinstance(first, Answer), first
            assert first.body == b"hello"
            assert peer.sent.wait(10)
            assert is_own(client.get(SECOND))


@pytest.mark.parametrize("side", OURS)
def test_an_answer_without_framing_ends_by_close_notify(
    peer: Peer, client_tls: ssl.SSLContext, side: str
) -> None:
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
                assert isinstance(client.get(FIRST), Answer)
            assert is_own(client.get(SECOND))
        assert peer.server.accepted == before + 1
