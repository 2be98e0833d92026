"""Under trio: an httpx client of its own works, and without one the error says so."""

from __future__ import annotations

import httpx
import pytest
import trio

from llama_deploy_client import Client, ServerError

from ..faults.wire import Connection, RawServer, response
from .peer import PeerServer


def test_what_to_do_is_told(peer: PeerServer) -> None:
    client = Client(api_server_url=peer.url)
    with pytest.raises(RuntimeError, match=r"Under trio make the client with http_client=httpx"):
        trio.run(client.apiserver.status)


def test_a_client_of_httpx_works_its_retries_included() -> None:
    answers = [response(b"", "503 Busy"), response(b"[]"), *[response(b"", "503 Busy")] * 3]

    def script(connection: Connection) -> None:
        while connection.request():
            connection.send(answers.pop(0))

    async def main(url: str) -> None:
        async with httpx.AsyncClient() as http_client:
            client = Client(api_server_url=url, http_client=http_client)
            assert await client.apiserver.deployments.list() == []
            with pytest.raises(ServerError, match="503"):
                await client.apiserver.deployments.list()

    with RawServer(script) as server:
        trio.run(main, server.url)
        assert len(server.requests) == 5


def test_what_needs_a_loop_of_asyncio_says_so(peer: PeerServer) -> None:
    async def main() -> None:
        async with httpx.AsyncClient() as http_client:
            client = Client(api_server_url=peer.url, http_client=http_client)
            deployment = await client.apiserver.deployments.get("one")
            await deployment.tasks.run_many([{}]).results()

    with pytest.raises(RuntimeError, match="Batches need one"):
        trio.run(main)
