"""Responses by chance: heads, framing and bodies of all kinds, put together, and damaged."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from . import responses as by_hand
from .responses import BODY, CHUNKED, CHUNKS, SIZED

_SHORT = 200
"""Bytes that a part has at most: long ones are tried by hand."""

Bytes = st.SearchStrategy[bytes]


def _one_of(*tables: Iterable[bytes]) -> Bytes:
    return st.sampled_from(sorted({part for t in tables for part in t if len(part) < _SHORT}))


def _mostly(usual: bytes, others: Bytes) -> Bytes:
    return st.integers(0, 9).flatmap(lambda chance: others if chance == 7 else st.just(usual))


_start = _mostly(b"HTTP/1.1 200 OK", _one_of(by_hand.STATUS_LINES))
_before = _mostly(b"", _one_of(*by_hand.INFORMATIONAL.values()))
_headers = st.lists(_one_of(by_hand.HEADERS, by_hand.CONNECTIONS), max_size=2).map(b"".join)
_framing = st.one_of(
    st.just(SIZED),
    st.just(CHUNKED),
    st.just(CHUNKED),
    _mostly(CHUNKED, _one_of(by_hand.LENGTHS, by_hand.ENCODINGS)),
)
_chunk = st.tuples(_mostly(b"5", _one_of(by_hand.SIZES)), _mostly(b"hello", st.binary(max_size=8)))
_chunks = st.tuples(
    st.lists(_chunk.map(lambda chunk: b"%s\r\n%s\r\n" % chunk), max_size=2).map(b"".join),
    _mostly(b"0\r\n", st.just(b"00;x=y\r\n")),
    _mostly(b"", _one_of(by_hand.TRAILERS)),
).map(lambda parts: b"".join(parts) + b"\r\n")
_body = st.one_of(
    st.just(BODY), st.just(CHUNKS), _chunks, _one_of(by_hand.CHUNKED_BODIES), st.binary(max_size=12)
)
_after = _mostly(b"", _one_of(by_hand.EXTRAS))


_ODD = (b"", b"\x00", b"\r", b"\n", b" ", b"\t", b":", b";", b",", b"0", b"5", b"\xff")


@st.composite
def responses(draw: st.DrawFn) -> bytes:
    """A response, in one of three cases with a byte or two changed, removed or added."""
    head = b"".join(draw(st.permutations([draw(_framing), draw(_headers)])))
    start = draw(_before) + draw(_start) + b"\r\n"
    response = start + head + b"\r\n" + draw(_body) + draw(_after)
    if draw(st.integers(0, 2)) == 0:
        for _ in range(draw(st.integers(1, 2))):
            at = draw(st.integers(0, min(len(response), _SHORT)))
            rest = response[at + draw(st.integers(0, 1)) :]
            response = response[:at] + draw(st.sampled_from(_ODD)) + rest
    return response
