"""Events are, byte for byte, what the server's own serializer makes of them."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, PrivateAttr

from llama_deploy_client import (
    EventDefinition,
    EventMismatchError,
    HumanResponseEvent,
    ReceivedEvent,
    ServerEvent,
)
from llama_deploy_client.events import define, is_input_required, reader, to_json


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
def test_what_is_not_an_event_is_a_type_error_that_says_what_is_one(wrong: Any) -> None:
    with pytest.raises(TypeError, match=f"got {type(wrong).__name__}.*use ServerEvent"):
        to_json(wrong)


@pytest.mark.parametrize(
    "event", [ServerEvent("m.C", {"a": 1}, {"b": 2}), HumanResponseEvent(response="42")]
)
def test_an_event_can_be_pickled_and_compared(event: ServerEvent) -> None:
    copy = pickle.loads(pickle.dumps(event))
    assert copy == event
    assert copy != ServerEvent("m.D")


class Ask(BaseModel):
    """It declares one field; the other one travels below `_data`."""

    number: int
    prefix: str


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)

    at: datetime


class Open(BaseModel):
    """As llama-index events are made: any field is taken, those not declared are kept apart."""

    number: int
    _data: dict[str, Any] = PrivateAttr(default_factory=dict)

    def __init__(self, **fields: Any) -> None:
        declared = {name: fields.pop(name) for name in type(self).model_fields if name in fields}
        super().__init__(**declared)
        self._data = fields


ASK = ReceivedEvent("workflow.events.Ask", {"number": 1, "_data": {"prefix": "Who?"}})


RAW = {"__is_pydantic": True, "value": {"n": 1}, "qualified_name": "a.b.Progress"}


class TestAReceivedEvent:
    def test_has_a_name_where_the_server_sent_one(self) -> None:
        event = ReceivedEvent.of(RAW)
        assert event == ReceivedEvent("a.b.Progress", {"n": 1})
        assert event.name == "Progress"
        generic = ReceivedEvent("workflow.Box[Literal['a.b']]", {})
        assert generic.name == "Box[Literal['a.b']]"

    def test_has_none_where_only_a_value_came(self) -> None:
        event = ReceivedEvent.of({"n": 1})
        assert event == ReceivedEvent(None, {"n": 1})
        assert event.name is None

    @pytest.mark.parametrize(
        "sent",
        [
            {"value": {"n": 1}, "qualified_name": "a.b.Progress"},
            {**RAW, "more": 1},
            {**RAW, "__is_pydantic": 1},
            {**RAW, "qualified_name": None},
            [RAW],
            None,
        ],
    )
    def test_is_anything_else_as_it_came(self, sent: Any) -> None:
        assert ReceivedEvent.of(sent) == ReceivedEvent(None, sent)

    @pytest.mark.parametrize(
        ("value", "fields"),
        [
            ({"n": 1}, {"n": 1}),
            ({"n": 1, "_data": {"n": 2, "m": 3}}, {"n": 1, "m": 3}),
            ({"_data": {}}, {}),
            ({"_data": 5}, {"_data": 5}),
            ([1], {}),
            (None, {}),
        ],
    )
    def test_has_all_fields_in_one_place(self, value: Any, fields: dict[str, Any]) -> None:
        event = ReceivedEvent(None, value)
        assert event.fields == fields
        assert event.value == value

    def test_is_made_into_a_class_that_the_caller_names(self) -> None:
        assert ASK.parse_as(Ask) == Ask(number=1, prefix="Who?")
        assert ReceivedEvent(None, ASK.value).parse_as(Ask) == Ask(number=1, prefix="Who?")
        made = ASK.parse_as(Open)
        assert (made.number, made._data) == (1, {"prefix": "Who?"})

    def test_is_read_as_the_json_that_it_was(self) -> None:
        event = ReceivedEvent(None, {"at": "2025-01-02T03:04:00Z"})
        assert event.parse_as(Strict).at == datetime(2025, 1, 2, 3, 4, tzinfo=UTC)

    def test_that_does_not_fit_is_an_error_that_names_its_fields(self) -> None:
        event = ReceivedEvent("workflow.Ask", {"number": "s3cret"})
        with pytest.raises(EventMismatchError) as caught:
            event.parse_as(Ask)
        assert caught.value.event is event
        said = str(caught.value)
        assert said.startswith("the event workflow.Ask does not fit the class Ask: number: ")
        assert "; prefix: Field required" in said
        assert "s3cret" not in said
        assert caught.value.__context__ is None

    def test_that_does_not_fit_deep_inside_is_an_error_that_says_where(self) -> None:
        class Asks(BaseModel):
            asks: list[Ask]

        with pytest.raises(EventMismatchError, match=r": asks\.1\.prefix: Field required$"):
            ReceivedEvent(None, {"asks": [{"number": 1, "prefix": ""}, {"number": 2}]}).parse_as(
                Asks
            )

    def test_that_has_no_fields_at_all_does_not_fit(self) -> None:
        with pytest.raises(
            EventMismatchError, match=r"a name\) does not fit the class Ask: the event: "
        ):
            ReceivedEvent(None, [1]).parse_as(Ask)

    def test_whose_text_pydantic_takes_for_none_does_not_fit(self) -> None:
        with pytest.raises(EventMismatchError, match=r"does not fit the class Where: the event: "):
            ReceivedEvent("workflow.Where", {"city": "half of \ud83d"}).parse_as(Where)

    def test_cannot_be_changed(self) -> None:
        with pytest.raises(AttributeError):
            ASK.value = {}  # type: ignore[misc]


class TestTypes:
    def test_an_event_is_of_the_class_that_has_its_name(self) -> None:
        read = reader([Ask, Where])
        assert read(ASK) == Ask(number=1, prefix="Who?")
        assert read(ReceivedEvent("other.module.Where", {"city": "Köln"})) == Where(city="Köln")

    @pytest.mark.parametrize("name", [None, "Asking", "Ask.Inner", "ask"])
    def test_any_other_event_stays_as_it_came(self, name: str | None) -> None:
        event = ReceivedEvent(name, ASK.value)
        assert reader([Ask])(event) is event
        assert reader([])(event) is event

    def test_without_types_an_event_is_its_value(self) -> None:
        assert reader(None)(ASK) == ASK.value

    def test_no_class_is_looked_for_by_its_name(self) -> None:
        event = ReceivedEvent("datetime.datetime", {})
        assert reader([Ask])(event) is event

    def test_two_classes_of_one_name_are_refused(self) -> None:
        other = type("Ask", (BaseModel,), {"__module__": "other"})
        assert reader([Ask, Ask])(ASK) == Ask(number=1, prefix="Who?")
        message = r"Ask and other\.Ask have the same name, .*: .* on the ReceivedEvents instead$"
        with pytest.raises(ValueError, match=message):
            reader([Ask, other])

    @pytest.mark.parametrize("kind", [dict, "Ask", Ask(number=1, prefix="")])
    def test_what_is_not_a_pydantic_class_is_refused(self, kind: Any) -> None:
        with pytest.raises(TypeError, match="must be pydantic models, got"):
            reader([kind])

    def test_one_class_alone_is_refused_with_what_to_write(self) -> None:
        alone: Any = Ask
        with pytest.raises(
            TypeError, match=r"types must be a sequence of classes: \[Ask\], not Ask"
        ):
            reader(alone)


@pytest.mark.parametrize(
    ("event", "asks"),
    [
        (ReceivedEvent("workflows.events.InputRequiredEvent", {}), True),
        (ReceivedEvent("workflow.Ask", {"prefix": "Who?"}), True),
        (ReceivedEvent("workflow.Ask", {"_data": {"prefix": "Who?"}}), True),
        (ReceivedEvent("workflow.Ask", {"text": "Who?"}), False),
        (ReceivedEvent(None, {"prefix": "Who?"}), True),
        (ReceivedEvent(None, {"_data": {"prefix": "Who?"}}), True),
        (ReceivedEvent(None, {"text": "prefix"}), False),
        (ReceivedEvent(None, "prefix"), False),
    ],
)
def test_what_asks_a_human(event: ReceivedEvent, asks: bool) -> None:
    assert is_input_required(event) is asks
