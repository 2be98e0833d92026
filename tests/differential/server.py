"""A server that plays a script to one client after the other."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

from ..faults.wire import Connection, RawServer, response
from .clients import Answer, Clients, Outcome

PATIENCE = 0.5
"""Seconds for which a server waits for a client that waits for it."""

FIRST, SECOND = "/first", "/second"
OWN = b"the second call's own answer"


class End(Enum):
    """What a server does after its answer."""

    FIN = "closes the connection"
    FAREWELL = "closes the connection, and TLS says so"
    RST = "resets the connection"
    OPEN = "waits for another request"


@dataclass(frozen=True)
class Play:
    """What the server sends to a first request, and what after that.

    Attributes:
        answer: the bytes.
        end: what follows.
        later: bytes that it sends once the client has the answer.
    """

    answer: bytes
    end: End = End.FIN
    later: bytes = b""


class Stage:
    """A server for plays."""

    def __init__(self, server: RawServer, tls: ssl.SSLContext) -> None:
        self._server = server
        self._tls = tls
        self._received = threading.Event()
        self._sent = threading.Event()

    def one(self, clients: Clients, play: Play) -> Outcome:
        """What a client makes of the answer."""
        self._begin(play)
        with clients(self._server.url, self._tls) as client:
            return client.get(FIRST)

    def two(self, clients: Clients, play: Play) -> tuple[Outcome, Outcome]:
        """What a client makes of two calls in a row. The server has sent all that it has to send
        before the second one."""
        self._begin(play)
        with clients(self._server.url, self._tls) as client:
            first = client.get(FIRST)
            self._received.set()
            assert self._sent.wait(10)
            return first, client.get(SECOND)

    def _begin(self, play: Play) -> None:
        self._received.clear()
        self._sent.clear()
        self._server.script = lambda connection: self._script(connection, play)

    def _script(self, connection: Connection, play: Play) -> None:
        connection.socket.settimeout(PATIENCE)
        while (request := connection.request()) is not None:
            if request.target == SECOND:
                connection.send(response(OWN))
                continue
            try:
                connection.send(play.answer)
                if play.later and self._received.wait(PATIENCE):
                    connection.send(play.later)
                if play.end is not End.OPEN:
                    return self._end(connection, play.end)
            finally:
                self._sent.set()
        return None

    def _end(self, connection: Connection, end: End) -> None:
        if end is End.RST:
            connection.reset()
            return
        if end is End.FAREWELL and isinstance(connection.socket, ssl.SSLSocket):
            connection.socket = connection.socket.unwrap()
        connection.socket.shutdown(socket.SHUT_WR)
        connection.wait_until_gone()


def is_own(outcome: Outcome) -> bool:
    """Whether this is the second call's answer."""
    return isinstance(outcome, Answer) and outcome.body == OWN


@contextmanager
def stage(tls: ssl.SSLContext, server_tls: ssl.SSLContext | None = None) -> Iterator[Stage]:
    """A stage; with `server_tls`, one that is reached by HTTPS."""
    with RawServer(lambda _: None, tls=server_tls) as server:
        yield Stage(server, tls)
