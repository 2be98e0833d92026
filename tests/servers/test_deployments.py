"""Deployments: created, replaced, listed and looked up."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from llama_deploy_client import NotFoundError, ServerError
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.client import AsyncClient
from scripts.servers import DeploymentFile, Server


async def test_a_deployment_is_created_from_an_open_file_and_replaced_on_reload(
    client: AsyncClient, server: Server, tmp_path: Path
) -> None:
    deployments = client.apiserver.deployments
    fresh = server.deployment(f"fresh-{uuid4().hex}", ["echo"])
    path = tmp_path / "deployment.yml"
    path.write_text(fresh.text)
    with path.open() as file:
        created = await deployments.create(file)
    assert created == Deployment(client=client, id=fresh.name)
    server.wait_until_deployed(fresh)
    assert await created.tasks.run({"message": "hello"}) == "HELLO"

    other = server.deployment(fresh.name, ["slow"])
    with pytest.raises(ServerError):
        await deployments.create(other.text)
    assert await deployments.create(other.text, reload=True) == created
    server.wait_until_deployed(other)
    assert await created.tasks.run({"seconds": 0}) == "slept 0 s"


async def test_deployments_are_listed_and_found_by_name(
    client: AsyncClient, demo: DeploymentFile
) -> None:
    deployment = await client.apiserver.deployments.get(demo.name)
    assert deployment.id == demo.name
    assert deployment in await client.apiserver.deployments.list()


async def test_an_unknown_deployment_is_not_found(client: AsyncClient) -> None:
    with pytest.raises(NotFoundError) as caught:
        await client.apiserver.deployments.get("nobody")
    assert caught.value.detail == "Deployment not found"
    assert caught.value.url.endswith("/deployments/nobody")
