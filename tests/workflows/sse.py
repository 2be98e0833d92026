"""Responses of a workflow server, for scripts over raw sockets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tests.faults.wire import Connection, RawServer, Request, response

STATE = {
    "handler_id": "h",
    "workflow_name": "w",
    "status": "running",
    "started_at": "2026-11-28T00:29:15.692755+00:00",
}
COMPLETED = {
    **STATE,
    "status": "completed",
    "result": {"value": {"result": "done"}, "type": "StopEvent", "types": None},
}
HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
END = b"0\r\n\r\n"


def json_response(body: Any, status: str = "200 OK") -> bytes:
    return response(json.dumps(body).encode(), status, "content-type: application/json")


def not_found(detail: str = "Handler not found") -> bytes:
    return json_response({"detail": detail}, "404 Not Found")


def envelope(kind: str, value: Any, *bases: str) -> dict[str, Any]:
    bases_or_none = list(bases) or None
    return {"value": value, "qualified_name": f"m.{kind}", "type": kind, "types": bases_or_none}


def message(sequence: int, event: dict[str, Any]) -> bytes:
    return f"id: {sequence}\ndata: {json.dumps(event)}\n\n".encode()


def chunks(*data: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in data)


EVENTS = [envelope("Progress", {"step": step}) for step in range(1, 6)]
EVENTS.append(envelope("StopEvent", {"result": "done"}))
# Numbers have gaps.
MESSAGES = [message(2 * n + 1, event) for n, event in enumerate(EVENTS)]
VALUES = [event["value"] for event in EVENTS]


def after(request: Request) -> int:
    """The number of the last event that a request says it has."""
    return int(request.target.partition("after_sequence=")[2])


def hurry(events: Any) -> None:
    """From now on, wait 0.3 s for an event: all that had to arrive has arrived."""
    events._deadline.timeout = 0.3


class StreamServer(RawServer):
    """Sends the messages after the one that a reader has: `each` bytes at a time, `a_time` in all
    on one connection. Then it breaks off.
    """

    def __init__(
        self, messages: Sequence[bytes] = MESSAGES, *, each: int = 10_000, a_time: int = 10_000
    ) -> None:
        self.messages = messages
        self._each = each
        self._a_time = a_time
        super().__init__(self._serve_events)

    def _serve_events(self, connection: Connection) -> None:
        while (request := connection.request()) is not None:
            body = b"".join(self.messages[(after(request) + 1) // 2 :])
            sent = body[: self._a_time]
            connection.send(HEAD)
            for start in range(0, len(sent), self._each):
                connection.send(chunks(sent[start : start + self._each]))
            if sent != body:
                return
            connection.send(END)
