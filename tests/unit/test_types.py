"""The values that users hold."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from llama_deploy_client import (
    ChatMessage,
    EventDefinition,
    ServiceDefinition,
    SessionDefinition,
    Status,
    StatusEnum,
    TaskDefinition,
    TaskResult,
)

for_services = pytest.mark.parametrize(
    "make",
    [
        lambda **names: TaskDefinition(input="{}", **names),
        lambda **names: EventDefinition(event_obj_str="{}", **names),
    ],
    ids=["TaskDefinition", "EventDefinition"],
)


def names_of(value: Any) -> tuple[str, str]:
    return value.agent_id, value.service_id


@for_services
@pytest.mark.parametrize(
    ("name", "other"), [("agent_id", "service_id"), ("service_id", "agent_id")]
)
def test_the_service_is_one_field_under_two_names(make: Any, name: str, other: str) -> None:
    value = make(**{name: "echo", other: None})
    assert names_of(value) == names_of(make(**{name: "echo"})) == ("echo", "echo")
    copied = value.model_copy(update={name: "copied"})
    assert (names_of(copied), names_of(value)) == (("copied",) * 2, ("echo",) * 2)
    assert value.model_copy() == value
    dumped = value.model_dump()
    assert (dumped["agent_id"], dumped["service_id"]) == ("echo", "echo")
    del dumped[name]
    assert type(value).model_validate(dumped) == value
    assert type(value).model_validate_json(value.model_dump_json()) == value
    setattr(value, name, "assigned")
    assert names_of(value) == ("assigned", "assigned")
    invalid: list[Any] = [1, [], {}, b"\xff"]
    for wrong in invalid:
        with pytest.raises(ValidationError, match=f"{name}\n.*valid string"):
            make(**{name: wrong})


@for_services
def test_two_different_services_are_refused(make: Any) -> None:
    with pytest.raises(ValidationError, match="agent_id and service_id are the same field"):
        make(agent_id="a", service_id="b")
    assert make(agent_id="a", service_id="a").service_id == "a"


def test_an_event_needs_a_service_and_a_task_does_not() -> None:
    with pytest.raises(ValidationError, match="an event needs the service to send it to"):
        EventDefinition(event_obj_str="{}")
    assert TaskDefinition(input="{}").service_id is None
    with pytest.raises(ValidationError, match="valid dictionary"):
        TaskDefinition.model_validate(5)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"a": [1, None, "ü"]}, '{"a": [1, null, "\\u00fc"]}'),
        (MappingProxyType({"a": 1}), '{"a": 1}'),
        ({}, "{}"),
        ("any text, JSON or not", "any text, JSON or not"),
    ],
)
def test_arguments_become_json_text_and_text_stays(
    arguments: str | Mapping[str, Any], text: str
) -> None:
    assert TaskDefinition(input=arguments).input == text


@pytest.mark.parametrize("wrong", [5, None, ["a"], {"a": object()}])
def test_the_error_about_arguments_that_are_not_json_is_one_of_the_field(wrong: Any) -> None:
    with pytest.raises(ValidationError, match=r"arguments(\['a'\])? (must|cannot) be .*JSON") as it:
        TaskDefinition(input=wrong)
    assert it.value.errors()[0]["loc"] == ("input",)  # which FastAPI shows, for one


def test_of_takes_arguments_of_any_name() -> None:
    task = TaskDefinition.of("echo", message="hi", service_id="x", input=1, self=2, cls=3)
    assert task.service_id == "echo"
    expected = '{"message": "hi", "service_id": "x", "input": 1, "self": 2, "cls": 3}'
    assert task.input == expected
    assert TaskDefinition.of(message="hi").service_id is None


def test_each_task_and_session_has_its_own_id() -> None:
    assert TaskDefinition(input="").task_id != TaskDefinition(input="").task_id
    assert SessionDefinition().session_id != SessionDefinition().session_id


def test_the_current_task_is_the_newest() -> None:
    assert SessionDefinition(task_ids=["old", "new"]).current_task_id == "new"
    assert SessionDefinition().current_task_id is None


def test_unknown_fields_of_a_chat_message_are_kept_and_those_of_others_ignored() -> None:
    message = ChatMessage.model_validate({"role": "assistant", "blocks": [1]})
    assert message.model_dump() == {"role": "assistant", "blocks": [1]}
    assert TaskResult.model_validate({"task_id": "t", "result": "", "new": 1}).task_id == "t"


VALUES: list[BaseModel] = [
    TaskDefinition.of("echo", message="hi"),
    EventDefinition(service_id="echo", event_obj_str="{}"),
    SessionDefinition(state={"n": 1}),
    TaskResult(task_id="t", result="done", history=[ChatMessage(role="user")]),
    ServiceDefinition(service_name="echo", description=""),
    Status(status=StatusEnum.DOWN, status_message="down"),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_can_be_pickled(value: BaseModel) -> None:
    assert pickle.loads(pickle.dumps(value)) == value


def test_the_words_of_a_status_are_the_servers() -> None:
    assert [status.value for status in StatusEnum] == ["Healthy", "Unhealthy", "Down"]
