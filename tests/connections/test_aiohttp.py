"""The optional transport: the same calls, streams and errors over aiohttp."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from httpx_aiohttp import AiohttpTransport

from llama_deploy_client import CallTimeoutError, Client, ServerError
from llama_deploy_client.models.apiserver import Task

from .peer import PeerServer


@pytest.fixture
async def client(peer: PeerServer) -> AsyncIterator[Client]:
    transport = AiohttpTransport()
    async with Client(api_server_url=peer.url, transport=transport, token="t0ken") as client:
        yield client


async def test_calls_are_answered(peer: PeerServer, client: Client) -> None:
    for _ in range(3):
        [deployment] = await client.apiserver.deployments.list()
        assert deployment.id == "one"
    assert peer.accepted == 1
    sent = [
        {name.lower(): value for name, value in headers.items()} for _, headers in peer.requests
    ]
    assert [headers["authorization"] for headers in sent] == ["Bearer t0ken"] * 3


async def test_events_arrive_while_the_stream_is_open(client: Client) -> None:
    task = Task(client=client, deployment_id="d", id="t", session_id="s")
    async with task.events(timeout=5) as events:
        assert await anext(events) == {"n": 1}
        assert await anext(events) == {"n": 2}


async def test_errors_are_the_same(client: Client) -> None:
    with pytest.raises(ServerError, match="500"):
        await client.apiserver.deployments.get("broken")
    with pytest.raises(CallTimeoutError):
        await client.apiserver.deployments.get("gated", timeout=0.1)
