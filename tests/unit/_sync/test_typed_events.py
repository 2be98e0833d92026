# Made by `make generate` from tests/unit/_async/test_typed_events.py: do not edit.
"""Events that know their type, from servers that send its name and from those that do not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel
from respx import MockRouter

from llama_deploy_client import EventMismatchError, ReceivedEvent
from llama_deploy_client._sync.client import SyncClient

from .calls import sent, task
from .streaming import CUT, STOP, Progress, api_server, broken, raw, received, streamed


class StopEvent(BaseModel):
    result: str | None = None


@pytest.mark.parametrize(
    ("types", "sends", "expected"),
    [
        (
            [Progress, StopEvent],
            raw("Progress", {"step": 1}) + raw("Other", {"n": 2}) + raw("StopEvent", {}),
            [Progress(step=1), ReceivedEvent("workflow.Other", {"n": 2}), StopEvent()],
        ),
        (
            [],
            raw("Progress", {"step": 1}) + raw("StopEvent", {}),
            [ReceivedEvent("workflow.Progress", {"step": 1}), STOP],
        ),
        (
            [Progress],
            b'{"step": 1}\n{}\n',
            [ReceivedEvent(None, {"step": 1}), ReceivedEvent(None, {})],
        ),
    ],
    ids=["classes with the names of events", "no classes", "events without names"],
)
def test_an_event_is_an_instance_of_the_class_that_has_its_name(
    client: SyncClient, wire: MockRouter, types: Any, sends: bytes, expected: list[Any]
) -> None:
    wire.get().mock(return_value=streamed(sends))
    assert received(task(client).events(types=types)) == expected
    assert [sent(call.request) for call in wire.calls] == [
        "GET /deployments/d/tasks/t/events?raw_event=true&session_id=s"
    ]


def test_a_stream_goes_on_after_a_bad_event(client: SyncClient, wire: MockRouter) -> None:
    steps = [raw("Progress", {"step": step}) for step in (1, "two", 3)]
    wire.get().mock(return_value=streamed(*steps, raw("StopEvent", {})))
    stream = task(client).events(types=[Progress])
    events, error = broken(stream, EventMismatchError, "step: ")
    assert events == [Progress(step=1)]
    assert error.event == ReceivedEvent("workflow.Progress", {"step": "two"})
    assert received(stream) == [Progress(step=3), STOP]
    assert wire.calls.call_count == 1


def test_a_stream_of_values_goes_on_where_it_was_cut(wire: MockRouter) -> None:
    api_server(wire, replays=True)
    again = streamed(b'{"step": 1}\n{"step": 2}\n{}\n')
    wire.get(path__regex="events$").mock(side_effect=[streamed(b'{"step": 1}\n', CUT), again])
    events = received(task(SyncClient()).events(types=[Progress]))
    assert [event.value for event in events] == [{"step": 1}, {"step": 2}, {}]


def test_types_are_checked_before_anything_is_sent(client: SyncClient, wire: MockRouter) -> None:
    with pytest.raises(ValueError, match="have the same name"):
        task(client).events(types=[Progress, type("Progress", (BaseModel,), {})])
    assert not wire.calls
