"""The API server's status, root page and metrics."""

from __future__ import annotations

import httpx
import pytest

from llama_deploy_client import StatusEnum, UnknownEndpointError
from llama_deploy_client._async.client import AsyncClient
from scripts.servers import DeploymentFile, Server


async def test_a_running_server_is_healthy_and_names_its_deployments(
    client: AsyncClient, demo: DeploymentFile
) -> None:
    status = await client.apiserver.status()
    assert status.status is StatusEnum.HEALTHY
    assert demo.name in (status.deployments or [])
    assert f"- {demo.name}" in status.status_message.splitlines()
    assert status.max_deployments == 10


async def test_what_answers_but_is_not_an_api_server_is_unhealthy(
    server: Server, demo: DeploymentFile, transport: httpx.AsyncBaseTransport | None
) -> None:
    url = demo.control_plane_url or f"{server.url}/docs"
    async with AsyncClient(api_server_url=url, transport=transport) as client:
        status = await client.apiserver.status()
    assert status.status is StatusEnum.UNHEALTHY
    assert status.status_message.startswith("404 Not Found")
    assert f"(GET {url}/status/)" in status.status_message


async def test_links_and_generation(client: AsyncClient, server: Server) -> None:
    assert (await client.apiserver.links()).keys() == {"swagger_docs", "status"}
    assert await client.apiserver.generation() == server.generation


async def test_metrics_are_text_for_prometheus(client: AsyncClient, server: Server) -> None:
    if server.generation == "0.6":
        with pytest.raises(UnknownEndpointError, match=r"needs LlamaDeploy 0\.7"):
            await client.apiserver.metrics()
    else:
        assert 'apiserver_state="running"} 1.0' in await client.apiserver.metrics()
