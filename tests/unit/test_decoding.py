"""Responses as values: JSON of the documented type, at a limited cost."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
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
    _pydantic,
)
from llama_deploy_client._decoding import decode
from llama_deploy_client._generations import ApiServerDocument, ControlPlaneDocument
from llama_deploy_client._received_json import MAX_VALUES
from llama_deploy_client.request import Request
from llama_deploy_client.types import DeploymentDefinition, TaskIds

MIB = 1 << 20


def decoded(body: bytes, kind: Any = object, max_values: int = MAX_VALUES) -> Any:
    response = httpx.Response(200, content=body, request=httpx.Request("GET", "http://one:1/x"))
    about: Any = {"operation": "x", "server": "apiserver", "method": "GET", "path": "/x"}
    return decode(response, Request(returns=kind, **about), max_values)


def test_a_response_that_is_not_accepted_is_an_error_with_the_reason() -> None:
    message = r"it has more than 4 values, the max_values.*\. It starts: \[\[1,2\]\]"
    with pytest.raises(MalformedResponseError, match=message):
        decoded(b"[[1,2]]", max_values=4)


# Responses of which no part has the documented type: the type, what is around the parts, one part.
MISFITS: dict[str, tuple[Any, bytes, bytes]] = {
    "deployments": (list[DeploymentDefinition], b"[%s]", b"1"),
    "tasks without a field": (list[TaskIds], b"[%s]", b"{}"),
    "tasks of a session": (list[TaskDefinition], b"[%s]", b'{"input": 1}'),
    "sessions of a task": (list[SessionDefinition], b"[%s]", b'{"task_ids": 1}'),
    "prompts of services": (dict[str, ServiceDefinition], b'{"a": {"prompt": [%s]}}', b"1"),
    "task ids": (SessionDefinition, b'{"task_ids": [%s]}', b"1"),
    "deployments of a status": (Status, b'{"deployments": [%s]}', b"1"),
    "history": (TaskResult, b'{"task_id": "t", "result": "", "history": [%s]}', b'"a"'),
    "history of roles": (TaskResult | None, b'{"history": [%s]}', b'{"role":1}'),
    "no result yet": (TaskResult | None, b"[%s]", b"1"),
    "settings": (dict[str, dict[str, Any]], b"[%s]", b"1"),
}


@pytest.mark.parametrize(("kind", "around", "part"), MISFITS.values(), ids=MISFITS)
def test_a_list_of_misfits_is_checked_up_to_the_first(
    kind: Any, around: bytes, part: bytes
) -> None:
    with pytest.raises(MalformedResponseError) as caught:
        decoded(around % b",".join([part] * 200), kind)
    assert "problems" not in str(caught.value)  # which says that all were collected


@contextmanager
def at_most(memory: int) -> Iterator[None]:
    """Check how much memory the block takes: all its problems together would take more."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < memory
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("kind", "around"),
    [
        (dict[str, ServiceDefinition], b"{%s}"),
        (dict[str, dict[str, Any]], b"{%s}"),
        (ApiServerDocument, b'{"paths":{%s}}'),
        (ControlPlaneDocument, b'{"components":{%s}}'),
    ],
)
def test_an_object_of_misfits_costs_little(kind: Any, around: bytes) -> None:
    body = around % b",".join(b'"%d":1' % name for name in range(30_000))
    with at_most(10 * MIB), pytest.raises(MalformedResponseError, match=r"^.{,500}$"):
        decoded(body, kind)


@pytest.mark.parametrize(
    ("kind", "around", "entry"),
    [
        (list[SessionDefinition], b"[%s]", b"{}"),
        (list[SessionDefinition], b"[%s]", b'{"session_id":"a"}'),
        (SessionDefinition, b'{"task_ids":[%s]}', b'"a"'),
    ],
)
def test_a_list_has_no_more_entries_than_a_tenth_of_the_values(
    kind: Any, around: bytes, entry: bytes
) -> None:
    body = around % b",".join([entry] * 101)
    with pytest.raises(MalformedResponseError, match=r"more than 100 entries.* max_values"):
        decoded(body, kind, 1000)
    decoded(around % b",".join([entry] * 100), kind, 1000)
    assert len(decoded(b"[" + b",".join([entry] * 101) + b"]", list[Any], 1000)) == 101


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)

    type: str = ""
    numbers: list[int] = []
    either: list[int | bool | list[str]] = []
    named: dict[str, int] = {}
    deep: list[Strict] = []
    pairs: set[int] = set()


EVENTS: dict[str, Any] = {
    "a list": {"numbers": ["a"] * 200},
    "a list of either": {"either": ["a"] * 200},
    "objects": {"deep": [{"numbers": 1}] * 200},
    "objects within": {"deep": [{"deep": [{"numbers": ["a"] * 200}]}]},
    "a set": {"pairs": [{}] * 200},
}


@pytest.mark.parametrize("value", EVENTS.values(), ids=EVENTS)
def test_an_event_that_does_not_fit_is_checked_up_to_the_first_problem(value: Any) -> None:
    with pytest.raises(EventMismatchError) as caught:
        ReceivedEvent("w.Strict", value).parse_as(Strict)
    assert "problems" not in str(caught.value)


def test_an_event_of_many_misfits_costs_little() -> None:
    event = ReceivedEvent("w.Strict", {"named": {str(name): "a" for name in range(50_000)}})
    with at_most(10 * MIB), pytest.raises(EventMismatchError, match=r"^.{,500}$"):
        event.parse_as(Strict)


def test_an_event_that_fits_is_an_instance_of_its_class() -> None:
    value = {"type": "a", "numbers": [1], "deep": [{"named": {"a": 1}}], "pairs": [1]}
    event = ReceivedEvent("w.Strict", value).parse_as(Strict)
    assert event == Strict(type="a", numbers=[1], deep=[Strict(named={"a": 1})], pairs={1})
    assert type(event) is Strict
    assert type(event.deep[0]) is Strict
    assert event.model_fields_set == value.keys()


def test_without_a_validator_that_stops_early_all_problems_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def build(schema: Any) -> None:
        raise TypeError("another version of pydantic")

    monkeypatch.setattr(_pydantic, "_build", build)
    with pytest.raises(MalformedResponseError, match=r"not as documented: 200 problems\. "):
        decoded(b"[%s1]" % (b'"a",' * 199), tuple[None, ...])
