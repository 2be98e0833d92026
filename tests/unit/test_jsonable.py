"""Values of programs become JSON; the error about one that cannot names its place."""

from __future__ import annotations

import json
import re
from collections import UserDict, UserString, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from numbers import Real
from pathlib import PurePosixPath
from types import MappingProxyType, SimpleNamespace
from typing import Any
from uuid import UUID

import attrs
import pytest
from pydantic import BaseModel, ConfigDict, SecretStr

from llama_deploy_client import TaskDefinition
from llama_deploy_client._jsonable import check_object, to_json_value
from llama_deploy_client._values import to_arguments


class Colour(Enum):
    RED = "red"


class Level(IntEnum):
    HIGH = 3


class Mode(StrEnum):
    FAST = "fast"


class Message(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    role: str = "user"
    content: Any = None


class Login(BaseModel):
    password: SecretStr = SecretStr("x")


@dataclass
class Point:
    x: Any
    y: Any = 2


@attrs.define
class Pair:
    left: Any
    right: Any = None


class Number:
    """Like numpy's: a number of another type than Python's."""

    dtype = "int64"

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Number({self.value})"

    def tolist(self) -> Any:
        return self.value


class Named:
    """The ids of tests show the name of the class."""

    def __repr__(self) -> str:
        return type(self).__name__


class LongDouble(Named):
    """Like numpy's: `tolist` returns itself, and it is a real number."""

    dtype = "float128"

    def tolist(self) -> Any:
        return self

    def __float__(self) -> float:
        return 0.5


Real.register(LongDouble)


class Instant(Named):
    """Like numpy's datetime64: in nanoseconds, `tolist` returns an integer."""

    def __init__(self, unit: str = "ns", *, exists: bool = True) -> None:
        self.dtype = SimpleNamespace(kind="M", name=f"datetime64[{unit}]")
        self.exists = exists

    def __eq__(self, other: object) -> bool:
        return self.exists

    __hash__ = None  # type: ignore[assignment]  # it has no use here

    def astype(self, name: str) -> Instant:
        assert name == "datetime64[us]"
        return Instant("us")

    def tolist(self) -> Any:
        finer = self.dtype.name.endswith("[ns]")
        return 1735776000000000000 if finer else datetime(2025, 1, 2)


class Instants(Named):
    """Like an array of them."""

    dtype = SimpleNamespace(kind="M", name="datetime64[ns]")
    ndim = 1

    def __init__(self, *instants: Instant) -> None:
        self.instants = instants

    def __iter__(self) -> Iterator[Instant]:
        return iter(self.instants)

    def tolist(self) -> Any:
        raise AssertionError("of nanoseconds it returns integers")


class NaT(datetime):
    """Like pandas': a datetime that pydantic fails on."""

    @property
    def hour(self) -> Any:
        return float("nan")


class Task(Named):
    """Like a handle, which has a client beside its ids."""

    def model_dump(self) -> dict[str, Any]:
        return {"id": "t"}


ONE = "00000000-0000-0000-0000-000000000001"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([1, "a", None, True, 1.5], [1, "a", None, True, 1.5]),
        ((1, (2, "b")), [1, [2, "b"]]),
        (deque([1, 1.5]), [1, 1.5]),
        (range(3), [0, 1, 2]),
        (UserDict(a=1), {"a": 1}),
        (MappingProxyType({"a": {"b": ()}}), {"a": {"b": []}}),
        (Colour.RED, "red"),
        (Level.HIGH, 3),
        (Mode.FAST, "fast"),
        (date(2025, 1, 2), "2025-01-02"),
        (datetime(2025, 1, 2, 3, 4, tzinfo=UTC), "2025-01-02T03:04:00Z"),
        (timedelta(days=1), "P1D"),
        (UUID(int=1), ONE),
        (Decimal("1.50"), "1.50"),
        (PurePosixPath("/tmp/x"), "/tmp/x"),
        (Message(content=[date(2025, 1, 2)]), {"role": "user", "content": ["2025-01-02"]}),
        (Message(content=Number(5)), {"role": "user", "content": 5}),
        (Point(Pair(Colour.RED)), {"x": {"left": "red", "right": None}, "y": 2}),
        (Number([1.5, [2]]), [1.5, [2]]),
        (LongDouble(), 0.5),
        (Instant(), "2025-01-02T00:00:00"),
        (Instants(Instant(), Instant("us")), ["2025-01-02T00:00:00"] * 2),
        (UserString("a"), "a"),
        (Task(), {"id": "t"}),
        ({1: 1, None: 2, False: 3, 1.5: 4}, {"1": 1, "null": 2, "false": 3, "1.5": 4}),
        ({Colour.RED: 1, UUID(int=1): 2}, {"red": 1, ONE: 2}),
        ([point := Point(1), [point]], [{"x": 1, "y": 2}, [{"x": 1, "y": 2}]]),  # one object twice
    ],
    ids=str,
)
def test_a_value_becomes_json_at_any_depth(value: Any, expected: Any) -> None:
    for _ in range(2):
        converted = to_json_value(value, "arguments")
        assert converted == expected
        assert json.loads(json.dumps(converted)) == expected
        value, expected = [{"in": [{"in": value}]}], [{"in": [{"in": expected}]}]


