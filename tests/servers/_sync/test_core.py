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


def test_the_settings_are_those_of_a_running_control_plane(client: SyncClient) -> None:
    assert (client.core.settings())["running"] == "True"


def test_the_generation_is_told_as_far_as_it_shows(client: SyncClient, server: Server) -> None:
    expected = "0.6" if server.generation == "0.6" else "0.7"
    assert client.core.generation() == expected


def test_the_queue_is_the_one_of_the_deployment(client: SyncClient) -> None:
    [(kind, settings)] = (client.core.queue_config()).items()
    assert kind == "SimpleMessageQueueConfig"
    assert settings["host"] == "127.0.0.1"


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


def test_a_session_from_its_making_to_its_end(client: SyncClient) -> None:
    sessions = client.core.sessions
    made = sessions.create()
    assert sessions.get(made.id) == made
    assert sessions.get_or_create(made.id) == made
    assert made in sessions.list()
    sessions.delete(made.id)
    assert made not in sessions.list()
    with pytest.raises(NotFoundError, match="Session not found"):
        sessions.get(made.id)
    sessions.delete(made.id)  # no error


def test_get_or_create_makes_a_session_under_another_id(client: SyncClient) -> None:
    made = client.core.sessions.get_or_create("mine")
    assert made.id != "mine"
    assert made in client.core.sessions.list()


def test_the_state_is_added_to(core_session: Session) -> None:
    assert core_session.get_state() == {}
    core_session.update_state({"user": "Zoë", "visits": 1})
    core_session.update_state({"visits": 2})
    assert core_session.get_state() == {"user": "Zoë", "visits": 2}
    assert (core_session.definition()).state == {"user": "Zoë", "visits": 2}


def test_a_session_that_is_gone_is_not_found(client: SyncClient) -> None:
    gone = Session(client=client, id="nobody")
    with pytest.raises(NotFoundError, match="Session not found"):
        gone.get_state()
    with pytest.raises(NotFoundError, match="Session not found"):
        gone.update_state({"user": "Zoë"})
    with pytest.raises(NotFoundError, match="Session not found"):
        gone.definition()
    with pytest.raises(NotFoundError, match="Session not found"):
        gone.get_tasks()
    with pytest.raises(NotFoundError, match="Session not found"):
        gone.run("echo", message="hi")
