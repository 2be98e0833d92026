"""Streams over connections that break: every event once, in order, or an error that says why."""

from __future__ import annotations

from typing import Any

import pytest

from llama_deploy_client import (
    CallTimeoutError,
    ReplayDiffersError,
    ServerUnreachableError,
    StreamFailedError,
    StreamInterruptedError,
)

from ..conftest import NewLine
from ..replaying import EVENTS, StreamServer, chunked, document, lines_of, until_closed
from ..together import together
from ..wire import Connection, RawServer
from .helpers import STREAMS, client_of, collect, each_stream

pytestmark = pytest.mark.usefixtures("no_pauses")

each_cut = pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])


def whole_lines(sent: bytes) -> int:
    """How many events of a chunked answer came whole in what was sent of it."""
    _, _, body = sent.partition(b"\r\n\r\n")
    return sum(line.endswith(b"}\n") for line in body.splitlines(keepends=True))


@each_stream
async def test_a_stream_cut_at_any_byte_goes_on(kind: str, line: NewLine) -> None:
    tried = line("Streams", f"{kind}: cut at each byte, every event comes once")
    whole = chunked(EVENTS)
    with StreamServer(whole) as server:
        client = client_of(server)
        for cut in range(len(whole)):
            with tried.trial():
                server.cuts.append(cut)
                assert await collect(STREAMS[kind](client)) == EVENTS
    tried.kept(len(whole))
    assert server.streams == 2 * len(whole)


@each_stream
async def test_a_stream_cut_at_any_byte_three_times_in_a_row_goes_on(
    kind: str, line: NewLine
) -> None:
    tried = line("Streams", f"{kind}: cut at each byte three times in a row, with RST")
    whole = chunked(EVENTS)
    with StreamServer(whole) as server:
        server.reset = True
        client = client_of(server, max_retries=3)
        for cut in range(len(whole)):
            with tried.trial():
                server.cuts.extend([cut, cut, cut])
                assert await collect(STREAMS[kind](client)) == EVENTS
    tried.kept(len(whole))
    assert server.streams == 4 * len(whole)


@each_stream
async def test_a_stream_cut_further_and_further_on_goes_on(kind: str, line: NewLine) -> None:
    tried = line("Streams", f"{kind}: cut after each event, 49 times; progress resets the attempts")
    whole = chunked(EVENTS)
    after_each = [whole.index(lines_of([event])) for event in EVENTS[1:]]
    with StreamServer(whole) as server:
        for max_retries in range(5):
            with tried.trial():
                server.cuts.extend(after_each)
                client = client_of(server, max_retries=max_retries)
                assert await collect(STREAMS[kind](client)) == EVENTS
                assert not server.cuts
    tried.kept(5)


@each_stream
async def test_attempts_without_a_new_event_are_bounded_by_the_setting(
    kind: str, line: NewLine
) -> None:
    tried = line("Streams", f"{kind}: attempts without an event end after max_retries")
    whole = chunked(EVENTS)
    cut = whole.index(lines_of([EVENTS[3]]))
    for max_retries in range(10):
        with tried.trial(), StreamServer(whole) as server:
            server.cuts.extend([cut] * 100)
            client = client_of(server).with_options(max_retries=max_retries)
            events: list[Any] = []
            with pytest.raises(StreamInterruptedError) as caught:
                await collect(STREAMS[kind](client), events)
            assert events == EVENTS[:3]
            assert caught.value.delivered == 3
            assert server.streams == max_retries + 2
    tried.kept(10)


