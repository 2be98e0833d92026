"""Servers, real ones and in-memory ones: one at a time, for as long as its tests run."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from llama_deploy_client import SyncClient
from scripts.servers import DeploymentFile, Server
from tests.fakes import MemoryServer, PortServer
from tests.servers.support import EVERY_SERVER

KINDS = {"real": Server, "port": PortServer, "memory": MemoryServer}


@pytest.fixture(scope="session", params=EVERY_SERVER)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of each generation and kind. pytest runs all tests of one before the next."""
    kind, _, generation = request.param.rpartition("-")
    with KINDS[kind or "real"](generation) as server:
        yield server


@pytest.fixture(scope="session")
def transport(server: Server) -> httpx.AsyncBaseTransport | None:
    """What a client needs to reach a server that does not listen."""
    return server.transport if isinstance(server, MemoryServer) else None


@pytest.fixture(scope="session")
def demo(server: Server, transport: httpx.BaseTransport | None) -> DeploymentFile:
    """The deployment that most tests use: every example workflow, made through the facade."""
    file = server.deployment("demo")
    with SyncClient(api_server_url=server.url, transport=transport, timeout=60) as client:
        made = client.apiserver.deployments.create(file.text)
    assert made.id == file.name
    server.wait_until_deployed(file)
    return file
