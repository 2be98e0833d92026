"""Event streams as servers send them, and both ways to open one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from pydantic import BaseModel
from respx import MockRouter, Route

from llama_deploy_client import ReceivedEvent

from .calls import API_SERVER, session, task

STREAMS: dict[str, Callable[..., Any]] = {
    "GET /deployments/d/tasks/t/events?session_id=s": lambda c, **o: task(c).events(**o),
    "GET /sessions/s/tasks/t/result_stream": lambda c, **o: session(c).get_task_result_stream(
        "t", **o
    ),
}
each_stream = pytest.mark.parametrize("path", STREAMS)
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
        self.read = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            self.read += 1
            yield piece

    async def aclose(self) -> None:
        self.closed = True


def streamed(*pieces: bytes | Exception) -> httpx.Response:
    return httpx.Response(200, stream=Pieces(*pieces))


def api_server(wire: MockRouter, *, replays: bool) -> Route:
    """An API server that sends its events to each reader, as 0.6 to 0.8 do, or once, as 0.9."""
    path = "/x" if replays else "/deployments/{deployment_name}/tasks/{task_id}/events"
    raw_event = {"get": {"parameters": [{"name": "raw_event"}]}}
    document = {"paths": {"/deployments/": {}, path: raw_event}}
    return wire.get(f"{API_SERVER}/openapi.json").respond(json=document)


async def received(stream: AsyncIterator[Any]) -> list[Any]:
    events: list[Any] = []
    async for event in stream:
        events.append(event)
    return events


async def broken(
    stream: AsyncIterator[Any], error: type[BaseException], match: str | None = None
) -> tuple[list[Any], Any]:
    """Read `stream` until it raises: the events before the error, and the error."""
    events: list[Any] = []
    with pytest.raises(error, match=match) as caught:
        async for event in stream:
            events.append(event)
    return events, caught.value
