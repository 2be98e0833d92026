# Made by `make generate` from tests/workflows/_async/conftest.py: do not edit.
"""A client of the server that runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.workflows import Workflow
from scripts.workflow_server import WorkflowServer


@pytest.fixture
def client(real_server: WorkflowServer) -> Iterator[SyncClient]:
    url = real_server.url
    with SyncClient(workflow_server_url=url, poll_interval=0.05, timeout=20) as client:
        yield client


@pytest.fixture
def echo(client: SyncClient) -> Workflow:
    return Workflow(client=client, id="echo")


@pytest.fixture
def progress(client: SyncClient) -> Workflow:
    return Workflow(client=client, id="progress")
