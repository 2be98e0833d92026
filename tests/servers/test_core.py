"""The control plane of 0.6 to 0.8: settings, services, sessions and their state."""

from __future__ import annotations

from uuid import uuid4

import pytest

from llama_deploy_client import NotFoundError, ServiceDefinition
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.core import Session
from llama_deploy_client._async.services import Service
from scripts.servers import DeploymentFile, Server

from .support import with_control_plane

pytestmark = with_control_plane


async def test_settings_queue_and_generation(client: AsyncClient, server: Server) -> None:
    assert (await client.core.settings())["running"] == "True"
    [(kind, settings)] = (await client.core.queue_config()).items()
    assert kind == "SimpleMessageQueueConfig"
    assert settings["host"] == "127.0.0.1"
    # 0.7 and 0.8 do not differ in what their control planes say.
    expected = "0.6" if server.generation == "0.6" else "0.7"
    assert await client.core.generation() == expected


async def test_services_are_listed_and_found_by_name(
    client: AsyncClient, demo: DeploymentFile
) -> None:
    services = await client.core.services.list()
    assert {service.service_name for service in services} == set(demo.services)
    echo = await client.core.services.get("echo")
    assert echo in services
    definition = await echo.definition()
    assert (definition.service_name, definition.port) == ("echo", demo.service_ports[0])


async def test_a_service_is_registered_and_deregistered(client: AsyncClient) -> None:
    services = client.core.services
    definition = ServiceDefinition(
        service_name=f"service-{uuid4().hex}", description="Größe", host="localhost", port=1
    )
    registered = await services.register(definition)
    assert registered == Service(client=client, id=definition.service_name)
    assert await registered.definition() == definition
    await services.deregister(definition.service_name)
    with pytest.raises(NotFoundError, match="Service not found"):
        await services.get(definition.service_name)
    await services.deregister(definition.service_name)  # no error


async def test_a_session_from_its_creation_to_its_end(client: AsyncClient) -> None:
    sessions = client.core.sessions
    created = await sessions.create()
    assert await sessions.get(created.id) == created
    assert await sessions.get_or_create(created.id) == created
    assert await sessions.get_or_create("an id of ours") in await sessions.list()
    assert created in await sessions.list()
    await sessions.delete(created.id)
    assert created not in await sessions.list()
    with pytest.raises(NotFoundError, match="Session not found"):
        await sessions.get(created.id)
    await sessions.delete(created.id)  # no error


async def test_the_state_is_added_to(core_session: Session) -> None:
    assert await core_session.get_state() == {}
    await core_session.update_state({"user": "Zoë", "visits": 1})
    await core_session.update_state({"visits": 2})
    assert await core_session.get_state() == {"user": "Zoë", "visits": 2}
    assert (await core_session.definition()).state == {"user": "Zoë", "visits": 2}


async def test_a_session_that_is_gone_is_not_found(client: AsyncClient) -> None:
    gone = Session(client=client, id="nobody")
    for call in (gone.get_state, gone.definition, gone.get_tasks):
        with pytest.raises(NotFoundError, match="Session not found"):
            await call()
    with pytest.raises(NotFoundError, match="Session not found"):
        await gone.update_state({"user": "Zoë"})
    with pytest.raises(NotFoundError, match="Session not found"):
        await gone.run("echo", message="hi")
