"""Servers that never finish, each in its own way."""

from __future__ import annotations

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


def trickles_tls(connection: Connection) -> None:
    """The beginning of a record of 16 KiB, which nobody can read before its end."""
    connection.trickle(b"\x16\x03\x03\x40\x00" + bytes(1 << 14), PAUSE)


# What the server does, and its script.
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
TLS: dict[str, Script] = {
    "says nothing in TLS": Connection.wait_until_gone,
    "trickles its part of TLS": trickles_tls,
}
