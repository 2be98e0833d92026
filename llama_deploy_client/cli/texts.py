"""Output that no terminal's encoding makes an error. Nothing here needs the client."""

from __future__ import annotations

import codecs
import io
import json
import sys


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
