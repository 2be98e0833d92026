"""Responses of a proxy to CONNECT: a tunnel or an error, and never a server's response."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TypeAlias

import pytest

from ..faults.wire import Connection, RawServer, response
from .clients import Client, Httpx, OursAsync, OursSync, Response
from .records import Records
from .responses import CHUNKED, CHUNKS, EVIL, OK, PLAIN, SIZED
from .server import FIRST, OWN, is_own

TUNNELS = {
    "a 200": OK + b"\r\n",
    "a 200 of HTTP 1.0": b"HTTP/1.0 200 Connection established\r\n\r\n",
    "a 200 of length 5": OK + SIZED + b"\r\n",
    "a 200 in chunks": OK + CHUNKED + b"\r\n",
    "a 204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "a 200 after a 103": b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK + b"\r\n",
    "a 200 that closes": OK + b"Connection: close\r\n\r\n",
}
REFUSALS = {
    "nothing": b"",
    "a 101": b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "a 302": b"HTTP/1.1 302 Found\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n",
    "a 502": PLAIN.replace(b"200 OK", b"502 Bad Gateway"),
    "a 042": OK.replace(b"200", b"042") + b"\r\n",
    "half a head": OK,
    "no head": b"hello",
    "a name with a space": OK + b"Content-Length : 5\r\n\r\n",
}
EXTRAS = {
    "a response": EVIL,
    "chunks": CHUNKS,
    "a NUL": b"\x00",
    "an alert": b"\x15\x03\x03\x00\x02\x02\x46",
    "a close_notify": b"\x15\x03\x03\x00\x02\x01\x00",
}
"""What comes with the head of a tunnel, and belongs to no response."""

OPENERS: dict[str, type[OursAsync | OursSync | Httpx]] = {
    "async": OursAsync,
    "blocking": OursSync,
    "httpx": Httpx,
}
Open: TypeAlias = Callable[[str, bytes], Client]


@pytest.fixture
def opened(server_tls: ssl.SSLContext, client_tls: ssl.SSLContext) -> Iterator[Open]:
    """Makes a client whose proxy sends these bytes after CONNECT, and then is the server itself."""
    sent = b""

    def serve(connection: Connection) -> None:
        request = connection.request()
        assert request is not None
        assert request.method == "CONNECT"
        connection.send(sent)
        if sent not in REFUSALS.values():
            tls = Records(connection.socket, server_tls)
            while tls.request() is not None:
                connection.send(tls.sealed(response(OWN)))

    def open(name: str, to_connect: bytes) -> Client:
        nonlocal sent
        sent = to_connect
        # Nothing listens there: the proxy is the server.
        client = OPENERS[name]("https://localhost:1", client_tls, proxy=server.url)
        clients.enter_context(client)
        return client

    with RawServer(serve) as server, ExitStack() as clients:
        yield open


@pytest.mark.parametrize("name", OPENERS)
@pytest.mark.parametrize("tunnel", TUNNELS)
def test_a_tunnel_leads_to_the_server(opened: Open, name: str, tunnel: str) -> None:
    client = opened(name, TUNNELS[tunnel])
    assert is_own(client.get(FIRST))
    assert is_own(client.get(FIRST))


@pytest.mark.parametrize("name", OPENERS)
@pytest.mark.parametrize("refusal", REFUSALS)
def test_what_is_not_a_tunnel_is_an_error(opened: Open, name: str, refusal: str) -> None:
    assert not isinstance(opened(name, REFUSALS[refusal]).get(FIRST), Response)


@pytest.mark.parametrize("name", ["async", "blocking"])
@pytest.mark.parametrize("extra", EXTRAS)
def test_what_comes_with_a_tunnel_is_never_a_response(opened: Open, name: str, extra: str) -> None:
    for tunnel in TUNNELS.values():
        client = opened(name, tunnel + EXTRAS[extra])
        for _ in range(2):
            assert not isinstance(client.get(FIRST), Response)
