# Made by `make generate` from tests/unit/_async/test_handles.py: do not edit.
"""Handles: an id and a client, light to make, compare, keep and send."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from respx import MockRouter

from llama_deploy_client._sync.client import SyncClient

from .calls import deployment, service, session, task


def handles(client: SyncClient) -> list[Any]:
    return [
        client.apiserver,
        client.apiserver.deployments,
        deployment(client),
        deployment(client).tasks,
        deployment(client).sessions,
        task(client),
        client.core,
        client.core.sessions,
        client.core.services,
        session(client),
        service(client),
    ]


def test_making_a_handle_or_stream_sends_nothing(client: SyncClient, wire: MockRouter) -> None:
    assert [*handles(client), task(client).events(), session(client).get_task_result_stream("t")]
    assert not wire.calls


def test_handles_with_equal_ids_are_equal_whatever_their_clients(client: SyncClient) -> None:
    assert handles(client) == handles(SyncClient(timeout=1))
    assert len(set(handles(client) + handles(SyncClient()))) == len(handles(client))


def test_handles_of_another_class_or_id_differ(client: SyncClient) -> None:
    alike: list[object] = [session(client, "s"), service(client, "s")]
    assert alike[0] != alike[1]
    assert session(client, "s") != session(client, "t")
    assert task(client) != task(client, None)
    assert deployment(client, "a").tasks != deployment(client, "b").tasks


def test_a_handle_shows_only_its_ids(client: SyncClient) -> None:
    assert repr(session(client)) == "Session(id='s')"
    assert repr(task(client)) == "Task(id='t', deployment_id='d', session_id='s')"


@pytest.mark.parametrize("duplicate", [lambda it: pickle.loads(pickle.dumps(it)), copy.deepcopy])
def test_a_handle_can_be_pickled_and_copied_with_its_client(duplicate: Any) -> None:
    client = SyncClient(api_server_url="http://elsewhere:1", timeout=None)
    copies = duplicate(handles(client))
    assert copies == handles(client)
    assert {handle.client.api_server_url for handle in copies} == {"http://elsewhere:1"}
    assert {handle.client.timeout for handle in copies} == {None}


def test_a_handle_has_no_room_for_state_and_cannot_be_changed(client: SyncClient) -> None:
    for handle in handles(client):
        with pytest.raises(AttributeError):
            handle.id = "another"
        assert not hasattr(handle, "__dict__")
