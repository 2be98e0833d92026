"""What people have as arguments becomes JSON; what cannot is named by its place."""

from __future__ import annotations

import json
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


@dataclass
class Point:
    x: Any
    y: Any = 2


@attrs.define
class Pair:
    left: Any
    right: Any = None


class Number:
    """As numpy's: a number of another type than Python's."""

    dtype = "int64"

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Number({self.value})"

    def tolist(self) -> Any:
        return self.value


class Float64(float):
    """As numpy's float64."""


class Named:
    """What tests are called by."""

    def __repr__(self) -> str:
        return type(self).__name__


class LongDouble(Named):
    """As numpy's: `tolist` gives itself, and it is a real number."""

    dtype = "float128"

    def tolist(self) -> Any:
        return self

    def __float__(self) -> float:
        return 0.5


Real.register(LongDouble)


class Instant(Named):
    """As numpy's datetime64: in nanoseconds, `tolist` gives an integer."""

    def __init__(self, unit: str = "ns", *, exists: bool = True) -> None:
        self.dtype = SimpleNamespace(kind="M", name=f"datetime64[{unit}]")
        self.exists = exists

    def __eq__(self, other: object) -> bool:
        return self.exists

    __hash__ = None  # type: ignore[assignment]  # as it has no use here

    def astype(self, name: str) -> Instant:
        assert name == "datetime64[us]"
        return Instant("us")

    def tolist(self) -> Any:
        finer = self.dtype.name.endswith("[ns]")
        return 1735776000000000000 if finer else datetime(2025, 1, 2)


class Instants(Named):
    """As an array of them."""

    dtype = SimpleNamespace(kind="M", name="datetime64[ns]")
    ndim = 1

    def __init__(self, *instants: Instant) -> None:
        self.instants = instants

    def __iter__(self) -> Iterator[Instant]:
        return iter(self.instants)

    def tolist(self) -> Any:
        raise AssertionError("of nanoseconds it gives integers")


class NaT(datetime):
    """As pandas': a datetime that pydantic fails on."""

    @property
    def hour(self) -> Any:
        return float("nan")


class Task(Named):
    """As a handle: it has a client beside its ids."""

    def model_dump(self) -> dict[str, Any]:
        return {"id": "t"}


class Login(BaseModel):
    password: SecretStr = SecretStr("x")


@pytest.mark.parametrize(
    ("value", "sent"),
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
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Decimal("1.50"), "1.50"),
        (PurePosixPath("/tmp/x"), "/tmp/x"),
        (Message(content=[date(2025, 1, 2)]), {"role": "user", "content": ["2025-01-02"]}),
        (Message(content=Number(5)), {"role": "user", "content": 5}),
        (Point(Pair(Colour.RED)), {"x": {"left": "red", "right": None}, "y": 2}),
        (Number(5), 5),
        (Number([1.5, [2]]), [1.5, [2]]),
        (Float64(1.5), 1.5),
        (LongDouble(), 0.5),
        (Instant(), "2025-01-02T00:00:00"),
        (Instants(Instant(), Instant("us")), ["2025-01-02T00:00:00"] * 2),
        (UserString("a"), "a"),
        (Task(), {"id": "t"}),
        (
            {1: "a", None: "b", False: "c", 1.5: "d"},
            {"1": "a", "null": "b", "false": "c", "1.5": "d"},
        ),
        ({Colour.RED: 1, UUID(int=1): 2}, {"red": 1, "00000000-0000-0000-0000-000000000001": 2}),
    ],
    ids=str,
)
@pytest.mark.parametrize("depth", [0, 2])
def test_what_people_have_becomes_json(value: Any, sent: Any, depth: int) -> None:
    for _ in range(depth):
        value, sent = [{"in": value}], [{"in": sent}]
    converted = to_json_value(value, "arguments")
    assert converted == sent
    assert json.loads(json.dumps(converted)) == sent


@pytest.mark.parametrize("value", [Message(content=1), Point(1), Pair(1), {"a": 1}])
def test_an_object_as_a_whole_is_the_arguments(value: Any) -> None:
    assert json.loads(TaskDefinition(input=value).input) == to_json_value(value, "arguments")


