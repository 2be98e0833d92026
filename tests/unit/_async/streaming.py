"""Event streams as servers send them, and both ways to open one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from llama_deploy_client import ReceivedEvent

from .calls import session, task

STREAMS: dict[str, Callable[..., Any]] = {
    "GET /deployments/d/tasks/t/events?session_id=s": lambda c, **o: task(c).events(**o),
    "GET /sessions/s/tasks/t/result_stream": lambda c, **o: session(c).get_task_result_stream(
        "t", **o
    ),
}
each_stream = pytest.mark.parametrize("path", STREAMS)
EVENTS_OF_0_9 = "/deployments/{deployment_name}/tasks/{task_id}/events"
CUT = httpx.RemoteProtocolError("peer closed connection: incomplete chunked read")
STOP = ReceivedEvent("workflow.StopEvent", {})


class Progress(BaseModel):
    step: int


def raw(name: str, value: Any) -> bytes:
    """A line as 0.9 sends it."""
    event = {"__is_pydantic": True, "value": value, "qualified_name": f"workflow.{name}"}
    return json.dumps(event).encode() + b"\n"


class Pieces(httpx.AsyncByteStream):
    """A body that arrives in pieces; an exception among them breaks it."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self.pieces = pieces
        self.given = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            self.given += 1
            yield piece

    async def aclose(self) -> None:
        self.closed = True


def streamed(*pieces: bytes | Exception) -> httpx.Response:
    return httpx.Response(200, stream=Pieces(*pieces))


def document(path: str) -> dict[str, Any]:
    """The OpenAPI document of an API server that has `path`."""
    raw_event = {"get": {"parameters": [{"name": "raw_event"}]}}
    return {"paths": {"/deployments/": {}, path: raw_event}}


async def received(stream: AsyncIterator[Any], into: list[Any]) -> list[Any]:
    """Read `stream` to its end or error; what it gave before stays in `into`."""
    async for event in stream:
        into.append(event)
    return into
