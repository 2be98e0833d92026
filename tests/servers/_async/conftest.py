"""A client of the server that runs, and what it finds there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.core import Session
from scripts.servers import DeploymentFile, Server
from tests.servers.support import WAIT, nowhere


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
