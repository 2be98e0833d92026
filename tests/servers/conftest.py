"""Real servers: one at a time, for as long as its tests run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from llama_deploy_client import SyncClient
from scripts.servers import VERSIONS, DeploymentFile, Server

GENERATIONS = [release.generation for release in VERSIONS.values()]


@pytest.fixture(scope="session", params=GENERATIONS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of each generation. pytest runs all tests of one before it starts the next."""
    with Server(request.param) as server:
        yield server


@pytest.fixture(scope="session")
def demo(server: Server) -> DeploymentFile:
    """The deployment that most tests use: every example workflow, made through the facade."""
    file = server.deployment("demo")
    with SyncClient(api_server_url=server.url, timeout=60) as client:
        made = client.apiserver.deployments.create(file.text)
    assert made.id == file.name
    server.wait_until_deployed(file)
    return file
