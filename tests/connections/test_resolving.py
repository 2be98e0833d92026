"""Names of hosts: looked up beside the call, within its deadline."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from llama_deploy_client import CallTimeoutError, Client, ServerUnreachableError, SyncClient
from llama_deploy_client._transport.deadline import Deadline
from llama_deploy_client._transport.resolving import resolve_async, resolve_sync

from .peer import PeerServer
from .test_lifetime import run_python

SOME = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")


@pytest.fixture
def slow_resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Names take until the end of the test."""
    over = threading.Event()

    def getaddrinfo(*_: Any, **__: Any) -> Any:
        over.wait(30)
        raise socket.gaierror(socket.EAI_AGAIN, "too late")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield
    over.set()


@pytest.mark.usefixtures("slow_resolver")
def test_a_slow_name_keeps_the_deadline_of_a_blocking_call() -> None:
    began = time.monotonic()
    with pytest.raises(CallTimeoutError, match=r"0\.3 s"):
        SyncClient(api_server_url="http://llama.invalid").apiserver.deployments.list(timeout=0.3)
    assert time.monotonic() - began < 3


@pytest.mark.usefixtures("slow_resolver")
async def test_a_slow_name_keeps_the_deadline_of_an_async_call() -> None:
    client = Client(api_server_url="http://llama.invalid")
    with pytest.raises(CallTimeoutError, match=r"0\.3 s"):
        await client.apiserver.deployments.list(timeout=0.3)


@pytest.mark.usefixtures("slow_resolver")
@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("127.0.0.1", [(socket.AF_INET, *SOME, ("127.0.0.1", 80))]),
        ("::1", [(socket.AF_INET6, *SOME, ("::1", 80, 0, 0))]),
        ("fe80::1%1", [(socket.AF_INET6, *SOME, ("fe80::1", 80, 0, 1))]),
        ("fe80::1%lo", [(socket.AF_INET6, *SOME, ("fe80::1", 80, 0, socket.if_nametoindex("lo")))]),
    ],
)
async def test_an_address_needs_no_resolver(host: str, found: list[Any]) -> None:
    assert resolve_sync(host, 80, Deadline(1)) == found
    assert await resolve_async(host, 80, Deadline(1)) == found


async def test_names_do_not_wait_behind_threads_of_the_application(peer: PeerServer) -> None:
    client = Client(api_server_url=peer.url.replace("127.0.0.1", "localhost"), timeout=20)
    loop = asyncio.get_running_loop()

    def call() -> int:
        listing = client.apiserver.deployments.list()
        return len(asyncio.run_coroutine_threadsafe(listing, loop).result(20))

    calls = [asyncio.to_thread(call) for _ in range(64)]  # more than the executor has threads
    assert set(await asyncio.gather(*calls)) == {1}


@pytest.mark.parametrize("zone", ["", "%nowhere"])
async def test_a_name_that_does_not_exist_is_told(zone: str) -> None:
    host = f"[fe80::1{zone}]" if zone else "llama.invalid"
    client = Client(api_server_url=f"http://{host}:1", max_retries=0)
    with pytest.raises(ServerUnreachableError):
        await client.apiserver.deployments.list()


ABANDONED = """
import asyncio, socket, sys, time
from llama_deploy_client import CallTimeoutError, Client

socket.getaddrinfo = lambda *_, **__: time.sleep(60)

async def main():
    try:
        await Client(api_server_url="http://llama.invalid").apiserver.deployments.list(timeout=0.1)
    except CallTimeoutError:
        pass

asyncio.run(main())
"""


def test_a_program_does_not_wait_for_a_resolver_that_nobody_waits_for() -> None:
    began = time.monotonic()
    assert run_python(ABANDONED) == ""
    assert time.monotonic() - began < 30
