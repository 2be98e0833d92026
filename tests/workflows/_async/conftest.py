"""A client of the server that runs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.workflows import Workflow
from scripts.workflow_server import WorkflowServer


@pytest.fixture
async def client(real_server: WorkflowServer) -> AsyncIterator[AsyncClient]:
    url = real_server.url
    async with AsyncClient(workflow_server_url=url, poll_interval=0.05, timeout=20) as client:
        yield client


@pytest.fixture
def echo(client: AsyncClient) -> Workflow:
    return Workflow(client=client, id="echo")


@pytest.fixture
def progress(client: AsyncClient) -> Workflow:
    return Workflow(client=client, id="progress")