@pytest.mark.parametrize("value", [Message(content=1), Point(1), Pair(1), {"a": 1}])
def test_an_object_can_be_the_arguments_as_a_whole(value: Any) -> None:
    assert json.loads(TaskDefinition(input=value).input) == to_json_value(value, "arguments")


@pytest.mark.parametrize("value", [5, None, ["a"], True, date(2025, 1, 2), b"{}", Point])
def test_arguments_have_to_be_an_object(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^arguments "):
        to_arguments(value)


CYCLE: dict[str, Any] = {}
CYCLE["self"] = [CYCLE]


@pytest.mark.parametrize(
    ("value", "place", "reason"),
    [
        ([1, 2, object()], "[2]", "object has no JSON form"),
        ({"b": {1, 2}}, "['b']", "a set has no order: send sorted"),
        (iter([1]), "", "list_iterator has no JSON form: send list"),
        ({"b": 1}.values(), "", "dict_values has no JSON form: send list"),
        ({"b": 1}.keys(), "", "dict_keys has no JSON form: send list"),
        (Instants(Instant(), Instant(exists=False)), "[1]", "NaT is not a time"),
        (NaT(2025, 1, 2), "", "NaT has no JSON form"),
        (1j, "", "complex has no JSON form"),
        (SecretStr("x"), "", "a secret would be sent as asterisks"),
        ([Login()], "[0]['password']", "a secret would be sent"),
        (b"x", "", "bytes have no JSON form"),
        ([float("nan")], "[0]", "nan is not a JSON number"),
        (Decimal("sNaN"), "", "sNaN is not a JSON number"),
        (Decimal("inf"), "", "Infinity is not a JSON number"),
        (Number(float("-inf")), "", "-inf is not a JSON number"),
        (Message(content=float("nan")), "['content']", "nan is not"),
        (Message(content=[object()]), "['content'][0]", "object has no"),
        (Point([lambda: 0]), "['x'][0]", "function has no JSON form"),
        (Point, "", "type has no JSON form"),
        ({(1, 2): 3}, "[(1, 2)]", "the key is not text"),
        ({1: 2, "1": 3}, "['1']", "two keys become '1'"),
        (CYCLE, "['self'][0]", "it contains itself"),
    ],
)
def test_the_error_names_the_place_of_a_value_without_a_json_form(
    value: Any, place: str, reason: str
) -> None:
    message = re.escape(f"arguments['a']{place} cannot be sent as JSON: {reason}")
    with pytest.raises(ValueError, match=f"^{message}"):
        to_json_value({"a": value}, "arguments")
    with pytest.raises(ValueError, match=message):
        TaskDefinition.of("echo", a=value)


def test_too_deep_nesting_is_an_error_of_the_value() -> None:
    value: list[Any] = []
    for _ in range(2000):
        value = [value]
    with pytest.raises(ValueError, match=r"^arguments .*: nested too deeply"):
        to_json_value(value, "arguments")


@pytest.mark.parametrize("text", ["", "{}", ' {"a": [1, null]} '])
def test_text_can_be_an_object_or_empty(text: str) -> None:
    check_object(text, "arguments")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello", "got 'hello': Expecting value"),
        ('["a"]', "got '\\[\"a\"\\]'$"),
        ("null", "got 'null'$"),
        (" ", "got ' ': Expecting value"),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": [-1e999]}', "the number -1e999 is too large$"),
        ('{"b": [{"a": 1, "c": 2, "a": 3}]}', "the key 'a' is given twice$"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_any_other_text_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^arguments must be a JSON object.*{reason}"):
        check_object(text, "arguments")
