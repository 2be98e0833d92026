"""Handles and states as JSON; streams, which are not lists, explain what to write."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Generator
from operator import add
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, ConfigDict

from llama_deploy_client import Client, TaskResult
from llama_deploy_client._async.streams import EventStream as AsyncEventStream
from llama_deploy_client.models.apiserver import Task
from llama_deploy_client.sync import EventStream
from llama_deploy_client.types import TaskState

IDS = {"id": "t", "deployment_id": "d", "session_id": "s", "service_id": "echo"}
TASK = Task(client=Client(token="s3cret"), **IDS)


def test_a_handle_is_dumped_as_its_ids() -> None:
    class Job(BaseModel):
        model_config = ConfigDict(arbitrary_types_allowed=True)
        handle: Task

    assert json.loads(TASK.model_dump_json()) == dict(TASK) == jsonable_encoder(TASK) == IDS
    assert Job(handle=TASK).model_dump() == {"handle": IDS}
    assert json.loads(Job(handle=TASK).model_dump_json()) == {"handle": IDS}
    assert TASK.model_dump(include={"id"}) == {"id": "t"}
    assert "id" not in TASK.model_dump(exclude={"id"})


def test_an_endpoint_of_fastapi_can_return_a_handle() -> None:
    app = FastAPI()

    @app.get("/task")
    def task() -> Task:
        return TASK

    content = app.openapi()["paths"]["/task"]["get"]["responses"]["200"]["content"]
    assert content["application/json"]["schema"]["type"] == "object"


def test_a_state_is_dumped_with_the_text_of_its_error() -> None:
    result = TaskResult(task_id="t", result="HI")
    done = {"done": True, "result": jsonable_encoder(result), "error": None}
    assert jsonable_encoder(TaskState(done=True, result=result)) == done
    assert jsonable_encoder(TaskState(done=True, error=ValueError("no")))["error"] == "no"
    assert not TaskState()


USES: dict[str, Callable[[Any], Any]] = {
    "len": len,
    "[0]": lambda events: events[0],
    "+": lambda events: add(events, []),
    "+=": lambda events: add([], events),
    "append": lambda events: events.append({}),
    "reversed": reversed,
    "encoder": jsonable_encoder,
    "dict": dict,
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_stream_used_as_a_list_explains_how_to_make_one(use: Callable[[Any], Any]) -> None:
    def events() -> Generator[Any, None, None]:
        yield {"n": 1}
        yield {"n": 2}

    stream = EventStream(events())
    assert stream
    assert "list(task.events())" in repr(stream)
    with pytest.raises((TypeError, AttributeError, ValueError), match=r"list\(task\.events\(\)\)"):
        use(stream)
    assert not hasattr(stream, "n")
    assert next(iter(stream)) == {"n": 1}  # no event is lost
    assert list(stream) == [{"n": 2}]


async def test_an_async_stream_cannot_be_encoded_as_json() -> None:
    async def events() -> AsyncGenerator[Any, None]:
        yield {"n": 1}

    stream = AsyncEventStream(events())
    with pytest.raises(ValueError, match=r"async for event in task\.events\(\)"):
        jsonable_encoder(stream)
    assert [event async for event in stream] == [{"n": 1}]
