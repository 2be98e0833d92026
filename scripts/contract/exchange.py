"""Requests to a server and its responses: sent, recorded, saved."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .document import Half

WAIT = 60.0
"""Seconds that a server may take to begin its response, and to go on with it."""

LINES = 20
"""Lines after which a stream is left."""

NDJSON = "application/x-ndjson"


@dataclass(frozen=True)
class Request:
    """A request as it goes out."""

    method: str
    target: str
    """Path and query, escaped."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True)
class Response:
    """What came back."""

    status: int
    content_type: str
    """Without parameters; empty if there is none."""
    text: str
    end: str = "whole"
    """How the body ended: "whole", "cut" by the server, or "left" by us while it went on."""

    def json(self) -> Any:
        """The body's JSON value."""
        return json.loads(self.text)

    def lines(self) -> list[str]:
        """The lines of a stream, without a last one that is not whole."""
        whole = self.text if self.end == "whole" else self.text[: self.text.rfind("\n") + 1]
        return [line for line in whole.split("\n") if line.strip()]


@dataclass(frozen=True)
class Exchange:
    """A request of an operation, why it was sent, and the response."""

    half: Half
    operation: str
    why: str
    request: str
    """Method, path and query."""
    response: Response

    def __str__(self) -> str:
        """Which exchange it is, for a message about it."""
        text = self.response.text
        body = text if len(text) < 300 else text[:300] + "…"
        status = f"{self.response.status} {self.response.content_type or 'without a body'}"
        return f"{self.half}, {self.operation} ({self.why}): {self.request} -> {status}: {body}"


@dataclass
class Recording:
    """All responses from the servers of one generation."""

    generation: str
    exchanges: list[Exchange] = field(default_factory=list)
    served: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The OpenAPI document that each half serves, by its tag."""
    drift: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Exit status and output of `scripts/drift.py` for each half, by its tag."""


def send(base: str, request: Request, *, lines: int = LINES, silence: float = WAIT) -> Response:
    """Send a request over a connection of its own, because servers close one after a 500.

    Streams are read up to so many lines, or until nothing came for `silence` seconds.
    """
    address = urlsplit(base)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=WAIT)
    headers = {"Connection": "close", **request.headers}
    try:
        connection.connect()
        sock = connection.sock
        connection.request(request.method, request.target, body=request.body, headers=headers)
        with connection.getresponse() as response:
            content_type = response.headers.get("Content-Type", "").partition(";")[0].strip()
            sock.settimeout(silence if content_type == NDJSON else WAIT)
            body, end = _read(response, lines if content_type == NDJSON else None)
    except (OSError, http.client.HTTPException) as error:
        error.add_note(f"{request.method} {base}{request.target}")
        raise
    finally:
        connection.close()
    if response.status == http.HTTPStatus.NO_CONTENT:
        content_type = ""  # servers name one for the body that is not there
    return Response(response.status, content_type, body.decode(errors="replace"), end)


def _read(response: http.client.HTTPResponse, lines: int | None) -> tuple[bytes, str]:
    """The body, and how it ended; of a stream only so many lines."""
    deadline = time.monotonic() + WAIT
    body = b""
    try:
        while chunk := response.read1():
            body += chunk
            if lines is not None and (body.count(b"\n") >= lines or time.monotonic() > deadline):
                return body, "left"
    except TimeoutError:
        return body, "left"
    except (http.client.IncompleteRead, ConnectionError):
        return body, "cut"
    return body, "whole"
