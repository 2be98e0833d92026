"""Answers as values: JSON by the one rule, of the type that is documented, and not costly."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, ConfigDict

from llama_deploy_client import (
    EventMismatchError,
    MalformedResponseError,
    ReceivedEvent,
    ServiceDefinition,
    SessionDefinition,
    Status,
    TaskDefinition,
    TaskResult,
)
from llama_deploy_client._decoding import decode
from llama_deploy_client._generations import ApiServerDocument, ControlPlaneDocument
from llama_deploy_client._ndjson import EventParser, LineError
from llama_deploy_client._received_json import MAX_VALUES
from llama_deploy_client.request import Request
from llama_deploy_client.types import DeploymentDefinition, TaskIds

MIB = 1 << 20


def answered(body: bytes, kind: Any = object, max_values: int = MAX_VALUES) -> Any:
    response = httpx.Response(200, content=body, request=httpx.Request("GET", "http://one:1/x"))
    about: Any = {"operation": "x", "server": "apiserver", "method": "GET", "path": "/x"}
    return decode(response, Request(returns=kind, **about), max_values)


def verdict(read: Any, body: bytes) -> str:
    try:
        return repr(read(body))
    except (MalformedResponseError, LineError):
        return "refused"


@pytest.mark.parametrize(
    "body",
    [
        *(b"NaN", b'{"a": Infinity}', b"-Infinity", b"1e400", b"-1e400", b"1" * 4300, b"1" * 4301),
        *(b'"\\ud83d"', b'"\\udc00x"', b'{"\\ud83d": 1}', b'"\xff"', b'"\xed\xa0\xbd"', b'"\x00"'),
        *(b"\xef\xbb\xbf1", b'{"a": 1, "a": 2}', b"1 2", b"{} {}", b"\x0b1", b"'a'", b"-0", b"01"),
        *(b"[" * 200 + b"]" * 200, b"[" * 201 + b"]" * 201, b'{"a":' * 500 + b"1" + b"}" * 500),
        *(
            b"[" + b"1," * 999_998 + b"1]",
            b"[" + b"1," * 999_999 + b"1]",
            b'"' + b"," * 9999 + b'"',
        ),
    ],
    ids=lambda body: repr(body[:12]).replace("\\", ""),
)
def test_what_an_answer_may_be_an_event_may_be_and_the_other_way_round(body: bytes) -> None:
    parser = EventParser(max_line_size=4 * MIB)

    def as_event(line: bytes) -> Any:
        [event] = parser.feed(line + b"\n")
        return event

    assert verdict(answered, body) == verdict(as_event, body)


TYPES = {
    "deployments": (list[DeploymentDefinition], b"1"),
    "tasks": (list[TaskIds], b"1"),
    "tasks with nothing in them": (list[TaskIds], b"{}"),
    "tasks of a session": (list[TaskDefinition], b'{"input": 1}'),
    "sessions": (list[SessionDefinition], b'"a"'),
    "sessions of a task": (list[SessionDefinition], b'{"task_ids": 1}'),
}
NESTED = {
    "services": (dict[str, ServiceDefinition], b'{"a": {"prompt": [%s]}}', b"1"),
    "prompts": (ServiceDefinition, b'{"prompt": [%s]}', b"1"),
    "task ids": (SessionDefinition, b'{"task_ids": [%s]}', b"1"),
    "deployments of a status": (Status, b'{"deployments": [%s]}', b"1"),
    "history": (TaskResult, b'{"task_id": "t", "result": "", "history": [%s]}', b'"a"'),
    "history of roles": (TaskResult | None, b'{"history": [%s]}', b'{"role":1}'),
    "nothing yet": (TaskResult | None, b"[%s]", b"1"),
    "settings": (dict[str, dict[str, Any]], b"[%s]", b"1"),
}


def check_refused(kind: Any, body: bytes) -> None:
    begin = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(MalformedResponseError) as caught:
            answered(body, kind)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.process_time() - begin < 5  # which is slow for being traced
    assert peak < 200 * MIB
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(("kind", "wrong"), TYPES.values(), ids=TYPES)
@pytest.mark.parametrize("count", [90_000, 200_000])
def test_a_list_of_what_does_not_fit_costs_no_more_than_its_first(
    kind: Any, wrong: bytes, count: int
) -> None:
    check_refused(kind, b"[" + b",".join([wrong] * count) + b"]")


@pytest.mark.parametrize(("kind", "around", "wrong"), NESTED.values(), ids=NESTED)
def test_so_does_a_list_within(kind: Any, around: bytes, wrong: bytes) -> None:
    check_refused(kind, around % b",".join([wrong] * 150_000))


@pytest.mark.parametrize("kind", [dict[str, ServiceDefinition], dict[str, dict[str, Any]]])
def test_so_does_an_object_of_many_names(kind: Any) -> None:
    check_refused(kind, b"{%s}" % b",".join(b'"%d":1' % name for name in range(90_000)))


@pytest.mark.parametrize("kind", [ApiServerDocument, ControlPlaneDocument])
@pytest.mark.parametrize("name", ["paths", "components"])
def test_so_does_an_openapi_document(kind: Any, name: str) -> None:
    many = b",".join(b'"%d":1' % number for number in range(90_000))
    check_refused(kind, b'{"%s":{%s}}' % (name.encode(), many))


@pytest.mark.parametrize("entry", [b"{}", b'{"session_id":"a"}'])
def test_a_list_has_no_more_entries_than_a_tenth_of_the_values(entry: bytes) -> None:
    body = b"[" + b",".join([entry] * 101) + b"]"
    with pytest.raises(MalformedResponseError, match=r"more than 100 entries.* max_values"):
        answered(body, list[SessionDefinition], 1000)
    assert len(answered(body, list[Any], 1000)) == 101


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)

    type: str = ""
    numbers: list[int] = []
    either: list[int | bool | list[str]] = []
    named: dict[str, int] = {}
    deep: list[Strict] = []
    pairs: set[int] = set()


EVENTS: dict[str, Any] = {
    "a list": {"numbers": ["a"] * 400_000},
    "a list of either": {"either": ["a"] * 200_000},
    "names": {"named": {str(name): "a" for name in range(200_000)}},
    "objects": {"deep": [{"numbers": 1}] * 100_000},
    "objects within": {"deep": [{"deep": [{"numbers": ["a"] * 300_000}]}]},
    "a set": {"pairs": [{}] * 200_000},
}


@pytest.mark.parametrize("value", EVENTS.values(), ids=EVENTS)
def test_an_event_that_does_not_fit_costs_no_more_than_its_first_problem(value: Any) -> None:
    event = ReceivedEvent("w.Strict", value)
    begin = time.process_time()
    with pytest.raises(EventMismatchError) as caught:
        event.parse_as(Strict)
    assert time.process_time() - begin < 1
    assert len(str(caught.value)) < 1000


def test_an_event_that_fits_is_an_instance_of_its_very_class() -> None:
    value = {"type": "a", "numbers": [1], "deep": [{"named": {"a": 1}}], "pairs": [1]}
    event = ReceivedEvent("w.Strict", value).parse_as(Strict)
    assert event == Strict(type="a", numbers=[1], deep=[Strict(named={"a": 1})], pairs={1})
    assert type(event) is Strict
    assert type(event.deep[0]) is Strict
    assert event.model_fields_set == value.keys()
