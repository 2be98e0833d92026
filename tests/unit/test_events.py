"""Events as text for servers, and as instances of the caller's classes."""

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


LIBRARY = "llama_index.core.workflow.events"
REPLY = {"_data": {"response": "42"}}
extra: dict[str, Any] = {"response": "42"}


@pytest.mark.parametrize(
    ("event", "value", "name"),
    [
        (
            Arrival(where=Where(city="Köln"), at=datetime(2025, 1, 2, 3, 4, tzinfo=UTC)),
            '{"where": {"city": "K\\u00f6ln"}, "at": "2025-01-02T03:04:00Z", "notes": []}',
            f"{__name__}.Arrival",
        ),
        (ServerEvent("workflow.Message", {"text": "hi"}), '{"text": "hi"}', "workflow.Message"),
        (
            ServerEvent("workflow.Message", {"text": "hi"}, extra={"n": 1}),
            '{"text": "hi", "_data": {"n": 1}}',
            "workflow.Message",
        ),
        (HumanResponseEvent(), "{}", f"{LIBRARY}.HumanResponseEvent"),
        (HumanResponseEvent(**extra), json.dumps(REPLY), f"{LIBRARY}.HumanResponseEvent"),
        (
            HumanResponseEvent(module="workflows.events", **extra),
            json.dumps(REPLY),
            "workflows.events.HumanResponseEvent",
        ),
    ],
)
def test_an_event_is_sent_byte_for_byte_as_the_servers_serializer_writes_it(
    event: Any, value: str, name: str
) -> None:
    text = f'{{"__is_pydantic": true, "value": {value}, "qualified_name": "{name}"}}'
    for _ in range(2):  # writing changes nothing
        assert to_json(event) == text


def test_an_event_goes_to_a_service_under_both_of_its_names() -> None:
    event = HumanResponseEvent(response="42")
    assert define(event, "human") == EventDefinition(
        service_id="human", agent_id="human", event_obj_str=event.to_json()
    )


@pytest.mark.parametrize("wrong", [{"response": "42"}, "42", None, Arrival, object()])
def test_other_values_are_a_type_error_that_says_what_to_write(wrong: Any) -> None:
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


class Asks(BaseModel):
    asks: list[Ask]


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)

    at: datetime


class Open(BaseModel):
    """Like llama-index events: it accepts any field, and keeps those not declared apart."""

    number: int
    _data: dict[str, Any] = PrivateAttr(default_factory=dict)

    def __init__(self, **fields: Any) -> None:
        declared = {name: fields.pop(name) for name in type(self).model_fields if name in fields}
        super().__init__(**declared)
        self._data = fields


ASK = ReceivedEvent("workflow.events.Ask", {"number": 1, "_data": {"prefix": "Who?"}})
RAW = {"__is_pydantic": True, "value": {"n": 1}, "qualified_name": "a.b.Progress"}


