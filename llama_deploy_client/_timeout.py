"""The type of `timeout=` arguments."""

from __future__ import annotations

from enum import Enum
from numbers import Real


def check_seconds(timeout: object) -> None:
    """Raise for an invalid timeout.

    Raises:
        TypeError: the timeout is not a number.
        ValueError: the timeout is negative or NaN.
    """
    if not isinstance(timeout, Real):
        raise TypeError(
            f"timeout must be a number of seconds or None, got {type(timeout).__name__}"
        )
    if not float(timeout) >= 0:
        raise ValueError(f"timeout must be a number of seconds, at least 0, got {timeout}")


class Unset(Enum):
    """The type of `UNSET`, the default of parameters for which None has a meaning."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return self.name


UNSET = Unset.UNSET

Timeout = float | None | Unset
"""Seconds; None for no limit; UNSET for the client's setting."""