@each_stream
async def test_attempts_without_a_new_event_are_bounded_by_the_timeout(
    kind: str, line: NewLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llama_deploy_client._async.task_events.pause", lambda *_: 0.02)
    tried = line("Streams", f"{kind}: attempts without an event end after timeout")
    whole = chunked(EVENTS)
    with StreamServer(whole) as server:
        server.cuts.extend([whole.index(lines_of([EVENTS[3]]))] * 1_000_000)
        client = client_of(server, max_retries=1_000_000)

        async def one(_: int) -> None:
            with tried.trial():
                events: list[Any] = []
                with pytest.raises(CallTimeoutError):
                    await collect(STREAMS[kind](client, timeout=0.5), events)
                assert events == EVENTS[:3]

        await together(one, 10)
    tried.kept(10)


@each_stream
async def test_another_replay_is_told(kind: str, line: NewLine) -> None:
    tried = line("Streams", f"{kind}: a replay that differs in any one event is an error")
    whole = chunked(EVENTS)
    with StreamServer(whole) as server:
        client = client_of(server)
        for other in range(49):
            with tried.trial():
                server.answer = whole
                events: list[Any] = []
                stream = STREAMS[kind](client)
                server.cuts.append(whole.index(b"\r\n0\r\n"))  # the last event is not whole
                server.cuts[0] -= 2
                events.append(await anext(stream))
                changed = [*EVENTS[:other], {"n": 0}, *EVENTS[other + 1 :]]
                server.answer = chunked(changed)
                with pytest.raises(ReplayDiffersError) as caught:
                    await collect(stream, events)
                assert events == EVENTS[:49]
                assert caught.value.delivered == 49
    tried.kept(49)


@each_stream
async def test_a_shorter_replay_is_told(kind: str, line: NewLine) -> None:
    tried = line("Streams", f"{kind}: a replay of fewer events is an error")
    whole = chunked(EVENTS)
    with StreamServer(whole) as server:
        client = client_of(server)
        for length in range(49):
            with tried.trial():
                server.answer = whole
                server.cuts.append(whole.index(b"\r\n0\r\n") - 2)
                stream = STREAMS[kind](client)
                events = [await anext(stream)]
                server.answer = chunked(EVENTS[:length])
                with pytest.raises(ReplayDiffersError, match="49 events delivered"):
                    await collect(stream, events)
                assert events == EVENTS[:49]
    tried.kept(49)


@each_cut
async def test_a_stream_of_0_9_that_is_cut_is_one_error_after_all_events(
    reset: bool, line: NewLine
) -> None:
    how = "RST" if reset else "FIN"
    tried = line("Streams", f"0.9: cut at each byte with {how}, one error after all whole events")
    whole = chunked(EVENTS)
    with StreamServer(whole, generation="0.9") as server:
        server.reset = reset
        client = client_of(server)
        for cut in range(len(whole)):
            with tried.trial():
                server.cuts.append(cut)
                events: list[Any] = []
                with pytest.raises(StreamInterruptedError) as caught:
                    await collect(STREAMS["API server"](client), events)
                assert events == EVENTS[: whole_lines(whole[:cut])]
                assert caught.value.delivered == len(events)
    tried.kept(len(whole))
    assert server.streams == len(whole)


async def test_an_error_in_band_is_raised_after_all_events(line: NewLine) -> None:
    tried = line("Streams", 'control plane: a last line {"error": …} is its own error')
    for framed in (chunked, until_closed):
        for sent in range(50):
            with tried.trial(), StreamServer(b"") as server:
                server.answer = framed([*EVENTS[:sent], {"error": "it broke"}])
                events: list[Any] = []
                with pytest.raises(StreamFailedError, match="it broke") as caught:
                    await collect(STREAMS["control plane"](client_of(server)), events)
                assert events == EVENTS[:sent]
                assert caught.value.delivered == sent
                assert server.streams == 1
    tried.kept(100)


@each_stream
async def test_a_body_that_the_close_ends_is_whole_if_its_last_event_came(
    kind: str, line: NewLine
) -> None:
    """A cut cannot be told from the end there, but for the stop event, which every run sends."""
    tried = line("Streams", f"{kind}: a body ended by the close, cut at each byte")
    whole = until_closed(EVENTS)
    with StreamServer(whole) as server:
        client = client_of(server)
        for cut in range(len(whole) + 1):
            with tried.trial():
                server.cuts.append(cut)
                assert await collect(STREAMS[kind](client)) == EVENTS
    tried.kept(len(whole) + 1)


@each_stream
async def test_a_body_that_the_close_ends_early_for_good_is_an_error(
    kind: str, line: NewLine
) -> None:
    tried = line("Streams", f"{kind}: a body ended by the close without a last event is an error")
    for sent in range(50):
        with tried.trial(), StreamServer(until_closed(EVENTS[:sent])) as server:
            events: list[Any] = []
            with pytest.raises(StreamInterruptedError):
                await collect(STREAMS[kind](client_of(server)), events)
            assert events == EVENTS[:sent]
    tried.kept(50)


@each_stream
async def test_a_clean_end_before_the_last_event_is_a_cut(kind: str, line: NewLine) -> None:
    resumed = line("Streams", f"{kind}: ended early, but well-framed: every event comes once")
    failed = line("Streams", f"{kind}: ended early, but well-framed, for good: is an error")
    with StreamServer(b"") as server:
        client = client_of(server)
        for sent in range(1, 50):
            with resumed.trial():
                server.answer = chunked(EVENTS[:sent])
                stream = STREAMS[kind](client)
                events = [await anext(stream)]
                server.answer = chunked(EVENTS)
                assert await collect(stream, events) == EVENTS
            with failed.trial():
                server.answer = chunked(EVENTS[:sent])
                events = []
                with pytest.raises(StreamInterruptedError, match="ended before its task") as caught:
                    await collect(STREAMS[kind](client), events)
                assert events == EVENTS[:sent]
                assert caught.value.delivered == sent
    resumed.kept(49)
    failed.kept(49)


@each_stream
async def test_a_lost_stop_event_is_not_an_error(kind: str, line: NewLine) -> None:
    tried = line("Streams", f"{kind}: the server lost the stop event: a result says it is the end")
    with StreamServer(b"") as server:
        server.result = b'{"task_id": "t", "history": [], "result": "done", "data": {}}'
        client = client_of(server)
        for sent in range(50):
            with tried.trial():
                server.answer = chunked(EVENTS[:sent])
                assert await collect(STREAMS[kind](client)) == EVENTS[:sent]
    tried.kept(50)
    assert server.streams == 50


@pytest.mark.parametrize(
    ("kind", "generation"),
    [("API server", "0.8"), ("API server", "0.9"), ("control plane", "0.8")],
)
async def test_a_server_that_dies_is_an_error_after_all_events(
    kind: str, generation: str, line: NewLine
) -> None:
    tried = line("Streams", f"{kind} of {generation}: a server that dies is an error")
    whole = chunked(EVENTS)
    for sent in range(1, 50, 2):
        with tried.trial(), StreamServer(whole, generation) as server:
            server.cuts.append(whole.index(lines_of([EVENTS[sent]])))
            stream = STREAMS[kind](client_of(server, max_retries=1))
            events = [await anext(stream)]
            server.stop()
            with pytest.raises((StreamInterruptedError, ServerUnreachableError)):
                await collect(stream, events)
            assert events == EVENTS[:sent]
    tried.kept(25)


@each_stream
@pytest.mark.parametrize("at_once", [False, True], ids=["late headers", "headers at once"])
async def test_a_stream_that_is_cut_when_it_was_silent_goes_on(
    kind: str, at_once: bool, line: NewLine
) -> None:
    """Gateways do that, and nginx passes the headers on no sooner than something else."""
    when = "headers at once" if at_once else "headers with the cut"
    tried = line("Streams", f"{kind}: cut whenever it was silent for a while, {when}")
    head = chunked([]).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    cuts = 5

    def script(connection: Connection) -> None:
        nonlocal cuts
        while (request := connection.request()) is not None:
            if request.target == "/openapi.json":
                connection.send(document("0.8"))
            elif cuts:
                cuts -= 1
                if at_once:
                    connection.send(head)
                connection.server.stopping.wait(0.4)
                connection.send(b"" if at_once else head)
                return
            else:
                connection.send(chunked(EVENTS))

    with tried.trial(), RawServer(script) as server:
        assert await collect(STREAMS[kind](client_of(server, max_retries=0))) == EVENTS
    tried.kept(1)
