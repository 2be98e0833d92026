"""Hooks and connections: a hook that raises costs at most the connection of its own request."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from llama_deploy_client._async.client import AsyncClient

from ...faults._async.helpers import task_of
from ..peer import PeerServer


@pytest.mark.parametrize("event", ["request", "response"])
async def test_no_connection_is_lost_to_a_hook_that_raises(peer: PeerServer, event: str) -> None:
    fails = True

    async def fail(_: Any) -> None:
        if fails:
            raise LookupError

    hooks = {event: [fail]}
    async with AsyncClient(
        api_server_url=peer.url, max_connections=2, timeout=5, event_hooks=hooks
    ) as client:
        for _ in range(3):
            with pytest.raises(LookupError):
                await client.apiserver.deployments.list()
        fails = False
        for _ in range(3):
            await client.apiserver.deployments.list()
    assert peer.all_closed()


async def test_a_stream_is_seen_as_it_opens(peer: PeerServer) -> None:
    seen: list[httpx.Response] = []

    async def see(response: httpx.Response) -> None:
        seen.append(response)

    client = AsyncClient(api_server_url=peer.url, event_hooks={"response": [see]})
    async with client, task_of(client).events() as events:
        assert await anext(events) == {"n": 1}
        [response] = seen
        assert response.headers["content-type"] == "application/x-ndjson"
        assert await anext(events) == {"n": 2}
