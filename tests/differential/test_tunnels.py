"""What a proxy answers to CONNECT: a tunnel, or none; and nothing of it is a server's answer."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import pytest

from ..faults.wire import Connection, RawServer, response
from .clients import Answer, Httpx, OursAsync, OursSync
from .leftovers import EVIL
from .parts import CHUNKED, CHUNKS, OK, PLAIN, SIZED
from .records import Records
from .server import FIRST, OWN, PATIENCE, is_own

TUNNELS = {
    "a 200": OK + b"\r\n",
    "a 200 that is established": b"HTTP/1.1 200 Connection established\r\n\r\n",
    "a 200 of HTTP 1.0": b"HTTP/1.0 200 Connection established\r\n\r\n",
    "a 200 with headers": OK + b"Via: x\r\nProxy-Agent: y\r\n\r\n",
    "a 200 of length 0": OK + b"Content-Length: 0\r\n\r\n",
    "a 200 of length 5": OK + SIZED + b"\r\n",
    "a 200 in chunks": OK + CHUNKED + b"\r\n",
    "a 204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "a 299": b"HTTP/1.1 299 Fine\r\n\r\n",
    "a 200 after a 100": b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"\r\n",
    "a 200 after a 103": b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK + b"\r\n",
    "a 200 that closes": OK + b"Connection: close\r\n\r\n",
}
"""After these there is a tunnel."""

REFUSALS = {
    "nothing": b"",
    "a 101": b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "a 199": b"HTTP/1.1 199 Wait\r\n\r\n",
    "a 302": b"HTTP/1.1 302 Found\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n",
    "a 404": PLAIN.replace(b"200 OK", b"404 Not Found"),
    "a 407": b"HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
    "a 502": PLAIN.replace(b"200 OK", b"502 Bad Gateway"),
    "a 042": OK.replace(b"200", b"042") + b"\r\n",
    "half a head": OK,
    "no head": b"hello",
    "a name with a space": OK + b"Content-Length : 5\r\n\r\n",
}

EXTRAS = {
    "an answer": EVIL,
    "two answers": EVIL * 2,
    "chunks": CHUNKS,
    "text": b"hello",
    "a NUL": b"\x00",
    "an alert": b"\x15\x03\x03\x00\x02\x02\x46",
    "a close_notify": b"\x15\x03\x03\x00\x02\x01\x00",
}
"""What comes with the head of a tunnel, and belongs to nobody."""


class Proxy:
    """A proxy with an answer to CONNECT, which then is the server itself."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.answer = b""
        self._context = context

    def serve(self, connection: Connection) -> None:
        connection.socket.settimeout(PATIENCE)
        request = connection.request()
        assert request is not None
        assert request.method == "CONNECT"
        connection.send(self.answer)
        if self.answer in REFUSALS.values():
            return
        tls = Records(connection.socket, self._context)
        while tls.request() is not None:
            connection.send(tls.sealed(response(OWN)))


@pytest.fixture
def proxy(server_tls: ssl.SSLContext) -> Iterator[tuple[Proxy, str]]:
    played = Proxy(server_tls)
    with RawServer(played.serve) as server:
        yield played, server.url


URL = "https://localhost:1"
"""Nobody is there: the proxy is the server."""

each_side = pytest.mark.parametrize("client", [OursAsync, OursSync, Httpx])


@each_side
@pytest.mark.parametrize("name", TUNNELS)
def test_a_tunnel_leads_to_the_server(
    proxy: tuple[Proxy, str],
    client_tls: ssl.SSLContext,
    client: type[OursAsync | OursSync | Httpx],
    name: str,
) -> None:
    played, url = proxy
    played.answer = TUNNELS[name]
    with client(URL, client_tls, proxy=url) as opened:
        assert is_own(opened.get(FIRST))
        assert is_own(opened.get(FIRST))


@each_side
@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_not_a_tunnel_is_an_error(
    proxy: tuple[Proxy, str],
    client_tls: ssl.SSLContext,
    client: type[OursAsync | OursSync | Httpx],
    name: str,
) -> None:
    played, url = proxy
    played.answer = REFUSALS[name]
    with client(URL, client_tls, proxy=url) as opened:
        assert not isinstance(opened.get(FIRST), Answer)


@pytest.mark.parametrize("client", [OursAsync, OursSync])
@pytest.mark.parametrize("name", EXTRAS)
def test_what_comes_with_a_tunnel_is_nobodys(
    proxy: tuple[Proxy, str],
    client_tls: ssl.SSLContext,
    client: type[OursAsync | OursSync],
    name: str,
) -> None:
    played, url = proxy
    for tunnel in TUNNELS.values():
        played.answer = tunnel + EXTRAS[name]
        with client(URL, client_tls, proxy=url) as opened:
            for _ in range(2):
                assert not isinstance(opened.get(FIRST), Answer)
