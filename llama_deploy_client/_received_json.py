"""JSON from servers: one rule for responses and for the lines of streams. No I/O.

**The rule.** A text is accepted if Python's `json` reads it, within these limits:

- It is UTF-8, without a byte order mark.
- `NaN` and `Infinity` are refused. A number too large for a float, such as `1e400`, is infinite.
- An integer has at most 4300 digits, which is Python's default limit. Those of 1000 digits or more
  take at most 8 MiB of a text: the time to convert one grows with the square of its digits.
- Arrays and objects are nested at most 200 deep.
- It has at most `max_values` values, where an array or object counts as two, and the name of a
  member as one. Many values in a small text take fifty times its size in memory, so a limit on the
  bytes alone is not enough.
- Half of a surrogate pair, escaped, is accepted: servers truncate texts in the middle of a pair.
- Of several members with the same name, the last one counts.
"""

from __future__ import annotations

import re
from itertools import islice
from json import JSONDecoder
from typing import Any

import msgspec

MAX_DEPTH = 200
"""How deep arrays and objects may be nested; pydantic has the same limit."""

MAX_VALUES = 1_000_000
"""The default of the setting `max_values`."""

_MAX_DIGITS = 4300
_MAX_LONG_INTEGERS = 8 * 1024 * 1024
"""How many bytes of a text long integers may take: a quarter of a second on one processor."""

_MARKS = b",:[]{}"
"""Marks that come before each value but the first; strings may contain them as well."""

_NO_MARKS = bytes(set(range(256)) - set(_MARKS))
_NO_MARKS_AND_NEWLINES = bytes(set(_NO_MARKS) - set(b"\n"))

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+'  # without the quote at its end, which may be missing
_STRINGS = re.compile(_STRING + b'"', re.DOTALL)
_UP_TO_A_MARK = re.compile(
    # Possessive quantifiers never backtrack, so a hostile text takes one pass.
    rb'(?:[^",:\[\]{}]++|' + _STRING + rb'"?)*+(?:([,:\[\]{}])|\Z)',
    re.DOTALL,
)


class JSONError(ValueError):
    """A text is not JSON by the rule. The message continues a sentence about the text."""


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not valid JSON")


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > _MAX_DIGITS:  # a program may have lifted Python's limit
        raise ValueError(f"an integer has more than {_MAX_DIGITS} digits")
    return int(text)


_quick = msgspec.json.Decoder()
_QUICKLY_REFUSED = (ValueError, msgspec.MsgspecError, RecursionError)
"""Errors of msgspec; since 0.19, the second is a ValueError as well."""
_exact = JSONDecoder(parse_constant=_refuse, parse_int=_integer)


def parse(text: bytes, max_values: int) -> Any:
    """Return the value of a JSON text.

    Raises:
        JSONError: the text is not JSON, or exceeds a limit.
    """
    marks = _marks(text)
    if len(marks) > max_values and _exceeds(text, max_values):
        raise JSONError(f"has more than {max_values} values, the max_values")
    if len(text) > _MAX_LONG_INTEGERS and _has_many_long_integers(text):
        raise JSONError(f"has more than {_MAX_LONG_INTEGERS >> 20} MiB of very long integers")
    value = _decode(text)
    if _openings(marks) > MAX_DEPTH and _is_too_deep([value]):
        raise JSONError(f"is nested more than {MAX_DEPTH} deep")
    return value


def parse_lines(lines: bytes, max_values: int) -> list[Any] | None:
    """Return the values of many lines in one go, each line with its newline.

    None if the lines have to be read one by one: one may not be an object, or may exceed a limit.
    msgspec ignores newlines, so a value on several lines, or several values on one line, could pass
    for one value per line. If a line ends with `}` and the next
    one begins with `{`, no value spans both, so the number of values shows it.
    """
    size = lines.count(b"\n")
    if not lines.startswith(b"{") or lines.count(b"}\n{") != size - 1 or lines[-2:] != b"}\n":
        return None
    marks = lines.translate(None, _NO_MARKS_AND_NEWLINES)
    if len(marks) - size > max_values:
        return None
    try:
        values = _quick.decode_lines(lines)
    except _QUICKLY_REFUSED:
        return None
    may_be_deep = (
        _openings(marks) - size >= MAX_DEPTH and max(map(len, marks.split(b"\n"))) > MAX_DEPTH
    )
    if len(values) != size or (may_be_deep and _is_too_deep(values)):
        return None
    return values


def _decode(text: bytes) -> Any:
    try:
        return _quick.decode(text)
    except _QUICKLY_REFUSED:
        pass  # msgspec refuses half a surrogate pair and very large numbers
    try:
        return _exact.decode(text.decode())
    except RecursionError:
        problem = f"is nested more than {MAX_DEPTH} deep"
    except ValueError as error:
        problem = f"is not valid JSON ({error})"
    raise JSONError(problem)  # not chained: Python's error holds the whole text


def _marks(text: bytes) -> bytes:
    """The marks in a JSON text, those within its strings as well."""
    return text.translate(None, _NO_MARKS)  # one pass; counting each kind takes five times as long


def _has_many_long_integers(text: bytes) -> bool:
    """Return whether integers of 1000 digits or more take more than the limit."""
    return (
        _blocks_of_digits(text) > _MAX_LONG_INTEGERS
        # Digits in strings are not converted; few texts come as far as this.
        and _blocks_of_digits(_STRINGS.sub(b"", text)) > _MAX_LONG_INTEGERS
    )


def _blocks_of_digits(text: bytes, size: int = 500) -> int:
    """Return how many bytes of `text` are in blocks that are digits alone."""
    starts = range(0, len(text), size)  # a look at each byte takes longer than to parse the text
    return size * sum(text[start : start + size].isdigit() for start in starts)


def _openings(marks: bytes) -> int:
    """How many arrays and objects begin: none of them is nested deeper than that."""
    return marks.count(b"[") + marks.count(b"{")


def _exceeds(text: bytes, max_values: int) -> bool:
    """Whether there are more values; marks in strings do not count."""
    following = next(islice(_UP_TO_A_MARK.finditer(text), max_values, None), None)
    return following is not None and following[1] is not None


def _is_too_deep(values: list[Any]) -> bool:
    """Return whether one of `values` is nested too deeply."""
    level = [value for value in values if type(value) in (dict, list)]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) in (dict, list)
        ]
    return bool(level)
