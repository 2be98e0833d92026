"""How much is tried: a share in `make test`, all of it in `make faults`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

ALL = os.environ.get("FAULTS") == "all"


def of(share: int, all: int) -> int:
    """`share`, or `all` where all is to be tried."""
    return all if ALL else share


def each(choices: Sequence[T], nth: int) -> Sequence[T]:
    """Every `nth` of them, or all."""
    return choices if ALL else choices[::nth]
