"""What only the async client can do with a question: leave off waiting for its answer."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
import respx

from llama_deploy_client import Client, ReceivedEvent
from llama_deploy_client.models.apiserver import Deployment

TASKS = "http://localhost:4501/deployments/d/tasks"
QUESTION = b'{"_data": {"prefix": "Name?"}}\n'


@pytest.fixture
def sent(wire: respx.MockRouter) -> respx.Route:
    """The answers that reach a server with one task, which asks one question."""
    wire.post(f"{TASKS}/create").respond(json={"task_id": "t", "session_id": "s"})
    wire.get(f"{TASKS}/t/events").respond(content=QUESTION + b"{}\n")
    route = wire.post(f"{TASKS}/t/events")
    route.mock(side_effect=lambda request: httpx.Response(200, content=request.content))
    return route


async def test_a_question_that_was_cancelled_is_put_again(sent: respx.Route) -> None:
    put: list[ReceivedEvent] = []
    thinking = asyncio.Event()

    async def think(event: ReceivedEvent) -> str:
        put.append(event)
        if len(put) == 1:
            thinking.set()
            await asyncio.Event().wait()
        return "Ada"

    async with Client() as client:
        tasks = Deployment(client=client, id="d").tasks
        async with tasks.stream({}, answer=think) as run:
            await anext(run)
            reading = asyncio.ensure_future(anext(run))
            await thinking.wait()
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
            assert not sent.called
            assert [event async for event in run] == [{}]
    assert put[0] == put[1]
    [call] = sent.calls
    assert "Ada" in json.loads(call.request.content)["event_obj_str"]
