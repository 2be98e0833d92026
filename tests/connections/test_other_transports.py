"""Other ways to send: aiohttp as the transport, and trio in place of asyncio."""

from __future__ import annotations

import httpx
import pytest
import trio
from httpx_aiohttp import AiohttpTransport

from llama_deploy_client import CallTimeoutError, Client, ServerError
from llama_deploy_client.models.apiserver import Task

from ..faults.wire import Connection, RawServer, response
from .peer import PeerServer


async def test_calls_streams_and_errors_over_aiohttp(peer: PeerServer) -> None:
    async with Client(
        api_server_url=peer.url, transport=AiohttpTransport(), token="t0ken"
    ) as client:
        for _ in range(3):
            [deployment] = await client.apiserver.deployments.list()
            assert deployment.id == "one"
        assert peer.accepted == 1
        tokens = [request.headers["Authorization"] for request in peer.requests]
        assert tokens == ["Bearer t0ken"] * 3
        task = Task(client=client, deployment_id="d", id="t", session_id="s")
        async with task.events(timeout=30) as events:
            assert [await anext(events), await anext(events)] == [{"n": 1}, {"n": 2}]
        with pytest.raises(ServerError, match="500"):
            await client.apiserver.deployments.get("broken")
        with pytest.raises(CallTimeoutError):
            await client.apiserver.deployments.get("gated", timeout=0.1)


def test_under_trio_the_error_says_what_to_do(peer: PeerServer) -> None:
    client = Client(api_server_url=peer.url)
    with pytest.raises(RuntimeError, match=r"Under trio make the client with http_client=httpx"):
        trio.run(client.apiserver.status)


def test_under_trio_a_client_of_httpx_works_its_retries_included() -> None:
    busy = response(b"", "503 Busy")
    responses = [busy, response(b"[]"), *[busy] * 3]

    def script(connection: Connection) -> None:
        while connection.request():
            connection.send(responses.pop(0))

    async def main(url: str) -> None:
        async with httpx.AsyncClient() as http_client:
            client = Client(api_server_url=url, http_client=http_client)
            assert await client.apiserver.deployments.list() == []
            with pytest.raises(ServerError, match="503"):
                await client.apiserver.deployments.list()

    with RawServer(script) as server:
        trio.run(main, server.url)
        assert len(server.requests) == 5


def test_under_trio_a_batch_says_that_it_needs_asyncio(peer: PeerServer) -> None:
    async def main() -> None:
        async with httpx.AsyncClient() as http_client:
            client = Client(api_server_url=peer.url, http_client=http_client)
            deployment = await client.apiserver.deployments.get("one")
            await deployment.tasks.run_many([{}]).results()

    with pytest.raises(RuntimeError, match="Batches need one"):
        trio.run(main)
