"""A small HTTP/1.1 server that keeps connections and counts them, plain and with real TLS."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

HEALTHY = {"status": "Healthy", "status_message": "", "max_deployments": 10, "deployments": []}
ANSWERS: dict[str, tuple[int, Any]] = {
    "/status/": (200, HEALTHY),
    "/deployments/": (200, [{"name": "one"}]),
    "/deployments/broken": (500, "Internal Server Error"),
    "/sessions": (200, {"s": {}}),
    "/services": (200, {"s": {}}),
    "/deployments/one/tasks/t/results": (200, {"task_id": "t", "history": [], "result": "done"}),
    "/deployments/one/tasks/create": (200, {"task_id": "t", "session_id": "s"}),
}


class PeerServer(ThreadingHTTPServer):
    """Answers `ANSWERS`; remembers requests and who is connected."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._sockets: set[Any] = set()
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.accepted = 0
        self.open = 0
        self.peak = 0
        self.changed = threading.Condition()
        self.gate = threading.Event()
        """/deployments/gated is answered once this is set, the rest of /deployments/half sent."""

    def hang_up(self) -> None:
        """Close all connections from this side."""
        for connected in list(self._sockets):
            connected.shutdown(socket.SHUT_RDWR)

    def all_closed(self, timeout: float = 5.0) -> bool:
        """Whether no client is connected any more, or will be soon."""
        with self.changed:
            return self.changed.wait_for(lambda: self.open == 0, timeout)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what is tested here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PeerServer  # pyright: ignore
    timeout = 30

    def setup(self) -> None:
        super().setup()
        with self.server.changed:
            self.server._sockets.add(self.connection)
            self.server.accepted += 1
            self.server.open += 1
            self.server.peak = max(self.server.peak, self.server.open)

    def finish(self) -> None:
        super().finish()
        with self.server.changed:
            self.server._sockets.discard(self.connection)
            self.server.open -= 1
            self.server.changed.notify_all()

    def do_GET(self) -> None:
        self.server.requests.append((self.path, dict(self.headers)))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urlsplit(self.path).path
        if path.endswith("/events"):
            return self._stream()
        if path == "/deployments/gated":
            self.server.gate.wait(10)
        status, body = ANSWERS.get(path, (200, {}))
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if path == "/deployments/half":
            self.wfile.write(content[:1])
            self.server.gate.wait(10)
            content = content[1:]
        self.wfile.write(content)
        if status >= 500:
            self.close_connection = True  # as LlamaDeploy does: without saying so
        return None

    def _stream(self) -> None:
        """Two events, then silence until the client hangs up or the gate opens."""
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in (b'{"n": 1}\n', b'{"n": 2}\n'):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
        self.server.gate.wait(10)
        self.wfile.write(b"0\r\n\r\n")

    do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test output clean."""


@contextmanager
def serve(tls: ssl.SSLContext | None = None) -> Iterator[PeerServer]:
    """A running server; with `tls`, one for HTTPS."""
    server = PeerServer()
    if tls is not None:
        # The handshake is for the thread that answers: one that hangs keeps nobody else waiting.
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        server.url = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.gate.set()
        server.shutdown()
        thread.join()
        server.server_close()
