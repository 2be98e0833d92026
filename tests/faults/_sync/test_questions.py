# Made by `make generate` from tests/faults/_async/test_questions.py: do not edit.
"""Questions that a client asks because a stream was cut: they never hide the cut."""

from __future__ import annotations

import time
from typing import Any

import pytest

from llama_deploy_client import StreamInterruptedError
from llama_deploy_client._sync import task_events

from ..conftest import NewLine
from ..replaying import EVENTS, chunked, document
from ..wire import Connection, RawServer
from .helpers import STREAMS, client_of, collect, each_stream

SEEN = 3
CUT = chunked(EVENTS[:SEEN]).removesuffix(b"0\r\n\r\n")
ENDED = chunked(EVENTS[:SEEN])


def hangs_after(answer: bytes, *, knows_itself: bool) -> RawServer:
    """A server that sends so much of a stream, and then answers no question."""

    def script(connection: Connection) -> None:
        request = connection.request()
        if request is None:
            return
        if request.target == "/openapi.json" and knows_itself:
            connection.send(document("0.8"))
            script(connection)
        elif "result_stream" in request.target or "/events" in request.target:
            connection.send(answer)
        else:
            connection.wait_until_gone()

    return RawServer(script)


@pytest.mark.parametrize("timeout", [None, 60, 0.4])
def test_a_hanging_server_does_not_hide_a_cut(
    timeout: float | None, line: NewLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_events, "INQUIRY", 0.2)
    tried = line("Streams", f"cut, and nobody says what server that is, with timeout={timeout}")
    with hangs_after(CUT, knows_itself=False) as server, tried.trial():
        began = time.monotonic()
        events: list[Any] = []
        with pytest.raises(StreamInterruptedError) as caught:
            collect(STREAMS["API server"](client_of(server, timeout=timeout)), events)
        assert events == EVENTS[:SEEN]
        assert caught.value.delivered == SEEN
        assert 0.15 < time.monotonic() - began < 5
    tried.kept(1)


@each_stream
@pytest.mark.parametrize("timeout", [None, 60, 0.4])
def test_a_hanging_server_does_not_hide_an_early_end(
    kind: str, timeout: float | None, line: NewLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_events, "INQUIRY", 0.2)
    tried = line("Streams", f"{kind}: ended early, and nobody has a result, timeout={timeout}")
    for knows_itself in (True, False):
        with hangs_after(ENDED, knows_itself=knows_itself) as server, tried.trial():
            events: list[Any] = []
            client = client_of(server, timeout=timeout, max_retries=0)
            with pytest.raises(StreamInterruptedError) as caught:
                collect(STREAMS[kind](client), events)
            assert events == EVENTS[:SEEN]
            assert caught.value.delivered == SEEN
    tried.kept(2)
