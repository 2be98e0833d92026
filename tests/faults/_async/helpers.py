"""Clients of the servers that misbehave, and both ways to open a stream."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import pytest

from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.core import Session
from llama_deploy_client._async.streams import EventStream
from llama_deploy_client._async.tasks import Task

from ..wire import RawServer

E = TypeVar("E", bound=Exception)


def client_of(server: RawServer, **settings: Any) -> AsyncClient:
    """A client for which `server` is both servers."""
    return AsyncClient(api_server_url=server.url, control_plane_url=server.url, **settings)


def task_of(client: AsyncClient) -> Task:
    return Task(client=client, deployment_id="d", id="t", session_id="s")


def deployment_of(client: AsyncClient) -> Deployment:
    return Deployment(client=client, id="d")


def session_of(client: AsyncClient) -> Session:
    return Session(client=client, id="s")


STREAMS: dict[str, Callable[..., EventStream]] = {
    "API server": lambda client, **options: task_of(client).events(**options),
    "control plane": lambda client, **options: session_of(client).get_task_result_stream(
        "t", **options
    ),
}
each_stream = pytest.mark.parametrize("kind", STREAMS)


async def collect(events: AsyncIterator[Any], into: list[Any] | None = None) -> list[Any]:
    """All events until the stream ends; `into` has them even if it ends with an error."""
    received: list[Any] = [] if into is None else into
    async for event in events:
        received.append(event)
    return received


async def broken_off(events: EventStream, error: type[E]) -> tuple[list[Any], E]:
    """Read a stream that ends with this error: its events, and the error."""
    received: list[Any] = []
    with pytest.raises(error) as caught:
        await collect(events, received)
    return received, caught.value
