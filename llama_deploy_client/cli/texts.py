"""Texts of others, fit for a terminal: they are read there, and nothing in them is obeyed."""

from __future__ import annotations

import codecs
import io
import json
import sys
import unicodedata
from typing import Any

_STEERING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d\u2060"
"""Characters of category Cf that emoji, Persian and Hindi are written with."""


def to_json(value: Any, *, indent: int | None = None) -> str:
    """A value as JSON that people can read and no terminal obeys."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    if text.isprintable():
        return text
    return "".join(_escaped(char) if char != "\n" and _steers(char) else char for char in text)


def _steers(char: str) -> bool:
    """Whether a terminal may obey it rather than show it: control and direction characters.

    `str.isprintable` is stricter: it refuses spaces other than ASCII's, and emoji that are newer
    than this Python.
    """
    return unicodedata.category(char) in _STEERING and char not in _JOINERS


def _escaped(char: str) -> str:
    return json.dumps(char)[1:-1] if char != "\x7f" else "\\u007f"


def _escape(error: UnicodeError) -> tuple[str, int]:
    """As JSON does, so that JSON stays JSON where the encoding lacks a character."""
    assert isinstance(error, UnicodeEncodeError)
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


codecs.register_error("llama_deploy_client.escape", _escape)


def print_anything() -> None:
    """Have no character be an error: an old terminal's encoding lacks most of them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="llama_deploy_client.escape")
