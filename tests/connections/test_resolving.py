"""Names of hosts are looked up beside the call, within its deadline."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from llama_deploy_client import CallTimeoutError, Client, SyncClient
from llama_deploy_client._transport.deadline import Deadline
from llama_deploy_client._transport.resolving import resolve_async, resolve_sync

from .conftest import settled
from .peer import PeerServer
from .test_lifetime import run_python

INDEX, INTERFACE = socket.if_nameindex()[0]
TCP = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")


@pytest.fixture
def slow_resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Names take until the end of the test."""
    over = threading.Event()

    def getaddrinfo(*_: Any, **__: Any) -> Any:
        over.wait(100)
        raise socket.gaierror(socket.EAI_AGAIN, "too late")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield
    over.set()


@pytest.mark.usefixtures("slow_resolver")
@pytest.mark.parametrize("kind", [Client, SyncClient])
async def test_a_slow_name_keeps_the_deadline(kind: Any) -> None:
    start = time.monotonic()
    with pytest.raises(CallTimeoutError, match=r"0\.3 s"):
        client = kind(api_server_url="http://llama.invalid")
        await settled(client.apiserver.deployments.list(timeout=0.3))
    assert time.monotonic() - start < 50


@pytest.mark.usefixtures("slow_resolver")
@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", (socket.AF_INET, *TCP, ("127.0.0.1", 80))),
        ("::1", (socket.AF_INET6, *TCP, ("::1", 80, 0, 0))),
        ("fe80::1%1", (socket.AF_INET6, *TCP, ("fe80::1", 80, 0, 1))),
        (f"fe80::1%{INTERFACE}", (socket.AF_INET6, *TCP, ("fe80::1", 80, 0, INDEX))),
    ],
)
async def test_an_address_needs_no_resolver(host: str, address: Any) -> None:
    assert resolve_sync(host, 80, Deadline(1)) == [address]
    assert await resolve_async(host, 80, Deadline(1)) == [address]


async def test_names_do_not_wait_behind_threads_of_the_application(peer: PeerServer) -> None:
    client = Client(api_server_url=peer.url.replace("127.0.0.1", "localhost"), timeout=100)
    loop = asyncio.get_running_loop()

    def call() -> int:
        listing = client.apiserver.deployments.list()
        return len(asyncio.run_coroutine_threadsafe(listing, loop).result(100))

    calls = [asyncio.to_thread(call) for _ in range(64)]  # more than the executor has threads
    assert set(await asyncio.gather(*calls)) == {1}


ABANDONED = """
import asyncio, socket, sys, time
from llama_deploy_client import CallTimeoutError, Client

socket.getaddrinfo = lambda *_, **__: time.sleep(1000)

async def main():
    try:
        await Client(api_server_url="http://llama.invalid").apiserver.deployments.list(timeout=0.1)
    except CallTimeoutError:
        pass

asyncio.run(main())
"""


def test_a_program_does_not_wait_for_a_resolver_that_nobody_waits_for() -> None:
    assert run_python(ABANDONED) == ""
