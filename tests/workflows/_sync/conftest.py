# Made by `make generate` from tests/workflows/_async/conftest.py: do not edit.
"""A client of the server that runs: a real one, or the one in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from llama_deploy_client._sync.client import SyncClient
from scripts.workflow_server import WorkflowServer

from ..in_memory import memory_server


@pytest.fixture(params=["real", "memory"])
def client(request: pytest.FixtureRequest, real_server: WorkflowServer) -> Iterator[SyncClient]:
    options: dict[str, Any] = {"workflow_server_url": real_server.url}
    if request.param == "memory":
        server = memory_server()  # which ends with the last name of it
        options = {"workflow_server_url": server.workflow_server_url, "transport": server.transport}
    with SyncClient(**options, poll_interval=0.05, timeout=100) as client:
        yield client
