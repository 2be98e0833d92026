"""A server with one event stream, which can break off wherever a test wants."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

from .wire import Connection, RawServer, response

EVENTS: list[Any] = [{"n": n} for n in range(1, 20)] + [{}]
"""As a workflow sends them; the last one is its stop event."""


def lines_of(events: Iterable[Any]) -> bytes:
    return b"".join(json.dumps(event, separators=(",", ":")).encode() + b"\n" for event in events)


def chunked(events: Sequence[Any], tail: bytes = b"") -> bytes:
    """A whole response that streams `events`, five to a chunk, and then `tail`."""
    chunks = [lines_of(events[at : at + 5]) for at in range(0, len(events), 5)]
    return in_chunks([*chunks, tail] if tail else chunks)


def in_chunks(pieces: Iterable[bytes], *headers: bytes) -> bytes:
    """A whole response with one chunk for each of `pieces`."""
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    lines = [b"HTTP/1.1 200 OK", *headers, b"transfer-encoding: chunked", b"", b""]
    return b"\r\n".join(lines) + chunks + b"0\r\n\r\n"


def until_closed(events: Iterable[Any], tail: bytes = b"") -> bytes:
    """The same, ended by nothing but the closing of the connection."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n"
    return head + lines_of(events) + tail


def document(generation: str) -> bytes:
    """The response to `GET /openapi.json`, as far as it shows the server's generation."""
    events = {"get": {"parameters": [{"name": "raw_event"}] if generation == "0.9" else []}}
    paths = {
        "/deployments/": {},
        "/deployments/create": {"post": {"parameters": [{"name": "base_path"}]}},
        "/deployments/{deployment_name}/tasks/{task_id}/events": events,
    }
    return response(json.dumps({"paths": paths}).encode())


class StreamServer(RawServer):
    """Sends `stream` to each GET of the stream.

    Attributes:
        stream: a whole response, head included.
        parts: what is sent first, one to each GET, before the connection breaks.
        reset: the connection breaks with RST, not FIN.
        generation: whose `/openapi.json` it has.
        streams: how many GETs of the stream it got.
    """

    def __init__(self, stream: bytes, generation: str = "0.8", *, port: int = 0) -> None:
        self.stream = stream
        self.generation = generation
        self.parts: deque[bytes] = deque()
        self.reset = False
        self.streams = 0
        super().__init__(self._script, port=port)

    def _script(self, connection: Connection) -> None:
        while (request := connection.request()) is not None:
            if request.target == "/openapi.json":
                connection.send(document(self.generation))
            elif request.target.partition("?")[0].endswith(("/result", "/results")):
                connection.send(response(b"null"))
            else:
                self.streams += 1
                if self.parts:
                    connection.send(self.parts.popleft())
                    if self.reset:
                        connection.reset()
                    return
                connection.send(self.stream)
                if b"\r\nconnection: close\r\n" in self.stream:
                    return


def one_event_then_silence(connection: Connection) -> None:
    """A script: streams send one event; other GETs get a response; POSTs hang."""
    while (request := connection.request()) is not None:
        if request.method == "GET" and "/tasks/t" not in request.target:
            connection.send(response(b"[]"))
            continue
        if request.method == "GET":
            connection.send(chunked(EVENTS[:1]).removesuffix(b"0\r\n\r\n"))
        return connection.wait_until_gone()
    return None
