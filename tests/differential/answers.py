"""Answers by hand: what servers, proxies and attackers write in place of a plain one.

A name is `topic/what is odd`. The body, where there is one to be read, is `hello`.
"""

from __future__ import annotations

from . import framing, heads, leftovers
from .parts import PLAIN, Named


def _all() -> Named:
    yield from heads.status_lines()
    yield from heads.informational()
    yield from heads.headers()
    yield from heads.connections()
    yield from heads.line_ends()
    yield from framing.lengths()
    yield from framing.encodings()
    yield from framing.chunks()
    yield from leftovers.without_body()
    yield from leftovers.extra()
    yield from leftovers.others()
    yield "plain", PLAIN


ANSWERS: dict[str, bytes] = dict(_all())
