"""A client of the server that runs: a real one, or the one in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.workflows import Workflow
from llama_deploy_client.testing import FakeServer
from scripts.workflow_server import WorkflowServer

from ..in_memory import memory_server


@pytest.fixture(params=["real", "memory"])
async def client(
    request: pytest.FixtureRequest, real_server: WorkflowServer
) -> AsyncIterator[AsyncClient]:
    server: FakeServer | None = None
    url, transport = real_server.url, None
    if request.param == "memory":
        server = memory_server()
        url, transport = server.workflow_server_url, server.transport
    async with AsyncClient(
        workflow_server_url=url, transport=transport, poll_interval=0.05, timeout=20
    ) as client:
        yield client


@pytest.fixture
def echo(client: AsyncClient) -> Workflow:
    return Workflow(client=client, id="echo")


@pytest.fixture
def progress(client: AsyncClient) -> Workflow:
    return Workflow(client=client, id="progress")
