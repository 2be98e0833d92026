"""What people give a command: arguments of a workflow, and files."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .exits import UsageError


def read_arguments(words: Sequence[str]) -> dict[str, Any]:
    """Arguments from `key=value` words, or from one word that is a JSON object.

    Raises:
        UsageError: a word is neither, or no UTF-8, or a key comes twice.

    Examples:
        >>> read_arguments(["steps=3", "message=hello", 'deep={"a": null}'])
        {'steps': 3, 'message': 'hello', 'deep': {'a': None}}
    """
    try:
        "".join(words).encode()
    except UnicodeEncodeError:  # bytes that are no text; servers fail at them
        raise UsageError("the arguments are no UTF-8 text") from None
    if len(words) == 1 and words[0].lstrip().startswith("{"):
        return read_object(words[0])
    arguments: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not key or not equals:
            raise UsageError(
                f"{word!r} is no argument: write key=value, or all of them as one JSON object"
            )
        if key in arguments:
            raise UsageError(f"the argument {key!r} is there twice")
        arguments[key] = _value(value)
    return arguments


def read_object(text: str) -> dict[str, Any]:
    """Arguments from a JSON object.

    Raises:
        UsageError: it is none.
    """
    try:
        arguments = json.loads(text, parse_constant=_no_json)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the arguments are no JSON object: {error}") from error
    if not isinstance(arguments, dict):
        raise UsageError(f"the arguments are no JSON object, but {type(arguments).__name__}")
    return arguments


def read_file(path: Path) -> str:
    """The text of a file; of standard input, if it is called `-`.

    Raises:
        UsageError: it is no UTF-8.
    """
    try:
        text = _standard_input() if str(path) == "-" else path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no UTF-8 text: {error.reason}") from None  # it has the text
    return text.removeprefix("\ufeff")  # with which editors on Windows begin a file


def _standard_input() -> str:
    if isinstance(sys.stdin, io.TextIOWrapper):  # a file is UTF-8, whatever the terminal has
        sys.stdin.reconfigure(encoding="utf-8", errors="strict")
    return sys.stdin.read()


def _value(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_json)
    except (ValueError, RecursionError):
        return text


def _no_json(name: str) -> None:
    raise ValueError(f"{name} is Python's, not JSON's")
