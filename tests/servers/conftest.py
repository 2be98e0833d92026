"""Servers, real ones and in-memory ones: one at a time, for as long as its tests run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from llama_deploy_client import SyncClient
from scripts.servers import DeploymentFile, Server
from tests.fakes import MemoryServer, PortServer
from tests.servers.support import servers
from tests.support.running import running

HERE = Path(__file__).parent
KINDS = {"real": Server, "port": PortServer, "memory": MemoryServer}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test meets the servers of its side, as far as they have what its module is about."""
    if "server" in metafunc.fixturenames and metafunc.definition.path.parent != HERE:
        blocking = metafunc.definition.path.parent.name == "_sync"
        marker = metafunc.definition.get_closest_marker("control_plane")
        names = servers(blocking=blocking, with_control_plane=marker.args[0] if marker else None)
        metafunc.parametrize("server", names, indirect=True, scope="session")


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of each generation and kind. pytest runs all tests of one before the next."""
    kind, _, generation = request.param.rpartition("-")
    with running(KINDS[kind or "real"](generation)) as server:
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
