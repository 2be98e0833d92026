"""What the judgements mean for any answer: where this client and httpx may part.

An answer by chance has no line in `judgements.md`. A difference in it is known if the answer has
something in it that one of the tables there is about.
"""

from __future__ import annotations

import re

from .clients import Outcome, Refusal

_LINE = rb"[^\r\n]*\r\n"

STRICTER = {
    "Informational answers": rb"HTTP/1\.0 1\d\d|HTTP/1\.1 1\d\d(?s:.*?)"
    rb"(?i:connection: *close|content-length|transfer-encoding)",
    "Versions": rb"HTTP/(1\.[2-9]|0\.9|2\.\d)",
    "Line ends": rb"(?<!\r)\n|\r(?!\n)",
    "Lengths": rb"(?is)content-length.*content-length|content-length:[^\r\n]*(,|\r\n[ \t])",
    "A length beside chunks": rb"(?is)content-length.*transfer-enc|transfer-enc.*content-length",
    "Transfer encodings": rb"(?i)transfer-encoding:[^\r\n]*\t",
    "Chunk extensions": rb"\n[0-9a-fA-F]+[ \t]*;",
}
"""What this client refuses and httpx may take, by the table's heading."""

LAXER = {
    "Empty lines before an answer": rb"(\A|\r\n\r\n)[\r\n]+HTTP/",
    "Controls in values": rb"[\x0b\x0c]",
    "Leading zeros": rb"0{17}",
    "A space after a chunk's size": rb"\n[0-9a-fA-F]+ +(;|\r\n)",
    "Trailers": rb"\n0+" + _LINE + rb"(" + _LINE + rb")*?(?i:transfer-encoding)",
}
"""What this client takes and httpx may refuse."""


def is_known(answer: bytes, ours: Outcome, httpx: Outcome) -> bool:
    """Whether the two agree, or part where they were judged to."""
    if ours == httpx:
        return True
    if isinstance(ours, Refusal):
        return _has(answer, STRICTER)
    return isinstance(httpx, Refusal) and _has(answer, LAXER)


def _has(answer: bytes, habits: dict[str, bytes]) -> bool:
    return any(re.search(pattern, answer) for pattern in habits.values())
