"""Print any text in any terminal's encoding. It does not import the client."""

from __future__ import annotations

import codecs
import io
import json
import sys
from typing import IO


def _escape(error: UnicodeError) -> tuple[str, int]:
    """Escape as JSON does, so that JSON stays valid if the encoding lacks a character."""
    assert isinstance(error, UnicodeEncodeError)
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


codecs.register_error("llama_deploy_client.escape", _escape)


def print_anything() -> None:
    """Escape characters that the encoding lacks, instead of raising: old terminals lack most."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="llama_deploy_client.escape")


def write_line(stream: IO[str], text: str) -> None:
    """Write a whole line, and flush it.

    Raises:
        OSError: the line could not be written completely. With PYTHONUNBUFFERED, Python's own
            `write` silently drops the part for which a full disk has no room.
    """
    line = f"{text}\n"
    if isinstance(stream, io.TextIOWrapper) and isinstance(stream.buffer, io.RawIOBase):
        rest = memoryview(line.encode(stream.encoding, stream.errors or "strict"))
        while rest:
            rest = rest[stream.buffer.write(rest) or 0 :]
    else:
        stream.write(line)
    stream.flush()
