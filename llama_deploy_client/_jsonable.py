"""Convert values of users' programs to JSON: arguments, states, fields of events.

One rule for all of them. This module walks containers, so that an error can name the place of a
value that cannot be sent; pydantic converts single values.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections import UserString
from collections.abc import Iterable, Iterator, Mapping, MappingView, Sequence, Set
from decimal import Decimal
from enum import Enum
from numbers import Real
from pathlib import PurePath
from typing import Any, Never

import attrs
from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_jsonable_python

from ._written_json import loads

_PLAIN = {str, int, bool, type(None)}
_FINER = ("[ns]", "[ps]", "[fs]", "[as]")
"""Units of numpy's times that Python's do not have."""


def to_json_value(value: Any, place: str) -> Any:
    """Convert `value` to dicts, lists, text, numbers, booleans and None.

    Pydantic models, dataclasses and attrs classes become objects; enums become their values; dates,
    times, UUIDs, Decimals and paths become text; numpy numbers and arrays become numbers and lists,
    numpy times text. Handles, such as a task, become their ids. Keys that are not text become text,
    as with `json.dumps`.

    Args:
        value: the value to convert.
        place: the name of the value in errors, such as `arguments`.

    Raises:
        ValueError: a part of it has no JSON form, is NaN, NaT or infinite, or contains itself. A
            set has no order, bytes have no encoding, and secrets of pydantic would be sent as
            asterisks: they are refused.
    """
    walk = _Walk(place)
    try:
        return walk.convert(value)
    except RecursionError:
        raise ValueError(f"{place} cannot be sent as JSON: nested too deeply") from None


class _Walk:
    """One conversion: the current place, and the containers around it."""

    def __init__(self, place: str) -> None:
        self._place = [place]
        self._around: set[int] = set()

    def convert(self, value: Any) -> Any:
        if isinstance(value, Enum):
            return self.convert(value.value)
        if value is None or isinstance(value, str | UserString | bool | int | float | Decimal):
            return self._scalar(value)
        if id(value) in self._around:
            self._refuse("it contains itself")
        self._around.add(id(value))
        converted = self._compound(value)
        self._around.discard(id(value))
        return converted

    def _scalar(self, value: Any) -> Any:
        finite = value.is_finite() if isinstance(value, Decimal) else True
        if not finite or (isinstance(value, float) and not math.isfinite(value)):
            self._refuse(f"{value} is not a JSON number")
        if isinstance(value, bool | None):
            return value
        if isinstance(value, int):
            return int(value)
        return float(value) if isinstance(value, float) else str.__str__(str(value))

    def _compound(self, value: Any) -> Any:
        if isinstance(value, BaseModel):
            return self.convert(self._dump(value))
        if isinstance(value, Mapping):
            return self._object(value.items())
        if not isinstance(value, type):
            if callable(getattr(value, "model_dump", None)):  # of a handle, which has a client
                return self.convert(value.model_dump())
            if dataclasses.is_dataclass(value):
                return self._object(_fields(value, dataclasses.fields(value)))
            if attrs.has(type(value)):
                return self._object(_fields(value, attrs.fields(type(value))))
        if isinstance(value, bytes | bytearray | memoryview):
            self._refuse("bytes have no JSON form: decode them, or encode them as base64")
        if isinstance(value, Sequence):
            return self._list(value)
        # a number or array of numpy or alike
        if hasattr(value, "dtype") and hasattr(value, "tolist"):
            return self.convert(self._plain(value))
        return self._leaf(value)

    def _plain(self, value: Any) -> Any:
        """Return a numpy value as a Python number, text or list."""
        if getattr(value.dtype, "kind", "") in ("M", "m"):  # a time: tolist may give nanoseconds
            if getattr(value, "ndim", 0):
                return list(value)
            if value != value:
                self._refuse("NaT is not a time")
            if value.dtype.name.endswith(_FINER):
                value = value.astype(f"{value.dtype.name[:-4]}[us]")
        plain = value.tolist()
        if type(plain) is not type(value):
            return plain
        return float(plain) if isinstance(plain, Real) else self._leaf(plain)

    def _dump(self, model: BaseModel) -> Any:
        try:
            value = model.model_dump()
        except ValueError as error:  # for example, a circular reference
            self._refuse(str(error))
        self._check_numbers(value)  # pydantic would write null for it
        try:
            return model.model_dump(mode="json")
        except ValueError:  # a value inside: the walk converts it, or names its place
            return value

    def _check_numbers(self, value: Any) -> None:
        if isinstance(value, float | Decimal):
            self._scalar(value)
        self._check_secret(value)
        items = value.items() if isinstance(value, dict) else ()
        for key, item in enumerate(value) if isinstance(value, list | tuple) else items:
            self._place.append(f"[{key!r}]")
            self._check_numbers(item)
            self._place.pop()

    def _object(self, items: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
        converted: dict[str, Any] = {}
        for key, item in items:
            self._place.append(f"[{key!r}]")
            name = self._key(key)
            if name in converted:
                self._refuse(f"two keys become {name!r}")
            converted[name] = self.convert(item)
            self._place.pop()
        return converted

    def _key(self, key: Any) -> str:
        name = key if type(key) is str else self.convert(key)
        if isinstance(name, dict | list):
            self._refuse("the key is not text")
        return name if isinstance(name, str) else json.dumps(name)

    def _list(self, items: Sequence[Any]) -> list[Any]:
        if set(map(type, items)) <= _PLAIN:  # fast path for long lists of numbers
            return [*items]
        converted = []
        for index, item in enumerate(items):
            self._place.append(f"[{index}]")
            converted.append(self.convert(item))
            self._place.pop()
        return converted

    def _leaf(self, value: Any) -> Any:
        name = type(value).__name__
        if isinstance(value, Iterator | MappingView):  # reading an iterator would use it up
            self._refuse(f"{name} has no JSON form: send list(…) of it")
        if isinstance(value, Set):
            self._refuse("a set has no order: send sorted(…) of it, or list(…)")
        if isinstance(value, PurePath):
            return str(value)
        self._check_secret(value)
        if isinstance(value, complex):  # pydantic would convert it to text
            self._refuse(f"{name} has no JSON form")
        try:
            return to_jsonable_python(value)
        except (PydanticSerializationError, ValueError, TypeError):  # NaT of pandas: TypeError
            self._refuse(f"{name} has no JSON form")

    def _check_secret(self, value: Any) -> None:
        if hasattr(value, "get_secret_value"):
            self._refuse("a secret would be sent as asterisks: send its get_secret_value()")

    def _refuse(self, why: str) -> Never:
        raise ValueError(f"{''.join(self._place)} cannot be sent as JSON: {why}")


def _fields(value: Any, fields: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    return ((each.name, getattr(value, each.name)) for each in fields)


def check_object(text: str, place: str) -> None:
    """Check that `text` is a JSON object, or empty.

    Raises:
        ValueError: it is something else, to which a server responds with 500, or never; it has a
            key twice, or a number that is too large for a float.
    """
    if text == "":
        return
    text_start = repr(text if len(text) <= 60 else f"{text[:60]}…")
    expected = f'{place} must be a JSON object, such as {{"message": "hello"}}; got {text_start}'
    try:
        value = loads(text)
    except RecursionError:
        raise ValueError(f"{expected}, nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"{expected}: {error}") from None
    if not isinstance(value, dict):
        raise ValueError(expected)
