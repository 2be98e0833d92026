"""A server with one event stream, which can be cut wherever a test wants."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

from .wire import Connection, RawServer, response

EVENTS: list[Any] = [{"n": n} for n in range(1, 50)] + [{}]
"""As a workflow sends them; the last one is its stop event."""

_EVENTS_PATH = "/deployments/{deployment_name}/tasks/{task_id}/events"


def lines_of(events: Iterable[Any]) -> bytes:
    return b"".join(json.dumps(event, separators=(",", ":")).encode() + b"\n" for event in events)


def chunked(events: Sequence[Any], tail: bytes = b"") -> bytes:
    """A whole answer that streams `events`, five to a chunk, and then `tail`."""
    chunks = [lines_of(events[at : at + 5]) for at in range(0, len(events), 5)]
    return in_chunks([*chunks, tail] if tail else chunks)


def in_chunks(pieces: Iterable[bytes], *headers: bytes) -> bytes:
    """A whole answer with one chunk for each of `pieces`."""
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    lines = [b"HTTP/1.1 200 OK", *headers, b"transfer-encoding: chunked", b"", b""]
    return b"\r\n".join(lines) + chunks + b"0\r\n\r\n"


def until_closed(events: Iterable[Any], tail: bytes = b"") -> bytes:
    """The same, ended by nothing but the closing of the connection."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n"
    return head + lines_of(events) + tail


def document(generation: str) -> bytes:
    """What a server of that generation answers to `GET /openapi.json`, as far as it tells."""
    parameters = [{"name": "raw_event"}] if generation == "0.9" else []
    create = {"post": {"parameters": [{"name": "base_path"}]}}
    paths = {
        "/deployments/": {},
        "/deployments/create": create,
        _EVENTS_PATH: {"get": {"parameters": parameters}},
    }
    return response(json.dumps({"paths": paths}).encode())


class StreamServer(RawServer):
    """Sends `answer` to each GET of the stream, cut at the next of `cuts` while there are some.

    Attributes:
        answer: the whole answer, head included.
        cuts: after how many bytes to cut the next answers.
        reset: cut with RST, not FIN.
        generation: whose `/openapi.json` it has.
        result: the task's result, as JSON.
        streams: how often the stream was asked for.
    """

    def __init__(self, answer: bytes, generation: str = "0.8") -> None:
        self.answer = answer
        self.generation = generation
        self.cuts: deque[int] = deque()
        self.reset = False
        self.result = b"null"
        self.streams = 0
        super().__init__(self._script)

    def _script(self, connection: Connection) -> None:
        while (request := connection.request()) is not None:
            if request.target == "/openapi.json":
                connection.send(document(self.generation))
                continue
            if request.target.partition("?")[0].endswith(("/result", "/results")):
                connection.send(response(self.result))
                continue
            self.streams += 1
            if self.cuts:
                connection.send(self.answer[: self.cuts.popleft()])
                if self.reset:
                    connection.reset()
                return
            connection.send(self.answer)
            if _ends_by_closing(self.answer):
                return


def _ends_by_closing(answer: bytes) -> bool:
    return b"\r\nconnection: close\r\n" in answer


def one_event_then_silence(connection: Connection) -> None:
    """A script: streams say one event; other GETs are answered; POSTs hang."""
    while (request := connection.request()) is not None:
        if request.method == "POST":
            return connection.wait_until_gone()
        if "/tasks/t" not in request.target:
            connection.send(response(b"[]"))
            continue
        connection.send(chunked(EVENTS[:1]).removesuffix(b"0\r\n\r\n"))
        return connection.wait_until_gone()
    return None
