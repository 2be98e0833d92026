"""The async client's own sockets."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from llama_deploy_client import Client

from .peer import PeerServer


async def test_the_next_address_of_a_host_is_tried_while_the_first_is_silent(
    peer: PeerServer, full_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def addresses(*_: Any, **__: Any) -> list[Any]:
        tcp = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        return [(*tcp, ("127.0.0.1", port)) for port in (full_port, peer.server_port)]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", addresses)
    client = Client(api_server_url="http://llama.invalid", timeout=5)
    assert (await client.apiserver.deployments.list())[0].id == "one"
