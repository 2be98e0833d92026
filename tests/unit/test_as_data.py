"""Handles are data without their client; a stream, which is not a list, says so."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Generator
from operator import add
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, ConfigDict

from llama_deploy_client import Client, SyncClient, TaskResult
from llama_deploy_client._async.streams import EventStream as AsyncEventStream
from llama_deploy_client.models.apiserver import Deployment, Task
from llama_deploy_client.models.core import Session
from llama_deploy_client.sync import EventStream
from llama_deploy_client.sync.apiserver import Task as BlockingTask
from llama_deploy_client.types import TaskState

CLIENT = Client(token="s3cret")
IDS = {"id": "t", "deployment_id": "d", "session_id": "s", "service_id": "echo"}
TASK = Task(client=CLIENT, **IDS)
BLOCKING = BlockingTask(client=SyncClient(), **IDS)


@pytest.mark.parametrize(
    ("handle", "ids"),
    [
        (TASK, IDS),
        (BLOCKING, IDS),
        (Deployment(client=CLIENT, id="d"), {"id": "d"}),
        (Session(client=CLIENT, id="s"), {"id": "s"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_handle_is_its_ids(handle: Any, ids: dict[str, str]) -> None:
    class Job(BaseModel):
        model_config = ConfigDict(arbitrary_types_allowed=True)
        handle: type(handle)  # type: ignore[valid-type]

    assert handle.model_dump() == handle.model_dump(mode="python") == dict(handle) == ids
    assert json.loads(handle.model_dump_json()) == ids
    assert jsonable_encoder({"jobs": [handle]}) == {"jobs": [ids]}
    assert Job(handle=handle).model_dump() == {"handle": ids}
    assert json.loads(Job(handle=handle).model_dump_json()) == {"handle": ids}
    assert handle.model_dump(include={"id"}) == {"id": ids["id"]}
    assert "id" not in handle.model_dump(exclude={"id"})


def test_an_endpoint_can_name_a_handle_as_what_it_returns() -> None:
    app = FastAPI()

    @app.get("/task")
    def task() -> Task:
        return TASK

    answer = app.openapi()["paths"]["/task"]["get"]["responses"]["200"]["content"]
    assert answer["application/json"]["schema"]["type"] == "object"


def test_a_state_is_data_with_its_error_as_text() -> None:
    result = TaskResult(task_id="t", result="HI")
    done = {"done": True, "result": jsonable_encoder(result), "error": None}
    assert jsonable_encoder(TaskState(done=True, result=result)) == done
    assert jsonable_encoder(TaskState(done=True, error=ValueError("no")))["error"] == "no"
    assert not TaskState()


USES: dict[str, Callable[[Any], Any]] = {
    "len": len,
    "[0]": lambda events: events[0],
    "[:2]": lambda events: events[:2],
    "+": lambda events: add(events, []),
    "+=": lambda events: add([], events),
    "append": lambda events: events.append({}),
    "pop": lambda events: events.pop(),
    "reversed": reversed,
    "encoder": jsonable_encoder,
    "dict": dict,
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_stream_that_is_used_as_a_list_says_how_to_make_one(use: Callable[[Any], Any]) -> None:
    def events() -> Generator[Any, None, None]:
        yield {"n": 1}

    stream = EventStream(events())
    with pytest.raises((TypeError, AttributeError, ValueError), match=r"list\(task\.events\(\)\)"):
        use(stream)
    assert not hasattr(stream, "n")
    assert list(stream) == [{"n": 1}]  # nothing of it is lost


async def test_nor_does_an_async_one_become_json_unread() -> None:
    async def events() -> AsyncGenerator[Any, None]:
        yield {"n": 1}

    stream = AsyncEventStream(events())
    with pytest.raises(ValueError, match=r"async for event in task\.events\(\)"):
        jsonable_encoder(stream)
    assert [event async for event in stream] == [{"n": 1}]
