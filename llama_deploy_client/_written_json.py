"""JSON that people write, read without loss: what would become something else is refused."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any, Never


class LossyJSONError(ValueError):
    """The text is JSON, but a part of it would reach a server as something else."""


def loads(text: str) -> Any:
    """The value of a JSON text.

    Raises:
        LossyJSONError: a number is too large for a float, which would become Infinity; or an object
            has a key twice, of which one would be lost.
        ValueError: it is not JSON. `NaN` and `Infinity` are not.
        RecursionError: it is nested too deeply.
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
