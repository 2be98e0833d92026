# Made by `make generate` from tests/servers/_async/test_deployments.py: do not edit.
"""Deployments: created, replaced, listed, found and not found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO
from uuid import uuid4

import pytest

from llama_deploy_client import NotFoundError, ServerError
from llama_deploy_client._sync.apiserver import Deployment
from llama_deploy_client._sync.client import SyncClient
from scripts.servers import DeploymentFile, Server


@pytest.fixture
def fresh(server: Server) -> DeploymentFile:
    """A file for a deployment that is yet to be made, with the service `echo`."""
    return server.deployment(f"fresh-{uuid4().hex}", ["echo"])


@pytest.fixture
def opened(fresh: DeploymentFile, tmp_path: Path) -> Iterator[IO[str]]:
    path = tmp_path / "deployment.yml"
    path.write_text(fresh.text)
    with path.open() as file:
        yield file


def test_a_deployment_is_made_from_an_open_file_and_replaced_on_reload(
    client: SyncClient, server: Server, fresh: DeploymentFile, opened: IO[str]
) -> None:
    deployments = client.apiserver.deployments
    made = deployments.create(opened)
    assert made == Deployment(client=client, id=fresh.name)
    server.wait_until_deployed(fresh)
    assert made.tasks.run({"message": "hello"}) == "HELLO"

    other = server.deployment(fresh.name, ["slow"])
    with pytest.raises(ServerError):
        deployments.create(other.text)
    assert deployments.create(other.text, reload=True) == made
    server.wait_until_deployed(other)
    assert made.tasks.run({"seconds": 0}) == "slept 0 s"


def test_deployments_are_listed_and_found_by_name(client: SyncClient, demo: DeploymentFile) -> None:
    found = client.apiserver.deployments.get(demo.name)
    assert found.id == demo.name
    assert found in client.apiserver.deployments.list()


def test_an_unknown_deployment_is_not_found(client: SyncClient) -> None:
    with pytest.raises(NotFoundError) as caught:
        client.apiserver.deployments.get("nobody")
    assert caught.value.detail == "Deployment not found"
    assert caught.value.url.endswith("/deployments/nobody")


def test_a_malformed_file_makes_no_deployment(client: SyncClient) -> None:
    before = client.apiserver.deployments.list()
    with pytest.raises(ValueError, match=r"^line 2 of the deployment file is not valid YAML"):
        client.apiserver.deployments.create("name: [broken\n")
    assert client.apiserver.deployments.list() == before
