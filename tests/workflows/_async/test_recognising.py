"""A server of another kind than expected is named, with what to use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from llama_deploy_client import RedirectError, StatusEnum, UnknownEndpointError
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.handlers import Handler
from llama_deploy_client._async.task import Task
from llama_deploy_client._async.workflows import Workflow
from llama_deploy_client.testing import FakeServer
from scripts.workflow_server import WorkflowServer
from tests.faults.wire import RawServer, Request, answering, response

from ..sse import json_response, not_found

NOT_FOUND = not_found("Not Found")
WORKFLOW_SERVER = "It is a workflow server of llama-agents: use client.workflows"
APPSERVER = "It is an appserver of llama-agents: use client.workflows"
API_SERVER = "It is an API server of LlamaDeploy: use client.apiserver"


def appserver(request: Request) -> bytes:
    """The responses of an appserver, as far as they were seen."""
    if request.target == "/health":
        return json_response({"status": "healthy"})
    if request.target == "/deployments/demo":
        return response(b"", "307 Temporary Redirect", "location: /deployments/demo/docs")
    return NOT_FOUND


def of_both(url: str) -> AsyncClient:
    return AsyncClient(api_server_url=url, control_plane_url=url, timeout=100)


CALLS: list[Callable[[AsyncClient], Any]] = [
    lambda client: client.apiserver.generation(),
    lambda client: client.apiserver.deployments.list(),
    lambda client: client.apiserver.deployments.get("demo"),
    lambda client: client.core.services.list(),
    lambda client: client.core.sessions.create(),
]


async def test_another_server_where_llama_deploy_was_expected(real_server: WorkflowServer) -> None:
    with RawServer(answering(appserver)) as server:
        for url, hint in ((real_server.url, WORKFLOW_SERVER), (server.url, APPSERVER)):
            client = of_both(url)
            status = await client.apiserver.status()
            assert status.status is StatusEnum.UNHEALTHY
            assert hint in status.status_message
            for call in CALLS:
                with pytest.raises((UnknownEndpointError, RedirectError), match=hint):
                    await call(client)


async def test_an_appserver_without_a_deployment_in_its_url() -> None:
    with RawServer(answering(appserver)) as server:
        client = AsyncClient(workflow_server_url=server.url)
        with pytest.raises(UnknownEndpointError, match="plus /deployments/NAME"):
            await client.workflows.list()
        assert (await client.workflows.health()).status is StatusEnum.HEALTHY


async def test_a_deployment_that_is_not_there(real_server: WorkflowServer) -> None:
    async def message(url: str) -> str:
        client = AsyncClient(workflow_server_url=f"{url}/deployments/nope", timeout=100)
        with pytest.raises(UnknownEndpointError) as caught:
            await client.workflows.list()
        return str(caught.value)

    with RawServer(answering(appserver)) as server:
        assert "an appserver of llama-agents without such a deployment" in await message(server.url)
    assert "use this URL without /deployments/NAME" in await message(real_server.url)

    def api_server(request: Request) -> bytes:
        return json_response({"deployments": []}) if request.target == "/status/" else NOT_FOUND

    with RawServer(answering(api_server)) as server:
        assert "with this URL without /deployments/NAME as api" in await message(server.url)
    with RawServer(answering(lambda _: NOT_FOUND)) as server:
        assert "it is another server, or a version" in await message(server.url)


async def test_a_task_of_llama_deploy_at_a_workflow_server(
    real_server: WorkflowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llama_deploy_client._async.task_events.PATIENCE", 0.1)
    client = AsyncClient(api_server_url=real_server.url)
    task = Task(client=client, deployment_id="demo", id="t", session_id="s")
    with pytest.raises(UnknownEndpointError, match=WORKFLOW_SERVER):
        await anext(task.events())


async def test_an_api_server_where_a_workflow_server_was_expected() -> None:
    server = FakeServer("0.9")
    client = AsyncClient(workflow_server_url=server.api_server_url, transport=server.transport)
    health = await client.workflows.health()
    assert health.status is StatusEnum.UNHEALTHY
    assert API_SERVER in health.status_message
    with pytest.raises(UnknownEndpointError, match=API_SERVER):
        await client.workflows.list()
    with pytest.raises(UnknownEndpointError, match=API_SERVER):
        await Workflow(client=client, id="echo").run({})
    with pytest.raises(UnknownEndpointError, match=API_SERVER):
        await anext(Handler(client=client, id="h", workflow_id="w").events())


async def test_a_workflow_server_without_a_path_is_not_an_appserver(
    real_server: WorkflowServer,
) -> None:
    client = AsyncClient(workflow_server_url=real_server.url)
    with pytest.raises(UnknownEndpointError, match="a version without this path"):
        await client.workflows.get("a/b")


@pytest.mark.parametrize("health", [NOT_FOUND, response(b"healthy")], ids=["404", "text"])
async def test_any_other_server_is_not_guessed_at(health: bytes) -> None:
    def respond(request: Request) -> bytes:
        return health if request.target == "/health" else NOT_FOUND

    with RawServer(answering(respond)) as server:
        with pytest.raises(UnknownEndpointError, match="it is another server"):
            await of_both(server.url).apiserver.deployments.list()
        assert len(server.requests) == 2