class TestReceivedEvent:
    def test_it_has_the_name_that_the_server_sent(self) -> None:
        event = ReceivedEvent.of(RAW)
        assert event == ReceivedEvent("a.b.Progress", {"n": 1})
        assert event.name == "Progress"
        generic = ReceivedEvent("workflow.Box[Literal['a.b']]", {})
        assert generic.name == "Box[Literal['a.b']]"

    @pytest.mark.parametrize(
        "sent",
        [
            {"value": {"n": 1}, "qualified_name": "a.b.Progress"},
            {**RAW, "more": 1},
            {**RAW, "__is_pydantic": 1},
            {**RAW, "qualified_name": None},
            [RAW],
            {"n": 1},
            None,
        ],
    )
    def test_anything_else_is_a_value_without_a_name(self, sent: Any) -> None:
        event = ReceivedEvent.of(sent)
        assert event == ReceivedEvent(None, sent)
        assert event.name is None

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
    def test_it_has_all_fields_in_one_place(self, value: Any, fields: dict[str, Any]) -> None:
        event = ReceivedEvent(None, value)
        assert event.fields == fields
        assert event.value == value

    def test_it_can_be_parsed_as_a_class_of_the_caller(self) -> None:
        assert ASK.parse_as(Ask) == Ask(number=1, prefix="Who?")
        assert ReceivedEvent(None, ASK.value).parse_as(Ask) == Ask(number=1, prefix="Who?")
        opened = ASK.parse_as(Open)
        assert (opened.number, opened._data) == (1, {"prefix": "Who?"})
        dated = ReceivedEvent(None, {"at": "2025-01-02T03:04:00Z"})  # text is a date in JSON only
        assert dated.parse_as(Strict).at == datetime(2025, 1, 2, 3, 4, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("event", "kind", "message"),
        [
            (
                ReceivedEvent("workflow.Ask", {"number": "s3cret"}),
                Ask,
                r"workflow\.Ask does not fit the class Ask: number: .*; prefix: Field required",
            ),
            (
                ReceivedEvent(None, {"asks": [ASK.fields, {"number": 2}]}),
                Asks,
                r"\(without a name\) .*: asks\.1\.prefix: Field required$",
            ),
            (ReceivedEvent(None, [1]), Ask, r"does not fit the class Ask: the event: "),
            (
                ReceivedEvent("workflow.Where", {"city": "half of \ud83d"}),
                Where,
                "does not fit the class Where: the event: ",
            ),
        ],
        ids=["fields", "deep inside", "not an object", "half a surrogate pair"],
    )
    def test_a_misfit_is_an_error_that_names_the_fields(
        self, event: ReceivedEvent, kind: type[BaseModel], message: str
    ) -> None:
        with pytest.raises(EventMismatchError, match=f"^the event .*{message}") as caught:
            event.parse_as(kind)
        assert caught.value.event is event
        assert "s3cret" not in str(caught.value)
        assert caught.value.__context__ is None

    def test_it_cannot_be_changed(self) -> None:
        with pytest.raises(AttributeError):
            ASK.value = {}  # type: ignore[misc]


class TestTypes:
    def test_an_event_becomes_an_instance_of_the_class_with_its_name(self) -> None:
        read = reader([Ask, Where, Ask])
        assert read(ASK) == Ask(number=1, prefix="Who?")
        assert read(ReceivedEvent("other.module.Where", {"city": "Köln"})) == Where(city="Köln")

    @pytest.mark.parametrize("name", [None, "Asking", "Ask.Inner", "ask", "datetime.datetime"])
    def test_any_other_event_is_not_converted(self, name: str | None) -> None:
        event = ReceivedEvent(name, ASK.value)
        assert reader([Ask])(event) is event
        assert reader([])(event) is event

    def test_without_types_an_event_is_its_value(self) -> None:
        assert reader(None)(ASK) == ASK.value

    @pytest.mark.parametrize(
        ("types", "error", "message"),
        [
            (
                [Ask, type("Ask", (BaseModel,), {"__module__": "other"})],
                ValueError,
                r"Ask and other\.Ask have the same name, .*: .* on the ReceivedEvents instead$",
            ),
            ([dict], TypeError, "must be pydantic models, got"),
            (["Ask"], TypeError, "must be pydantic models, got"),
            ([Ask(number=1, prefix="")], TypeError, "must be pydantic models, got"),
            (Ask, TypeError, r"types must be a sequence of classes: \[Ask\], not Ask"),
        ],
        ids=["one name twice", "not pydantic", "text", "an instance", "one class"],
    )
    def test_invalid_types_are_refused(
        self, types: Any, error: type[Exception], message: str
    ) -> None:
        with pytest.raises(error, match=message):
            reader(types)


@pytest.mark.parametrize(
    ("event", "asks"),
    [
        (ReceivedEvent("workflows.events.InputRequiredEvent", {}), True),
        (ReceivedEvent("workflow.Ask", {"prefix": "Who?"}), True),
        (ReceivedEvent("workflow.Ask", {"text": "Who?"}), False),
        (ReceivedEvent(None, {"_data": {"prefix": "Who?"}}), True),
        (ReceivedEvent(None, {"text": "prefix"}), False),
        (ReceivedEvent(None, "prefix"), False),
    ],
)
def test_a_question_is_known_by_its_class_or_its_prefix(event: ReceivedEvent, asks: bool) -> None:
    assert is_input_required(event) is asks
