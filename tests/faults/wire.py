"""Servers that misbehave on purpose: scripts over raw sockets, and a proxy that cuts."""

from __future__ import annotations

import selectors
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from typing import Self

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Request:
    """A request as a server received it."""

    connection: int
    method: str
    target: str
    head: bytes
    body: bytes

    @property
    def headers(self) -> Message:
        return BytesParser().parsebytes(self.head.partition(b"\r\n")[2])


class Connection:
    """One accepted connection, as a script sees it."""

    def __init__(self, server: RawServer, connected: socket.socket, number: int) -> None:
        self.server = server
        self.socket = connected
        self.number = number
        """0 for the server's first connection."""
        self._buffer = b""

    def request(self) -> Request | None:
        """The next request, read whole and remembered; None if the client hung up."""
        while b"\r\n\r\n" not in self._buffer:
            if not self._more():
                return None
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(self._buffer) < length:
            if not self._more():
                return None
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        method, target, _ = head.decode("latin-1").split(" ", 2)
        request = Request(self.number, method, target, head, body)
        self.server.saw(request)
        return request

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def trickle(self, data: bytes, pause: float) -> None:
        """Send byte by byte; stop when the server is stopped."""
        for at in range(len(data)):
            self.socket.sendall(data[at : at + 1])
            if self.server.stopping.wait(pause):
                return

    def reset(self) -> None:
        """Close with RST in place of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def wait_until_gone(self) -> None:
        """Send nothing until the client hangs up or the server is stopped."""
        while self._more():
            self._buffer = b""

    def _more(self) -> bool:
        received = self.socket.recv(65536)
        self._buffer += received
        return bool(received)


Script = Callable[[Connection], None]


class RawServer:
    """Runs `script` for each connection, in a thread of its own; closes it when that returns.

    Attributes:
        url: where it listens.
        requests: what it received.
        accepted: how many connections it took.
        open: how many of them it has not closed yet.
        peak: how many clients were connected at once, at most.
    """

    def __init__(self, script: Script, *, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.script = script
        self.requests: list[Request] = []
        self.stopping = threading.Event()
        self.changed = threading.Condition()
        self.accepted = self.open = self.peak = 0
        self._tls = tls
        self._errors: list[BaseException] = []
        self._connected: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._port = port
        self._start()

    @property
    def url(self) -> str:
        scheme = "http" if self._tls is None else "https"
        host = LOOPBACK if self._tls is None else "localhost"
        return f"{scheme}://{host}:{self._port}"

    @property
    def address(self) -> tuple[str, int]:
        return LOOPBACK, self._port

    def saw(self, request: Request) -> None:
        with self.changed:
            self.requests.append(request)
            self.changed.notify_all()

    def count(self) -> Counter[str]:
        """How often each `METHOD target` was seen."""
        return Counter(f"{request.method} {request.target}" for request in self.requests)

    def all_closed(self, timeout: float = 60.0) -> bool:
        """Whether no client is connected any more, or will be soon."""
        with self.changed:
            return self.changed.wait_for(lambda: self.open == 0, timeout)

    def hang_up(self) -> None:
        """Close all connections from this side."""
        with self.changed:
            connected = list(self._connected)
        for each in connected:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """Listen no more, and close all connections. `restart` brings it back."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        with suppress(OSError):  # wakes the thread that accepts
            socket.create_connection(self.address, 1).close()
        self._acceptor.join()
        self.hang_up()
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        errors, self._errors = self._errors, []
        if errors:
            raise errors[0]

    def restart(self) -> None:
        """Listen again at the same address."""
        self.stop()
        self.stopping.clear()
        self._start()

    def _start(self) -> None:
        self._listening = socket.create_server((LOOPBACK, self._port), backlog=1024)
        self._port = self._listening.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def _accept(self) -> None:
        with self._listening:
            while True:
                connected, _ = self._listening.accept()
                if self.stopping.is_set():
                    connected.close()
                    return
                connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self.changed:
                    number = self.accepted
                    self.accepted += 1
                    self.open += 1
                    self._connected.add(connected)
                    self.peak = max(self.peak, sum(map(_is_connected, self._connected)))
                    self._threads = [thread for thread in self._threads if thread.is_alive()]
                thread = threading.Thread(target=self._serve, args=(connected, number), daemon=True)
                thread.start()
                self._threads.append(thread)

    def _serve(self, connected: socket.socket, number: int) -> None:
        used = connected
        try:
            if self._tls is not None:
                used = self._tls.wrap_socket(connected, server_side=True)
                with self.changed:
                    self._connected.discard(connected)
                    self._connected.add(used)
            self.script(Connection(self, used, number))
        except OSError:
            pass  # clients that hang up are part of the tests
        except BaseException as error:
            self._errors.append(error)
        finally:
            with self.changed:
                self._connected.discard(used)
                self._connected.discard(connected)
                used.close()
                self.open -= 1
                self.changed.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _is_connected(connected: socket.socket) -> bool:
    """Whether the client has not hung up, even if the script did not notice yet."""
    if isinstance(connected, ssl.SSLSocket):
        return True
    try:
        return bool(connected.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except BlockingIOError:
        return True
    except OSError:
        return False


def answering(respond: Callable[[Request], bytes]) -> Script:
    """A script: respond to request after request on one connection."""

    def script(connection: Connection) -> None:
        while (request := connection.request()) is not None:
            connection.send(respond(request))

    return script


def always(sent: bytes) -> Script:
    """A script: the same response to every request."""
    return answering(lambda _: sent)


def response(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """A response as it goes over the wire."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


# --- The proxy ------------------------------------------------------------------------------------


Cut = Callable[[int], bytes]
"""The text of a response at which the proxy closes a connection, by its number; b"" for nowhere."""


def proxy(upstream: tuple[str, int], cut: Cut = lambda _: b"") -> Script:
    """A script that passes everything on to `upstream`, up to the text where it cuts."""

    def script(connection: Connection) -> None:
        _join(connection, upstream, cut(connection.number))

    return script


def tunnel(to: tuple[str, int] | None = None) -> Script:
    """A script: an HTTP proxy for TLS. It connects every client to where they want, or to `to`."""

    def script(connection: Connection) -> None:
        request = connection.request()
        if request is not None:
            assert request.method == "CONNECT"
            host, _, port = request.target.partition(":")
            connection.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            _join(connection, to or (host, int(port)), b"")

    return script


def _join(connection: Connection, upstream: tuple[str, int], cut_at: bytes) -> None:
    client = connection.socket
    with socket.create_connection(upstream) as server, selectors.DefaultSelector() as ready:
        ready.register(client, selectors.EVENT_READ, server)
        ready.register(server, selectors.EVENT_READ, client)
        while selected := ready.select():
            for key, _ in selected:
                source: socket.socket = key.fileobj  # type: ignore[assignment]
                data, cut = source.recv(65536), b""
                if not data:
                    return
                if cut_at and source is server:
                    data, cut, _ = data.partition(cut_at)
                key.data.sendall(data)
                if cut:
                    return


@contextmanager
def proxied(url: str, cut: Cut = lambda _: b"") -> Iterator[RawServer]:
    """A proxy before the server at `url`."""
    host, _, port = url.rpartition("/")[2].partition(":")
    with RawServer(proxy((host, int(port)), cut)) as server:
        yield server


def wait_for(condition: Callable[[], bool], timeout: float = 60.0) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, f"not so within {timeout} s"
        time.sleep(0.005)
