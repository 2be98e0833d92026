# Made by `make generate` from tests/testing/_async/test_drop_in.py: do not edit.
"""What programs do with handles and streams besides calling them."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.encoders import jsonable_encoder

from llama_deploy_client import TaskDefinition
from llama_deploy_client._sync.apiserver import Deployment
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.core import Session
from llama_deploy_client._sync.model import Model
from llama_deploy_client._sync.services import Service
from llama_deploy_client._sync.task import Task
from llama_deploy_client.testing import FakeServer

CLIENT = SyncClient(token="s3cret")
TASK = Task(client=CLIENT, deployment_id="d", id="t", session_id="s")
HANDLES: list[tuple[Model, dict[str, Any]]] = [
    (TASK, {"id": "t", "deployment_id": "d", "session_id": "s", "service_id": None}),
    (Deployment(client=CLIENT, id="d"), {"id": "d"}),
    (Session(client=CLIENT, id="s"), {"id": "s"}),
    (Service(client=CLIENT, id="echo"), {"id": "echo"}),
]


@pytest.mark.parametrize(("handle", "ids"), HANDLES, ids=lambda value: type(value).__name__)
def test_a_handle_as_data_is_its_ids(handle: Model, ids: dict[str, Any]) -> None:
    assert handle.model_dump() == handle.model_dump(mode="python") == dict(handle) == ids
    assert jsonable_encoder(handle) == ids
    assert jsonable_encoder({"found": [handle]}) == {"found": [ids]}


def test_a_stream_used_as_a_list_says_what_to_write(newest: FakeServer) -> None:
    client = SyncClient(transport=newest.transport)
    tasks = Deployment(client=client, id="demo").tasks
    stream = (tasks.create(TaskDefinition.of("count", to=2))).events()
    assert "list(task.events())" in repr(stream)
    assert stream
    with pytest.raises(TypeError, match=r"list\(task\.events\(\)\)"):
        len(stream)
    with pytest.raises(TypeError, match=r"list\(task\.events\(\)\)"):
        stream[0]
    for event in stream:
        assert event == {"n": 0}
        break
    for event in stream:  # a loop may go on where another one was left
        assert event in ({"n": 1}, {})
    with pytest.raises(TypeError, match=r"read to its end, or closed: .*list\(task\.events\(\)\)"):
        for event in stream:
            raise AssertionError(event)


def test_a_session_for_no_id_is_a_new_one() -> None:
    server = FakeServer("0.8")
    server.service("echo")(lambda message="": message)
    sessions = SyncClient(transport=server.transport).core.sessions
    made = sessions.get_or_create(None)
    assert sessions.get_or_create(made.id) == made
    assert [request.url.path for request in server.requests][:1] == ["/sessions/create"]
