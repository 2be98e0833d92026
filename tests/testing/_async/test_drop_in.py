"""What programs do with handles and streams besides calling them."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.encoders import jsonable_encoder

from llama_deploy_client import TaskDefinition
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.core import Session
from llama_deploy_client._async.model import Model
from llama_deploy_client._async.services import Service
from llama_deploy_client._async.task import Task
from llama_deploy_client.testing import FakeServer

CLIENT = AsyncClient(token="s3cret")
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


async def test_a_stream_used_as_a_list_says_what_to_write(newest: FakeServer) -> None:
    client = AsyncClient(transport=newest.transport)
    tasks = Deployment(client=client, id="demo").tasks
    stream = (await tasks.create(TaskDefinition.of("count", to=2))).events()
    assert "list(task.events())" in repr(stream)
    assert stream
    with pytest.raises(TypeError, match=r"list\(task\.events\(\)\)"):
        len(stream)
    with pytest.raises(TypeError, match=r"list\(task\.events\(\)\)"):
        stream[0]
    async for event in stream:
        assert event == {"n": 0}
        break
    async for event in stream:  # a loop may go on where another one was left
        assert event in ({"n": 1}, {})
    with pytest.raises(TypeError, match=r"read to its end, or closed: .*list\(task\.events\(\)\)"):
        async for event in stream:
            raise AssertionError(event)


async def test_a_session_for_no_id_is_a_new_one() -> None:
    server = FakeServer("0.8")
    server.service("echo")(lambda message="": message)
    sessions = AsyncClient(transport=server.transport).core.sessions
    made = await sessions.get_or_create(None)
    assert await sessions.get_or_create(made.id) == made
    assert [request.url.path for request in server.requests][:1] == ["/sessions/create"]
