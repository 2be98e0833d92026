"""A server that behaves: it keeps connections, over plain TCP or TLS."""

from __future__ import annotations

import json
import ssl
import threading
from typing import Any
from urllib.parse import urlsplit

from tests.faults.wire import Connection, RawServer, response

HEALTHY = {"status": "Healthy", "status_message": "", "max_deployments": 10, "deployments": []}
RESPONSES: dict[str, tuple[int, Any]] = {
    "/status/": (200, HEALTHY),
    "/deployments/": (200, [{"name": "one"}]),
    "/deployments/broken": (500, "Internal Server Error"),
    "/sessions": (200, {"s": {}}),
    "/services": (200, {"s": {}}),
    "/deployments/one/tasks/create": (200, {"task_id": "t", "session_id": "s"}),
}
# Two events; what follows is silence.
EVENTS = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n"
    b'9\r\n{"n": 1}\n\r\n9\r\n{"n": 2}\n\r\n'
)


class PeerServer(RawServer):
    """Sends `RESPONSES`, or `{}`.

    Attributes:
        gate: /deployments/gated waits until this is set, and so do the rest of /deployments/half
            and the end of every stream of events.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.gate = threading.Event()
        super().__init__(self._respond, tls=tls)

    def stop(self) -> None:
        self.gate.set()
        super().stop()

    def _respond(self, connection: Connection) -> None:
        while (request := connection.request()) is not None:
            path = urlsplit(request.target).path
            status, body = RESPONSES.get(path, (200, {}))
            if request.method == "CONNECT":
                status = 501
            json_type = "content-type: application/json"
            sent = response(json.dumps(body).encode(), f"{status} Status", json_type)
            begun = 0
            if path.endswith("/events"):
                sent, begun = EVENTS + b"0\r\n\r\n", len(EVENTS)
            elif path == "/deployments/half":
                begun = len(sent) - 1
            connection.send(sent[:begun])
            if begun or path == "/deployments/gated":
                self.gate.wait()
            connection.send(sent[begun:])
            if status >= 500:
                return  # as LlamaDeploy does: without saying so
