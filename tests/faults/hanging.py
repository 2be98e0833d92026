"""Servers that never finish, each in its own way."""

from __future__ import annotations

import ssl
from collections.abc import Callable

import trustme

from .replaying import EVENTS, chunked
from .wire import Connection, Script, response

PAUSE = 0.03
"""Seconds between the bytes of a server that trickles: no single read takes long."""

LONG = response(b'["' + b"x" * 100_000 + b'"]')


def sends_nothing(connection: Connection) -> None:
    connection.request()
    connection.wait_until_gone()


def _hangs_after(sent: bytes) -> Script:
    def script(connection: Connection) -> None:
        connection.request()
        connection.send(sent)
        connection.wait_until_gone()

    return script


hangs_after_the_headers = _hangs_after(LONG[: LONG.index(b"[")])


def trickles_headers(connection: Connection) -> None:
    connection.request()
    connection.trickle(b"HTTP/1.1 200 OK\r\nx-long: " + b"x" * 100_000, PAUSE)


def keeps_saying_that_it_works(connection: Connection) -> None:
    """Whole responses, each of which says that another one is to follow."""
    connection.request()
    while not connection.server.stopping.wait(PAUSE):
        connection.send(b"HTTP/1.1 102 Processing\r\n\r\n")


def trickles_the_body(connection: Connection) -> None:
    connection.request()
    head, blank, body = LONG.partition(b"\r\n\r\n")
    connection.send(head + blank)
    connection.trickle(body, PAUSE)


def asks_to_come_again(connection: Connection) -> None:
    while connection.request() is not None:
        connection.send(response(b"", "503 Service Unavailable"))


def cuts(connection: Connection) -> None:
    connection.request()


def trickles_blank_lines(connection: Connection) -> None:
    """A stream that is never silent, and sends no event."""
    connection.request()
    connection.send(chunked([]).removesuffix(b"0\r\n\r\n"))
    while not connection.server.stopping.wait(PAUSE):
        connection.send(b"1\r\n\n\r\n")


def has_no_stream_yet(connection: Connection) -> None:
    while connection.request() is not None:
        connection.send(response(b'{"detail": "Task stream not found"}', "404 Not Found"))


def has_no_result_yet(connection: Connection) -> None:
    while (request := connection.request()) is not None:
        connection.send(response(b"null" if request.method == "GET" else b'"t"'))


def tls_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    return context


def _first_flight(connection: Connection, context: ssl.SSLContext) -> bytes:
    """What a TLS server sends first: its certificate among it."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    machine = context.wrap_bio(incoming, outgoing, server_side=True)
    while True:
        try:
            machine.do_handshake()
        except ssl.SSLWantReadError:
            if outgoing.pending:
                return outgoing.read()
            received = connection.socket.recv(65536)
            if not received:
                raise ConnectionAbortedError from None
            incoming.write(received)


def hangs_in_tls(context: ssl.SSLContext) -> Script:
    def script(connection: Connection) -> None:
        flight = _first_flight(connection, context)
        connection.send(flight[: len(flight) // 2])
        connection.wait_until_gone()

    return script


def trickles_tls(context: ssl.SSLContext) -> Script:
    def script(connection: Connection) -> None:
        connection.trickle(_first_flight(connection, context), PAUSE)

    return script


def hangs_after_tls(context: ssl.SSLContext) -> Script:
    def script(connection: Connection) -> None:
        with context.wrap_socket(connection.socket, server_side=True) as secured:
            while secured.recv(65536):
                pass

    return script


# What the server does, and its script. Over TLS, a script needs the server's certificate.
CALLS: dict[str, Script] = {
    "says nothing": sends_nothing,
    "hangs after the headers": hangs_after_the_headers,
    "hangs in the body": _hangs_after(LONG[:10_000]),
    "trickles headers": trickles_headers,
    "trickles the body": trickles_the_body,
    "keeps saying that it works (102)": keeps_saying_that_it_works,
}
STREAMS: dict[str, Script] = {
    "says nothing": sends_nothing,
    "hangs after the headers": hangs_after_the_headers,
    "trickles blank lines": trickles_blank_lines,
    "hangs in an event": _hangs_after(chunked(EVENTS)[:100]),
    "has no stream yet": has_no_stream_yet,
}
TLS: dict[str, Callable[[ssl.SSLContext], Script]] = {
    "says nothing in TLS": lambda _: Connection.wait_until_gone,
    "hangs in the middle of TLS": hangs_in_tls,
    "trickles its part of TLS": trickles_tls,
    "says nothing after TLS": hangs_after_tls,
}
