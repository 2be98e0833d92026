"""Output that no terminal's encoding makes an error. Nothing here needs the client."""

from __future__ import annotations

import codecs
import io
import json
import sys
from typing import IO


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


def write_line(stream: IO[str], text: str) -> None:
    """Write a line at once, and whole.

    Raises:
        OSError: not all of it could be written. Where Python does not buffer (PYTHONUNBUFFERED),
            its own `write` leaves out what a full disk does not take, and says nothing.
    """
    line = f"{text}\n"
    if isinstance(stream, io.TextIOWrapper) and isinstance(stream.buffer, io.RawIOBase):
        rest = memoryview(line.encode(stream.encoding, stream.errors or "strict"))
        while rest:
            rest = rest[stream.buffer.write(rest) or 0 :]
    else:
        stream.write(line)
    stream.flush()
