"""The server's side of TLS, record by record: what is encrypted together need not be sent so."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress

_MAX = 65536


class Records:
    """TLS over a connected socket that sends nothing by itself once hands are shaken."""

    def __init__(self, connected: socket.socket, context: ssl.SSLContext) -> None:
        self._socket = connected
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._ssl = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._shake_hands()

    def _shake_hands(self) -> None:
        while True:
            try:
                self._ssl.do_handshake()
            except ssl.SSLWantReadError:
                self._socket.sendall(self._outgoing.read())
                if not self._receive():
                    raise ConnectionAbortedError("the client hung up in the handshake") from None
            else:
                if self._ssl.version() == "TLSv1.2":  # where tickets come before its last word
                    self._socket.sendall(self._outgoing.read())
                return

    def tickets(self) -> bytes:
        """The session tickets that the handshake ended with, unless they went with records."""
        return self._outgoing.read()

    def request(self) -> bytes | None:
        """The head of the next request; None if the client hung up."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            try:
                head += self._ssl.read(_MAX)
            except ssl.SSLWantReadError:
                if not self._receive():
                    return None
            except ssl.SSLZeroReturnError:
                return None
        return head

    def sealed(self, *contents: bytes) -> bytes:
        """Records with these contents, one for each."""
        for content in contents:
            self._ssl.write(content)
        return self._outgoing.read()

    def farewell(self) -> bytes:
        """The record that says that no more will follow (close_notify)."""
        with suppress(ssl.SSLWantReadError):  # the client has not said the same yet
            self._ssl.unwrap()
        return self._outgoing.read()

    def _receive(self) -> bool:
        received = self._socket.recv(_MAX)
        self._incoming.write(received)
        return bool(received)
