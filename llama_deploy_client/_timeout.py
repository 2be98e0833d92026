"""What a `timeout=` may be."""

from __future__ import annotations

from enum import Enum
from numbers import Real


def check_seconds(timeout: object) -> None:
    """Raise for an invalid timeout.

    Raises:
        TypeError: it is not a number.
        ValueError: it is negative or NaN.
    """
    if not isinstance(timeout, Real):
        raise TypeError(f"timeout is a number of seconds or None, not {type(timeout).__name__}")
    if not float(timeout) >= 0:
        raise ValueError(f"timeout is a number of seconds from 0 on, not {timeout}")


class Unset(Enum):
    """The type of `UNSET`: a parameter left out, where None means something."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return self.name


UNSET = Unset.UNSET

Timeout = float | None | Unset
"""Seconds; None waits for ever; UNSET takes the client's setting."""
