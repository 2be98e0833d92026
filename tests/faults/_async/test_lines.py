"""Lines of any content, in pieces of any size: each one is an event, or an error that shows it."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from llama_deploy_client import MalformedResponseError
from llama_deploy_client._async.streams import EventStream

from ..conftest import NewLine
from ..replaying import EVENTS, StreamServer, chunked, in_chunks, lines_of, until_closed
from ..wire import Connection, RawServer
from .helpers import STREAMS, client_of, collect, each_stream

# What str.splitlines takes for the end of a line, and characters of two to four bytes.
ODD_TEXTS = ["\u2028\u2029\x85", "\x0b\x0c\x1c\r\n", "é€😀", '"\\/', ""]
ODD_EVENTS: list[Any] = [{"text": text, "n": [1.5, None, True]} for text in ODD_TEXTS] + [{}]


@each_stream
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\n \t\r\n"], ids=repr)
async def test_events_are_whole_in_chunks_of_any_size(kind: str, end: str, line: NewLine) -> None:
    tried = line("Streams", f"{kind}: odd texts, lines ended by {end!r}, in chunks of each size")
    body = "".join(json.dumps(event, ensure_ascii=False) + end for event in ODD_EVENTS).encode()
    with StreamServer(b"") as server:
        client = client_of(server)
        for size in range(1, 151):
            with tried.trial():
                server.answer = in_chunks(body[at : at + size] for at in range(0, len(body), size))
                assert await collect(STREAMS[kind](client)) == ODD_EVENTS
    tried.kept(150)


@each_stream
@pytest.mark.parametrize(
    "bad",
    [
        b'{"step": 2,,}\n',
        b'{"text": "\xff"}\n',
        b'{"step": NaN}\n',
        b'{"step": -Infinity}\n',
        b"<html>\n",
        b'{"step": 2',
    ],
    ids=["malformed", "UTF-8", "NaN", "Infinity", "HTML", "half"],
)
async def test_a_bad_line_is_an_error_after_all_events_before_it(
    kind: str, bad: bytes, line: NewLine
) -> None:
    shown = bad.decode(errors="replace").strip()
    tried = line("Streams", f"{kind}: the line `{shown}` at any place is shown, after all before")
    with StreamServer(b"") as server:
        client = client_of(server)
        for place in range(50):
            with tried.trial():
                server.answer = chunked(EVENTS[:place], bad)
                events: list[Any] = []
                with pytest.raises(MalformedResponseError, match="not valid JSON") as caught:
                    await collect(STREAMS[kind](client), events)
                assert events == EVENTS[:place]
                assert f"({place} events delivered)" in str(caught.value)
                assert bad.decode(errors="replace").strip() in str(caught.value)
    tried.kept(50)
    assert server.streams == 50


LIMIT = 16 << 20
"""The default of `max_line_size`."""


def endless(connection: Connection) -> None:
    """Three events, and a line of 64 MiB after them, if anybody takes it."""
    piece = b"x" * (1 << 16)
    connection.request()
    connection.send(until_closed(EVENTS[:3], b'{"text": "'))
    for _ in range(1 << 10):
        connection.send(piece)


@each_stream
async def test_a_line_over_the_limit_is_an_error_and_no_memory(kind: str, line: NewLine) -> None:
    tried = line("Streams", f"{kind}: a line of more than 16 MiB is an error and no memory")
    with RawServer(endless) as server:
        client = client_of(server)
        for _ in range(2):
            with tried.trial(), memory_below(1.3 * LIMIT):
                await fails_after(EVENTS[:3], STREAMS[kind](client), f"more than {LIMIT} bytes")
                assert server.all_closed()
    tried.kept(2)


@each_stream
async def test_a_line_over_a_limit_in_tiny_chunks_is_an_error_and_no_memory(
    kind: str, line: NewLine
) -> None:
    tried = line("Streams", f"{kind}: a line over max_line_size, in one-byte chunks, likewise")
    limit = 1 << 12
    whole = [*(lines_of([event]) for event in EVENTS[:3]), *[b"x"] * 2 * limit]
    with StreamServer(in_chunks(whole)) as server:
        client = client_of(server).with_options(max_line_size=limit)
        for _ in range(2):
            with tried.trial(), memory_below(1 << 20):
                await fails_after(EVENTS[:3], STREAMS[kind](client), f"more than {limit} bytes")
    tried.kept(2)


@each_stream
async def test_a_compressed_stream_is_an_error_and_no_memory(kind: str, line: NewLine) -> None:
    """What arrives as 300 KB, or twice compressed as 1 KB, would take 64 MiB."""
    tried = line("Streams", f"{kind}: a compressed line of 64 MiB is an error and no memory")
    once = gzip.compress(b" " * (1 << 26), 1)
    for encoding, packed in ((b"gzip", once), (b"gzip, gzip", gzip.compress(once))):
        with StreamServer(in_chunks([packed], b"content-encoding: " + encoding)) as server:
            with tried.trial(), memory_below(1 << 20):
                await fails_after([], STREAMS[kind](client_of(server)), "compressed")
            assert b"accept-encoding: identity" in server.requests[0].head.lower()
    tried.kept(2)


async def fails_after(before: list[Any], stream: EventStream, why: str) -> None:
    events: list[Any] = []
    with pytest.raises(MalformedResponseError, match=why):
        await collect(stream, events)
    assert events == before


@contextmanager
def memory_below(size: float) -> Iterator[None]:
    """What is allocated meanwhile takes less than `size` bytes at any time."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < size
    finally:
        tracemalloc.stop()
