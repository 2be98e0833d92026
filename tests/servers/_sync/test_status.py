# Made by `make generate` from tests/servers/_async/test_status.py: do not edit.
"""The API server's status, root page and metrics."""

from __future__ import annotations

import httpx
import pytest

from llama_deploy_client import StatusEnum, UnknownEndpointError
from llama_deploy_client._sync.client import SyncClient
from scripts.servers import DeploymentFile, Server


def test_a_running_server_is_healthy_and_names_its_deployments(
    client: SyncClient, demo: DeploymentFile
) -> None:
    status = client.apiserver.status()
    assert status.status is StatusEnum.HEALTHY
    assert demo.name in (status.deployments or [])
    assert f"- {demo.name}" in status.status_message.splitlines()
    assert status.max_deployments == 10


def test_what_answers_but_is_not_an_api_server_is_unhealthy(
    server: Server, demo: DeploymentFile, transport: httpx.BaseTransport | None
) -> None:
    url = demo.control_plane_url or f"{server.url}/docs"
    with SyncClient(api_server_url=url, transport=transport) as client:
        status = client.apiserver.status()
    assert status.status is StatusEnum.UNHEALTHY
    assert status.status_message.startswith("404 Not Found")
    assert f"(GET {url}/status/)" in status.status_message


def test_links_and_generation(client: SyncClient, server: Server) -> None:
    assert (client.apiserver.links()).keys() == {"swagger_docs", "status"}
    assert client.apiserver.generation() == server.generation


def test_metrics_are_text_for_prometheus(client: SyncClient, server: Server) -> None:
    if server.generation == "0.6":
        with pytest.raises(UnknownEndpointError, match=r"needs LlamaDeploy 0\.7"):
            client.apiserver.metrics()
    else:
        assert 'apiserver_state="running"} 1.0' in client.apiserver.metrics()
