"""A client need not be closed: loops and threads come and go, and nothing remains open."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from llama_deploy_client import Client, ClientClosedError, SyncClient
from llama_deploy_client._transport._sync.pool import Pool
from llama_deploy_client._transport._sync.transport import LaneTransport
from llama_deploy_client._transport.contract import TransportClosedError

from ..faults.together import together
from .peer import PeerServer


def test_one_client_serves_several_runs(peer: PeerServer) -> None:
    client = Client(api_server_url=peer.url)

    async def calls() -> None:
        for _ in range(3):
            await client.apiserver.status()

    for _ in range(3):
        asyncio.run(calls())
    assert len(peer.requests) == 9
    assert peer.accepted == 3


def test_one_client_serves_loops_in_several_threads(peer: PeerServer) -> None:
    client = Client(api_server_url=peer.url)

    async def calls() -> None:
        await asyncio.gather(*(client.apiserver.status() for _ in range(20)))

    together(lambda _: asyncio.run(calls()), 8)
    assert len(peer.requests) == 160


def test_closing_in_another_thread_ends_the_wait_for_a_connection_at_once(
    peer: PeerServer,
) -> None:
    client = Client(api_server_url=peer.url, timeout=None, max_connections=2)
    closing = threading.Thread(target=lambda: asyncio.run(client.aclose()))

    async def wait() -> None:
        deployments = client.apiserver.deployments
        busy = [asyncio.create_task(deployments.get("gated")) for _ in range(2)]
        waiting = asyncio.create_task(deployments.list())
        while len(peer.requests) < 2:
            await asyncio.sleep(0.01)
        closing.start()
        async with asyncio.timeout(30):  # not only when this loop has something else to do
            await asyncio.wait([waiting])
        assert isinstance(waiting.exception(), ClientClosedError)
        peer.gate.set()
        await asyncio.gather(*busy)

    asyncio.run(wait())
    closing.join()


def test_closing_ends_the_first_call_of_another_thread_to_another_server(
    peer: PeerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    preparing, closing = threading.Event(), threading.Event()
    errors: list[Exception] = []

    def tls() -> ssl.SSLContext:
        preparing.set()
        closing.wait(30)
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    transport = LaneTransport(tls=tls, max_connections=2, proxy=None)

    def call() -> None:
        try:
            transport.handle_request(httpx.Request("GET", peer.url.replace("http", "https")))
        except Exception as error:
            errors.append(error)

    calling = threading.Thread(target=call)
    close = Pool.close

    def close_meanwhile(pool: Pool) -> None:
        closing.set()
        calling.join(30)
        close(pool)

    monkeypatch.setattr(Pool, "close", close_meanwhile)
    transport.handle_request(httpx.Request("GET", f"{peer.url}/status/")).close()
    calling.start()
    assert preparing.wait(30)
    transport.close()
    assert [type(error) for error in errors] == [TransportClosedError]
    assert peer.accepted == 1


def test_one_sync_client_serves_many_threads(peer: PeerServer) -> None:
    client = SyncClient(api_server_url=peer.url, max_connections=4)

    def calls(_: int) -> None:
        for _ in range(10):
            assert client.apiserver.deployments.list()[0].id == "one"

    together(calls, 8)
    assert len(peer.requests) == 80
    assert peer.peak <= 4


async def test_the_sync_client_works_inside_a_running_loop(peer: PeerServer) -> None:
    assert SyncClient(api_server_url=peer.url).apiserver.deployments.list()[0].id == "one"


LEAVES_OPEN = """
import asyncio, gc, sys
from llama_deploy_client import Client
from llama_deploy_client.models.apiserver import Task

client = Client(api_server_url=sys.argv[1])
task = Task(client=client, deployment_id="d", id="t", session_id="s")
streams = []

async def calls():
    await asyncio.gather(*(client.apiserver.status() for _ in range(5)))

async def calls_and_stream():
    await calls()
    async for _ in task.events():
        break

async def leave_a_stream_open():
    streams.append(task.events())
    await anext(streams[0])

asyncio.run(calls_and_stream())
asyncio.run(calls_and_stream())
gc.collect()
loop = asyncio.new_event_loop()
loop.run_until_complete(calls())
loop.close()
gc.collect()
asyncio.run(leave_a_stream_open())
gc.collect()
client.sync.apiserver.status()
"""


def test_a_program_that_closes_nothing_gets_no_warning(peer: PeerServer) -> None:
    """No ResourceWarning, "event loop is closed" or "task was destroyed": stderr stays empty."""
    assert run_python(LEAVES_OPEN, peer.url) == ""


def run_python(script: str, *arguments: str) -> str:
    """What a fresh interpreter writes to stderr, where every warning is an error."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=Path(__file__).parent,
    )
    assert result.returncode == 0, result.stderr
    return result.stderr
