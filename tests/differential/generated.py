"""Answers by chance: heads, framing and bodies of all kinds, put together, and damaged."""

from __future__ import annotations

from hypothesis import strategies as st

from . import framing, heads, leftovers
from .parts import BODY, CHUNKED, CHUNKS, PLAIN, SIZED

_SHORT = 200
"""Bytes that a part has at most: long ones are tried by hand."""

Bytes = st.SearchStrategy[bytes]


def _one_of(*tables: dict[str, bytes]) -> Bytes:
    parts = {part for table in tables for part in table.values() if len(part) < _SHORT}
    return st.sampled_from(sorted(parts))


def _mostly(usual: bytes, others: Bytes) -> Bytes:
    return st.integers(0, 9).flatmap(lambda chance: others if chance == 7 else st.just(usual))


def _lines(name: bytes, values: dict[str, bytes]) -> dict[str, bytes]:
    return {key: name + b": " + value + b"\r\n" for key, value in values.items()}


_STARTS = {
    name: answer.partition(b"\r\n" + SIZED)[0]
    for name, answer in heads.status_lines()
    if b"\r\n" + SIZED in answer
}
_INFORMATIONAL = {
    name: answer.removesuffix(PLAIN)
    for name, answer in heads.informational()
    if answer.endswith(PLAIN)
}
_FRAMINGS = (
    framing.LENGTH_LINES,
    framing.ENCODING_LINES,
    _lines(b"Content-Length", framing.LENGTHS),
    _lines(b"Transfer-Encoding", framing.ENCODINGS),
)

_start = _mostly(b"HTTP/1.1 200 OK", _one_of(_STARTS))
_before = _mostly(b"", _one_of(_INFORMATIONAL))
_headers = st.lists(
    _one_of(heads.HEADER_LINES, _lines(b"Connection", heads.CONNECTIONS)), max_size=2
).map(b"".join)
_framing = st.one_of(
    st.just(SIZED), st.just(CHUNKED), st.just(CHUNKED), _mostly(CHUNKED, _one_of(*_FRAMINGS))
)
_chunk = st.tuples(_mostly(b"5", _one_of(framing.SIZES)), _mostly(b"hello", st.binary(max_size=8)))
_chunks = st.tuples(
    st.lists(_chunk.map(lambda chunk: b"%s\r\n%s\r\n" % chunk), max_size=2).map(b"".join),
    _mostly(b"0\r\n", st.just(b"00;x=y\r\n")),
    _mostly(b"", _one_of(framing.TRAILERS)),
).map(lambda parts: b"".join(parts) + b"\r\n")
_body = st.one_of(
    st.just(BODY), st.just(CHUNKS), _chunks, _one_of(framing.CHUNKED_BODIES), st.binary(max_size=12)
)
_after = _mostly(b"", _one_of(leftovers.EXTRAS))


def _assemble(parts: tuple[bytes, bytes, bytes, bytes, bool, bytes, bytes]) -> bytes:
    before, start, headers, framed, framed_first, body, after = parts
    head = framed + headers if framed_first else headers + framed
    return before + start + b"\r\n" + head + b"\r\n" + body + after


_assembled = st.tuples(_before, _start, _headers, _framing, st.booleans(), _body, _after).map(
    _assemble
)

_ODD = st.sampled_from(
    [b"", b"\x00", b"\r", b"\n", b" ", b"\t", b":", b";", b",", b"0", b"5", b"\xff"]
)


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """An answer, in one of three cases with a byte or two changed, taken out or put in."""
    answer = draw(_assembled)
    if draw(st.integers(0, 2)) == 0 and answer:
        for _ in range(draw(st.integers(1, 2))):
            at = draw(st.integers(0, min(len(answer), _SHORT)))
            answer = answer[:at] + draw(_ODD) + answer[at + draw(st.integers(0, 1)) :]
    return answer
