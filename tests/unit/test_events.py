"""Events are, byte for byte, what the server's own serializer makes of them."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel

from llama_deploy_client import EventDefinition, HumanResponseEvent, ServerEvent
from llama_deploy_client.events import define, to_json


class Where(BaseModel):
    city: str


class Arrival(BaseModel):
    where: Where
    at: datetime
    notes: list[str] = []


def test_a_pydantic_model_is_dumped_under_its_own_name() -> None:
    event = Arrival(where=Where(city="Köln"), at=datetime(2025, 1, 2, 3, 4, tzinfo=UTC))
    assert to_json(event) == (
        '{"__is_pydantic": true, "value": {"where": {"city": "K\\u00f6ln"}, '
        '"at": "2025-01-02T03:04:00Z", "notes": []}, "qualified_name": "' + __name__ + '.Arrival"}'
    )


def test_a_servers_event_names_a_class_that_only_the_server_has() -> None:
    assert ServerEvent("workflow.Message", {"text": "hi"}).to_json() == (
        '{"__is_pydantic": true, "value": {"text": "hi"}, "qualified_name": "workflow.Message"}'
    )


def test_fields_that_its_class_does_not_declare_travel_under_data() -> None:
    event = ServerEvent("workflow.Message", {"text": "hi"}, extra={"n": 1})
    assert json.loads(to_json(event))["value"] == {"text": "hi", "_data": {"n": 1}}
    assert event.fields == {"text": "hi"}  # unchanged


@pytest.mark.parametrize(
    ("options", "module"),
    [
        ({}, "llama_index.core.workflow.events"),
        ({"module": "workflows.events"}, "workflows.events"),
    ],
)
def test_a_human_response_is_the_event_that_every_server_knows(
    options: dict[str, str], module: str
) -> None:
    extra: dict[str, Any] = {"response": "42"}
    assert to_json(HumanResponseEvent(**options, **extra)) == (
        '{"__is_pydantic": true, "value": {"_data": {"response": "42"}}, '
        f'"qualified_name": "{module}.HumanResponseEvent"}}'
    )


def test_a_human_response_without_anything_is_an_empty_event() -> None:
    assert json.loads(HumanResponseEvent().to_json())["value"] == {}


def test_an_event_goes_to_a_service_under_both_of_its_names() -> None:
    event = HumanResponseEvent(response="42")
    assert define(event, "human") == EventDefinition(
        service_id="human", agent_id="human", event_obj_str=event.to_json()
    )


@pytest.mark.parametrize("wrong", [{"response": "42"}, "42", None, Arrival, object()])
def test_what_is_no_event_is_a_type_error_that_says_what_is_one(wrong: Any) -> None:
    with pytest.raises(TypeError, match=f"not {type(wrong).__name__}.*use ServerEvent"):
        to_json(wrong)


@pytest.mark.parametrize(
    "event", [ServerEvent("m.C", {"a": 1}, {"b": 2}), HumanResponseEvent(response="42")]
)
def test_an_event_can_be_pickled_and_compared(event: ServerEvent) -> None:
    copy = pickle.loads(pickle.dumps(event))
    assert copy == event
    assert copy != ServerEvent("m.D")
