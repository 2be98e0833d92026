"""A server that plays a script to one client after the other."""

from __future__ import annotations

import fcntl
import socket
import ssl
import termios
import threading
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

from ..faults.wire import Connection, RawServer, response
from .clients import TIMEOUT, Clients, Outcome, Response

PATIENCE = 0.5
"""Seconds after which a server takes it that a client waits for more of a response, and ends it."""

_CLOSED = b"\x07"
"""The state of a connection that was reset, as `TCP_INFO` begins."""

FIRST, SECOND = "/first", "/second"
OWN = b"the second call's own response"


class End(Enum):
    """What a server does after its response."""

    FIN = "closes the connection"
    FAREWELL = "closes the connection, and TLS says so"
    RST = "resets the connection"
    OPEN = "waits for another request"


@dataclass
class Play:
    """What the server sends to a first request, and what after that."""

    response: bytes
    end: End = End.FIN
    later: bytes = b""
    """Bytes that it sends once the client has the response."""
    received: threading.Event = field(default_factory=threading.Event)
    """Set when the client has the response, or refused it."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held while it is set, and while the server ends the wait for it."""
    sent: threading.Event = field(default_factory=threading.Event)
    """Set when the server has sent all that comes before a second request."""


class Stage:
    """A server for plays."""

    def __init__(self, server: RawServer, tls: ssl.SSLContext) -> None:
        self._server = server
        self._tls = tls

    def one(self, clients: Clients, play: Play) -> Outcome:
        """What a client reads from the response."""
        self._server.script = lambda connection: _script(connection, play)
        with clients(self._server.url, self._tls) as client:
            return client.get(FIRST)

    def two(self, clients: Clients, play: Play) -> tuple[Outcome, Outcome]:
        """What a client reads in two calls in a row. The server has sent all that it has to send
        before the second one."""
        self._server.script = lambda connection: _script(connection, play)
        with clients(self._server.url, self._tls) as client:
            first = client.get(FIRST)
            with play.lock:
                play.received.set()
            assert play.sent.wait(TIMEOUT)
            return first, client.get(SECOND)


def _script(connection: Connection, play: Play) -> None:
    while (request := connection.request()) is not None:
        if request.target == SECOND:
            connection.send(response(OWN))
            continue
        try:
            connection.send(play.response)
            if play.end is not End.OPEN:
                return _end(connection, play.end)
            if play.later and play.received.wait(TIMEOUT):
                connection.send(play.later)
            until_received(connection.socket)
        finally:
            play.sent.set()
        play.received.wait(PATIENCE)
        with play.lock:
            if not play.received.is_set():
                return _end(connection, End.FIN)
    return None


def _end(connection: Connection, end: End) -> None:
    if end is End.RST:
        connection.reset()
        return
    if end is End.FAREWELL and isinstance(connection.socket, ssl.SSLSocket):
        connection.socket = connection.socket.unwrap()
    connection.socket.shutdown(socket.SHUT_WR)
    connection.wait_until_gone()


def until_received(connected: socket.socket) -> None:
    """Wait until the other side's kernel has all that was sent, or the connection was reset."""
    queued = array("i", [1])
    while queued[0] and connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1) != _CLOSED:
        fcntl.ioctl(connected, termios.TIOCOUTQ, queued)
        time.sleep(0)


def is_own(outcome: Outcome) -> bool:
    """Whether this is the second call's response."""
    return isinstance(outcome, Response) and outcome.body == OWN


@contextmanager
def stage(tls: ssl.SSLContext, server_tls: ssl.SSLContext | None = None) -> Iterator[Stage]:
    """A stage; with `server_tls`, one that is reached by HTTPS."""
    with RawServer(lambda _: None, tls=server_tls) as server:
        yield Stage(server, tls)
