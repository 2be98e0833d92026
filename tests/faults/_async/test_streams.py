"""Streams over connections that break: every event once, in order, or an error that says why."""

from __future__ import annotations

from itertools import chain

import pytest

from llama_deploy_client import (
    CallError,
    CallTimeoutError,
    ReplayDiffersError,
    StreamInterruptedError,
)
from llama_deploy_client._async import task_events
from llama_deploy_client._transport import deadline
from llama_deploy_client._transport.clock import monotonic
from scripts.servers import free_port

from ..conftest import Tried
from ..replaying import EVENTS, StreamServer, chunked, document, lines_of, until_closed
from ..wire import Connection, RawServer
from .helpers import STREAMS, broken_off, client_of, collect, each_stream

pytestmark = pytest.mark.usefixtures("no_pauses")

WHOLE = chunked(EVENTS)


def before(event: int) -> bytes:
    """The response up to this event, which does not come."""
    return WHOLE[: WHOLE.index(lines_of([EVENTS[event]]))]


def whole_lines(sent: bytes) -> int:
    """How many events of a chunked response came whole in what was sent of it."""
    _, _, body = sent.partition(b"\r\n\r\n")
    return sum(line.endswith(b"}\n") for line in body.splitlines(keepends=True))


@each_stream
@pytest.mark.parametrize(("times", "reset"), [(1, False), (3, True)], ids=["FIN", "3 times RST"])
async def test_a_stream_cut_at_any_byte_resumes(
    kind: str, times: int, reset: bool, tried: Tried
) -> None:
    with StreamServer(WHOLE) as server:
        server.reset = reset
        client = client_of(server, max_retries=times)
        for size in range(len(WHOLE)):
            server.parts.extend([WHOLE[:size]] * times)
            assert await collect(STREAMS[kind](client)) == EVENTS
    assert server.streams == (times + 1) * len(WHOLE)
    how = "three times in a row, with RST" if reset else "with FIN"
    tried("Streams", f"{kind}: cut at each byte {how}: every event comes once", len(WHOLE))


@each_stream
async def test_each_new_event_resets_the_attempts(kind: str, tried: Tried) -> None:
    with StreamServer(WHOLE) as server:
        server.parts.extend(before(event) for event in range(1, len(EVENTS)))
        assert await collect(STREAMS[kind](client_of(server, max_retries=0))) == EVENTS
        assert not server.parts
    tried("Streams", f"{kind}: cut after each event, with max_retries=0", len(EVENTS) - 1)


