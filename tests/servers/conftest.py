"""Servers, real ones and in-memory ones: one at a time, for as long as its tests run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from llama_deploy_client import SyncClient
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.core import Session
from scripts.servers import VERSIONS, DeploymentFile, Server
from tests.fakes import MemoryServer
from tests.support.running import running

from .support import WAIT, nowhere


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test meets the servers, real ones and in-memory ones, that have what it is about."""
    if "server" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("control_plane")
        generations = [
            release.generation
            for release in VERSIONS.values()
            if marker is None or release.has_control_plane is marker.args[0]
        ]
        names = [*generations, *(f"memory-{one}" for one in generations)]
        metafunc.parametrize("server", names, indirect=True, scope="session")


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of each generation and kind. pytest runs all tests of one before the next."""
    kind, _, generation = request.param.rpartition("-")
    with running((MemoryServer if kind else Server)(generation)) as server:
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


@pytest.fixture
async def client(
    server: Server, demo: DeploymentFile, transport: httpx.AsyncBaseTransport | None
) -> AsyncIterator[AsyncClient]:
    """A client of both servers. Nothing listens where a control plane of 0.9 would be."""
    async with AsyncClient(
        api_server_url=server.url,
        control_plane_url=demo.control_plane_url or nowhere(),
        transport=transport,
        poll_interval=0.05,
        timeout=WAIT,
    ) as client:
        yield client


@pytest.fixture
async def deployment(client: AsyncClient, demo: DeploymentFile) -> Deployment:
    return await client.apiserver.deployments.get(demo.name)


@pytest.fixture
async def core_session(client: AsyncClient) -> Session:
    """A new session of the control plane."""
    return await client.core.sessions.create()
