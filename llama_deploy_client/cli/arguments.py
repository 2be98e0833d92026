"""Parse a command's input: arguments of a workflow, and files."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .._written_json import LossyJSONError, loads
from .exits import UsageError


def read_arguments(words: Sequence[str]) -> dict[str, Any]:
    """Parse arguments from `key=value` words, or from one word that is a JSON object.

    Raises:
        UsageError: a word is neither, is not UTF-8, or is a number that is too large; or a key
            is given twice.

    Examples:
        >>> read_arguments(["steps=3", "message=hello", 'deep={"a": null}'])
        {'steps': 3, 'message': 'hello', 'deep': {'a': None}}
    """
    check_text("the arguments are", *words)
    if len(words) == 1 and words[0].lstrip().startswith("{"):
        return read_object(words[0])
    arguments: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not key or not equals:
            raise UsageError(
                f"{word!r} is not an argument: write key=value, or one JSON object with all of them"
            )
        if key in arguments:
            raise UsageError(f"the argument {key!r} is given twice")
        arguments[key] = _value(key, value)
    return arguments


def check_text(which: str, *words: str) -> None:
    """Check that words are UTF-8 text: servers fail on other bytes.

    Raises:
        UsageError: a word is not UTF-8.
    """
    try:
        "".join(words).encode()
    except UnicodeEncodeError:
        raise UsageError(f"{which} not UTF-8 text") from None


def read_object(text: str) -> dict[str, Any]:
    """Parse arguments from a JSON object.

    Raises:
        UsageError: the text is something else, has a key twice, or a number that is too large.
    """
    try:
        arguments = loads(text)
    except (ValueError, RecursionError) as error:
        reason = str(error)
        if isinstance(error, json.JSONDecodeError):  # its own text would count lines
            reason = f"{error.msg} at character {error.pos + 1}"
        raise UsageError(f"the arguments are not a JSON object: {reason}") from error
    if not isinstance(arguments, dict):
        raise UsageError(f"the arguments must be a JSON object, got {type(arguments).__name__}")
    return arguments


def read_file(path: Path) -> str:
    """Return the text of a file; `-` is standard input.

    Raises:
        UsageError: the file is not UTF-8, or standard input is closed.
    """
    try:
        text = _standard_input() if str(path) == "-" else path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        # Not chained: it has the text.
        raise UsageError(f"{name_of(path)} is not UTF-8 text: {error.reason}") from None
    return text.removeprefix("\ufeff")  # editors on Windows write it first


def name_of(path: Path) -> str:
    """Return a file's name for messages."""
    return "standard input" if str(path) == "-" else str(path)


def _standard_input() -> str:
    if sys.stdin is None:
        raise UsageError("standard input is closed: there is nothing to read for '-'")
    if isinstance(sys.stdin, io.TextIOWrapper):  # files are UTF-8, even if the terminal is not
        sys.stdin.reconfigure(encoding="utf-8", errors="strict")
    return sys.stdin.read()


def _value(key: str, text: str) -> Any:
    try:
        return loads(text)
    except LossyJSONError as error:
        quoted = json.dumps(text)
        raise UsageError(f"the argument {key!r}: {error}. As text: {key}='{quoted}'") from error
    except (ValueError, RecursionError):
        return text
