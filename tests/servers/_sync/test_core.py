# Made by `make generate` from tests/servers/_async/test_core.py: do not edit.
"""The control plane of 0.6 to 0.8: settings, services, sessions and their state."""

from __future__ import annotations

from uuid import uuid4

import pytest

from llama_deploy_client import NotFoundError, ServiceDefinition
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.core import Session
from llama_deploy_client._sync.services import Service
from scripts.servers import DeploymentFile, Server
from tests.servers.support import with_control_plane

pytestmark = with_control_plane


def test_settings_queue_and_generation(client: SyncClient, server: Server) -> None:
    assert (client.core.settings())["running"] == "True"
    [(kind, settings)] = (client.core.queue_config()).items()
    assert kind == "SimpleMessageQueueConfig"
    assert settings["host"] == "127.0.0.1"
    # 0.7 and 0.8 do not differ in what their control planes say.
    expected = "0.6" if server.generation == "0.6" else "0.7"
    assert client.core.generation() == expected


def test_services_are_listed_and_found_by_name(client: SyncClient, demo: DeploymentFile) -> None:
    services = client.core.services.list()
    assert {service.service_name for service in services} == set(demo.services)
    echo = client.core.services.get("echo")
    assert echo in services
    definition = echo.definition()
    assert (definition.service_name, definition.port) == ("echo", demo.service_ports[0])


def test_a_service_is_registered_and_deregistered(client: SyncClient) -> None:
    services = client.core.services
    definition = ServiceDefinition(
        service_name=f"service-{uuid4().hex}", description="Größe", host="localhost", port=1
    )
    registered = services.register(definition)
    assert registered == Service(client=client, id=definition.service_name)
    assert registered.definition() == definition
    services.deregister(definition.service_name)
    with pytest.raises(NotFoundError, match="Service not found"):
        services.get(definition.service_name)
    services.deregister(definition.service_name)  # no error


def test_a_session_from_its_creation_to_its_end(client: SyncClient) -> None:
    sessions = client.core.sessions
    created = sessions.create()
    assert sessions.get(created.id) == created
    assert sessions.get_or_create(created.id) == created
    assert created in sessions.list()
    sessions.delete(created.id)
    assert created not in sessions.list()
    with pytest.raises(NotFoundError, match="Session not found"):
        sessions.get(created.id)
    sessions.delete(created.id)  # no error


def test_get_or_create_creates_a_session_under_another_id(client: SyncClient) -> None:
    created = client.core.sessions.get_or_create("mine")
    assert created.id != "mine"
    assert created in client.core.sessions.list()


def test_the_state_is_added_to(core_session: Session) -> None:
    assert core_session.get_state() == {}
    core_session.update_state({"user": "Zoë", "visits": 1})
    core_session.update_state({"visits": 2})
    assert core_session.get_state() == {"user": "Zoë", "visits": 2}
    assert (core_session.definition()).state == {"user": "Zoë", "visits": 2}


def test_a_session_that_is_gone_is_not_found(client: SyncClient) -> None:
    gone = Session(client=client, id="nobody")
    for call in (gone.get_state, gone.definition, gone.get_tasks):
        with pytest.raises(NotFoundError, match="Session not found"):
            call()
    with pytest.raises(NotFoundError, match="Session not found"):
        gone.update_state({"user": "Zoë"})
    with pytest.raises(NotFoundError, match="Session not found"):
        gone.run("echo", message="hi")
