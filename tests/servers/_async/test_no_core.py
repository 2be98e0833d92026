"""0.9 has no control plane: a call to one is an error that says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from llama_deploy_client import (
    HumanResponseEvent,
    ServerUnreachableError,
    ServiceDefinition,
    UnknownEndpointError,
)
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.core import Core, Session
from llama_deploy_client._async.services import Service
from tests.servers.support import without_control_plane

pytestmark = without_control_plane

SERVICE = ServiceDefinition(service_name="echo", description="")
EVENT = HumanResponseEvent(response="42")


def session(core: Core) -> Session:
    return Session(client=core.client, id="s")


CALLS: dict[str, Callable[[Core], Any]] = {
    "queue_config": lambda core: core.queue_config(),
    "services.list": lambda core: core.services.list(),
    "services.get": lambda core: core.services.get("echo"),
    "services.register": lambda core: core.services.register(SERVICE),
    "services.deregister": lambda core: core.services.deregister("echo"),
    "service.definition": lambda core: Service(client=core.client, id="echo").definition(),
    "sessions.list": lambda core: core.sessions.list(),
    "sessions.create": lambda core: core.sessions.create(),
    "sessions.get": lambda core: core.sessions.get("s"),
    "sessions.get_or_create": lambda core: core.sessions.get_or_create("s"),
    "sessions.delete": lambda core: core.sessions.delete("s"),
    "run": lambda core: session(core).run("echo"),
    "run_nowait": lambda core: session(core).run_nowait("echo"),
    "create_task": lambda core: session(core).create_task({}),
    "get_task_result": lambda core: session(core).get_task_result("t"),
    "get_task_result_stream": lambda core: anext(session(core).get_task_result_stream("t")),
    "get_tasks": lambda core: session(core).get_tasks(),
    "get_current_task": lambda core: session(core).get_current_task(),
    "send_event": lambda core: session(core).send_event("echo", "t", EVENT),
    "get_state": lambda core: session(core).get_state(),
    "update_state": lambda core: session(core).update_state({}),
    "session.definition": lambda core: session(core).definition(),
}


async def test_where_nothing_listens_the_error_names_control_plane_and_setting(
    client: AsyncClient,
) -> None:
    client.max_retries = 0
    with pytest.raises(ServerUnreachableError) as caught:
        await client.core.sessions.list()
    assert "control plane (LlamaDeploy 0.9 has none) cannot be reached" in str(caught.value)
    assert "is the setting control_plane_url right?" in str(caught.value)


@pytest.mark.parametrize("call", CALLS)
async def test_the_api_server_in_its_place_is_recognised(client: AsyncClient, call: str) -> None:
    client.control_plane_url = client.api_server_url
    with pytest.raises(UnknownEndpointError) as caught:
        await CALLS[call](client.core)
    assert "The server at control_plane_url has no such path: it is another server" in str(
        caught.value
    )
