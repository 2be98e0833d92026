# Made by `make generate` from tests/servers/_async/conftest.py: do not edit.
"""A client of the server that runs, and what it finds there."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from llama_deploy_client._sync.apiserver import Deployment
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.core import Session
from scripts.servers import DeploymentFile, Server
from tests.servers.support import WAIT, nowhere


@pytest.fixture
def client(
    server: Server, demo: DeploymentFile, transport: httpx.BaseTransport | None
) -> Iterator[SyncClient]:
    """A client of both servers. Nothing listens where a control plane of 0.9 would be."""
    with SyncClient(
        api_server_url=server.url,
        control_plane_url=demo.control_plane_url or nowhere(),
        transport=transport,
        poll_interval=0.05,
        timeout=WAIT,
    ) as client:
        yield client


@pytest.fixture
def deployment(client: SyncClient, demo: DeploymentFile) -> Deployment:
    return client.apiserver.deployments.get(demo.name)


@pytest.fixture
def core_session(client: SyncClient) -> Session:
    """A new session of the control plane."""
    return client.core.sessions.create()