@pytest.mark.parametrize("value", [5, None, ["a"], True, date(2025, 1, 2), b"{}", Point])
def test_arguments_that_are_not_an_object_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^arguments "):
        to_arguments(value)


CYCLE: dict[str, Any] = {}
CYCLE["self"] = [CYCLE]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"chat": [1, 2, object()]}, r"arguments\['chat'\]\[2\] .*: object has no JSON form"),
        ({"a": {"b": {1, 2}}}, r"arguments\['a'\]\['b'\] .*: a set has no order: send sorted"),
        ({"a": iter([1])}, r"arguments\['a'\] .*: list_iterator has no JSON form: send list"),
        ({"a": {"b": 1}.values()}, r"arguments\['a'\] .*: dict_values has no JSON form: send list"),
        ({"a": {"b": 1}.keys()}, r"arguments\['a'\] .*: dict_keys has no JSON form: send list"),
        (
            {"a": Instants(Instant(), Instant(exists=False))},
            r"arguments\['a'\]\[1\] .*: NaT is not",
        ),
        ({"a": NaT(2025, 1, 2)}, r"arguments\['a'\] .*: NaT has no JSON form"),
        ({"a": 1j}, r"arguments\['a'\] .*: complex has no JSON form"),
        ({"a": SecretStr("x")}, r"arguments\['a'\] .*: a secret would be sent as asterisks"),
        ({"a": [Login()]}, r"arguments\['a'\]\[0\]\['password'\] .*: a secret would be sent"),
        ({"a": Decimal("sNaN")}, r"arguments\['a'\] .*: sNaN is not a JSON number"),
        ({"a": b"x"}, r"arguments\['a'\] .*: bytes have no JSON form"),
        ({"a": [float("nan")]}, r"arguments\['a'\]\[0\] .*: nan is not a JSON number"),
        ({"a": Decimal("inf")}, r"arguments\['a'\] .*: Infinity is not a JSON number"),
        ({"a": Number(float("-inf"))}, r"arguments\['a'\] .*: -inf is not a JSON number"),
        ({"a": Message(content=float("nan"))}, r"arguments\['a'\]\['content'\] .*: nan"),
        ({"a": Message(content=[object()])}, r"arguments\['a'\]\['content'\]\[0\] .*: object"),
        ({"a": Point([lambda: 0])}, r"arguments\['a'\]\['x'\]\[0\] .*: function has no JSON form"),
        ({"a": Point}, r"arguments\['a'\] .*: type has no JSON form"),
        ({"a": {(1, 2): 3}}, r"arguments\['a'\]\[\(1, 2\)\] .*: the key is not text"),
        ({"a": {1: 2, "1": 3}}, r"arguments\['a'\]\['1'\] .*: two keys become '1'"),
        ({"a": CYCLE}, r"arguments\['a'\]\['self'\]\[0\] .*: it contains itself"),
    ],
)
def test_what_cannot_be_sent_is_named_by_its_place(value: Any, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}"):
        to_json_value(value, "arguments")
    with pytest.raises(ValueError, match=said):
        TaskDefinition.of("echo", **value)


def test_one_object_may_come_twice() -> None:
    point = Point(1)
    assert to_json_value([point, [point]], "arguments") == [{"x": 1, "y": 2}, [{"x": 1, "y": 2}]]


def test_too_deep_nesting_is_an_error_of_the_value() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(ValueError, match=r"^arguments .*: nested too deeply"):
        to_json_value(value, "arguments")


@pytest.mark.parametrize("text", ["", "{}", ' {"a": [1, null]} '])
def test_an_object_as_text_or_nothing_is_fine(text: str) -> None:
    check_object(text, "arguments")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "got 'hello': Expecting value"),
        ('["a"]', "got '\\[\"a\"\\]'$"),
        ("5", "got '5'$"),
        ("null", "got 'null'$"),
        (" ", "got ' ': Expecting value"),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": 1e999}', "the number 1e999 is too large$"),
        ('{"a": [-1e999]}', "the number -1e999 is too large$"),
        ('{"a": 1, "a": 1}', "the key 'a' is given twice$"),
        ('{"b": [{"a": 1, "c": 2, "a": 3}]}', "the key 'a' is given twice$"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_any_other_text_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^arguments must be a JSON object.*{said}"):
        check_object(text, "arguments")
