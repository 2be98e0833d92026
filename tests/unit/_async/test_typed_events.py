"""Events that know their type, from servers that send its name and from those that do not."""

from __future__ import annotations

from typing import Any

import pytest
import respx
from pydantic import BaseModel

from llama_deploy_client import EventMismatchError, ReceivedEvent, StreamInterruptedError
from llama_deploy_client._async.client import AsyncClient

from .calls import API_SERVER, sent, task
from .streaming import CUT, EVENTS_OF_0_9, STOP, Progress, document, raw, received, streamed


class StopEvent(BaseModel):
    result: str | None = None


async def test_an_event_is_an_instance_of_the_class_that_has_its_name(
    client: AsyncClient, wire: respx.MockRouter
) -> None:
    body = raw("Progress", {"step": 1}) + raw("Other", {"n": 2}) + raw("StopEvent", {})
    wire.get().mock(return_value=streamed(body))
    events = await received(task(client).events(types=[Progress, StopEvent]), [])
    assert events == [Progress(step=1), ReceivedEvent("workflow.Other", {"n": 2}), StopEvent()]
    assert [sent(call.request) for call in wire.calls] == [
        "GET /deployments/d/tasks/t/events?raw_event=true&session_id=s"
    ]


async def test_without_any_type_every_event_is_a_received_event(
    client: AsyncClient, wire: respx.MockRouter
) -> None:
    wire.get().mock(return_value=streamed(raw("Progress", {"step": 1}), raw("StopEvent", {})))
    events = await received(task(client).events(types=[]), [])
    assert events == [ReceivedEvent("workflow.Progress", {"step": 1}), STOP]


async def test_a_value_without_a_name_is_not_guessed_at(
    client: AsyncClient, wire: respx.MockRouter
) -> None:
    wire.get().mock(return_value=streamed(b'{"step": 1}\n{}\n'))
    events = await received(task(client).events(types=[Progress]), [])
    assert events == [ReceivedEvent(None, {"step": 1}), ReceivedEvent(None, {})]
    assert events[0].parse_as(Progress) == Progress(step=1)


async def test_the_stream_goes_on_behind_an_event_that_does_not_fit(
    client: AsyncClient, wire: respx.MockRouter
) -> None:
    steps = [raw("Progress", {"step": step}) for step in (1, "two", 3)]
    wire.get().mock(return_value=streamed(*steps, raw("StopEvent", {})))
    stream = task(client).events(types=[Progress])
    events: list[Any] = []
    with pytest.raises(EventMismatchError, match="step: ") as caught:
        await received(stream, events)
    assert caught.value.event == ReceivedEvent("workflow.Progress", {"step": "two"})
    assert await received(stream, events) == [Progress(step=1), Progress(step=3), STOP]
    assert wire.calls.call_count == 1


async def test_a_cut_stream_gives_all_events_and_then_says_so(
    client: AsyncClient, wire: respx.MockRouter
) -> None:
    wire.get(f"{API_SERVER}/openapi.json").respond(json=document(EVENTS_OF_0_9))
    wire.get().mock(return_value=streamed(raw("Progress", {"step": 1}), b'{"__is', CUT))
    events: list[Any] = []
    with pytest.raises(StreamInterruptedError):
        await received(task(client).events(types=[Progress]), events)
    assert events == [Progress(step=1)]


async def test_a_stream_of_values_goes_on_where_it_was_cut(wire: respx.MockRouter) -> None:
    wire.get(f"{API_SERVER}/openapi.json").respond(json=document("/x"))
    again = streamed(b'{"step": 1}\n{"step": 2}\n{}\n')
    wire.get(path__regex="events$").mock(side_effect=[streamed(b'{"step": 1}\n', CUT), again])
    events = await received(task(AsyncClient()).events(types=[Progress]), [])
    assert [event.value for event in events] == [{"step": 1}, {"step": 2}, {}]


async def test_leaving_the_block_ends_the_stream(
    client: AsyncClient, wire: respx.MockRouter
) -> None:
    response = streamed(raw("Progress", {"step": 1}), raw("StopEvent", {}))
    wire.get().mock(return_value=response)
    async with task(client).events(types=[Progress]) as stream:
        assert await anext(stream) == Progress(step=1)
    with pytest.raises(TypeError, match="read to its end, or closed"):
        await received(stream, [])
    assert getattr(response.stream, "closed", False)


def test_types_are_checked_before_anything_is_sent(
    client: AsyncClient, wire: respx.MockRouter
) -> None:
    with pytest.raises(ValueError, match="have the same name"):
        task(client).events(types=[Progress, type("Progress", (BaseModel,), {})])
    assert not wire.calls
