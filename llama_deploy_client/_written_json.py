"""JSON that people write, read without loss: values that would change are refused."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any, Never


class LossyJSONError(ValueError):
    """The text is JSON, but a part of it would change on the way to a server."""


def loads(text: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        LossyJSONError: a number is too large for a float, which would become Infinity; or an object
            has a key twice, of which one would be lost.
        ValueError: the text is not JSON, or contains `NaN` or `Infinity`.
        RecursionError: the text is nested too deeply.
    """
    return json.loads(text, parse_constant=_constant, parse_float=_float, object_pairs_hook=_object)


def _constant(name: str) -> Never:
    raise ValueError(f"{name} is not a JSON number")


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise LossyJSONError(f"the number {text} is too large")
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        name, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise LossyJSONError(f"the key {name!r} is given twice")
    return members