@each_stream
async def test_attempts_without_a_new_event_end_after_the_timeout(
    kind: str, tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal slept
        slept += seconds

    monkeypatch.setattr(task_events, "pause", lambda *_: 1.0)
    monkeypatch.setattr(task_events, "sleep_async", sleep)
    monkeypatch.setattr(deadline, "monotonic", lambda: monotonic() + slept)
    with StreamServer(WHOLE) as server:
        server.parts.extend([before(3)] * 1000)
        stream = STREAMS[kind](client_of(server, max_retries=1000), timeout=60)
        events, _ = await broken_off(stream, CallTimeoutError)
        assert events == EVENTS[:3]
    assert slept <= 60
    tried("Streams", f"{kind}: attempts without an event end after timeout", 1)


@each_stream
async def test_another_or_a_shorter_replay_is_an_error(kind: str, tried: Tried) -> None:
    last = len(EVENTS) - 1
    others = [[*EVENTS[:place], {"n": 0}, *EVENTS[place + 1 :]] for place in range(last)]
    replays = others + [EVENTS[:length] for length in range(last)]
    with StreamServer(WHOLE) as server:
        client = client_of(server)
        for replay in replays:
            server.parts.append(before(last))
            server.stream = chunked(replay)
            events, error = await broken_off(STREAMS[kind](client), ReplayDiffersError)
            assert events == EVENTS[:last]
            assert error.delivered == last
    promise = f"{kind}: a replay with another event at any place, or that ends there, is an error"
    tried("Streams", promise, len(replays))


@pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
async def test_a_stream_of_0_9_that_is_cut_is_one_error_after_all_events(
    reset: bool, tried: Tried
) -> None:
    with StreamServer(WHOLE, generation="0.9") as server:
        server.reset = reset
        client = client_of(server)
        for size in range(len(WHOLE)):
            server.parts.append(WHOLE[:size])
            stream = STREAMS["API server"](client)
            events, error = await broken_off(stream, StreamInterruptedError)
            assert events == EVENTS[: whole_lines(WHOLE[:size])]
            assert error.delivered == len(events)
    assert server.streams == len(WHOLE)
    how = "RST" if reset else "FIN"
    promise = f"0.9: cut at each byte with {how}, one error after all whole events"
    tried("Streams", promise, len(WHOLE))


@each_stream
async def test_a_body_that_the_close_ends_is_whole_if_its_last_event_came(
    kind: str, tried: Tried
) -> None:
    """Only the stop event, which every run sends, shows that the close is not a cut."""
    whole = until_closed(EVENTS)
    with StreamServer(whole) as server:
        client = client_of(server)
        for size in range(len(whole)):
            server.parts.append(whole[:size])
            assert await collect(STREAMS[kind](client)) == EVENTS
    tried("Streams", f"{kind}: a body ended by the close, cut at each byte", len(whole))


@pytest.mark.parametrize(
    ("kind", "generation"),
    [("API server", "0.8"), ("API server", "0.9"), ("control plane", "0.8")],
)
async def test_a_server_that_dies_is_an_error_after_all_events(
    kind: str, generation: str, tried: Tried
) -> None:
    for place in (1, 10):
        with StreamServer(WHOLE, generation, port=free_port()) as server:
            server.parts.append(before(place))
            stream = STREAMS[kind](client_of(server, max_retries=1))
            assert await anext(stream) == EVENTS[0]
            server.stop()
            events, _ = await broken_off(stream, CallError)
            assert events == EVENTS[1:place]
    tried("Streams", f"{kind} of {generation}: a server that dies is an error", 2)


@each_stream
async def test_cuts_at_once_count_as_attempts_and_those_after_a_silence_do_not(
    kind: str, tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gateways cut what is silent, and nginx holds the headers back until something else comes."""
    silences = [(0, 0, 0.15), (1, 1.3, 1.3)]
    cuts = [(2, 2.15, 2.2), (3, 3.15, 3.2)]
    # When the client requests a stream, gets the headers, and the end.
    moments = iter([0, *chain(*silences, *cuts)])
    monkeypatch.setattr(task_events, "monotonic", lambda: next(moments))
    with StreamServer(WHOLE) as server:
        server.parts.extend([WHOLE[: WHOLE.index(b"\r\n\r\n") + 4]] * 5)
        client = client_of(server, max_retries=1)
        await broken_off(STREAMS[kind](client), StreamInterruptedError)
    assert server.streams == 4
    tried("Streams", f"{kind}: cut when it was silent, twice, and at once, twice", 4)


@pytest.mark.parametrize(
    ("kind", "end", "has_document"),
    [
        ("API server", b"", False),
        ("API server", b"0\r\n\r\n", False),
        ("API server", b"0\r\n\r\n", True),
        ("control plane", b"0\r\n\r\n", False),
    ],
)
async def test_a_server_that_then_hangs_does_not_hide_a_cut(
    kind: str, end: bytes, has_document: bool, tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_events, "INQUIRY", 0.2)

    def script(connection: Connection) -> None:
        while (request := connection.request()) is not None:
            if request.target == "/openapi.json" and has_document:
                connection.send(document("0.8"))
            elif request.target.partition("?")[0].endswith(("/result_stream", "/events")):
                return connection.send(chunked(EVENTS[:3]).removesuffix(b"0\r\n\r\n") + end)
            else:
                return connection.wait_until_gone()
        return None

    with RawServer(script) as server:
        client = client_of(server, timeout=None, max_retries=0)
        events, error = await broken_off(STREAMS[kind](client), StreamInterruptedError)
        assert events == EVENTS[:3]
        assert error.delivered == 3
    how = "ended early" if end else "cut"
    tried("Streams", f"{kind}: {how}, and the server never says why: an error in time", 1)
