# Made by `make generate` from tests/unit/_async/test_cut_streams.py: do not edit.
"""Event streams that break off: read on where that can be done, or a clear error."""

from __future__ import annotations

import logging
import pickle
import re
import time
from typing import Any

import httpx
import pytest
import respx

from llama_deploy_client import (
    ReplayDiffersError,
    StreamInterruptedError,
)
from llama_deploy_client._sync import task_events
from llama_deploy_client._sync.client import SyncClient

from .calls import API_SERVER, session, task
from .one_task import END, Server, run_of
from .streaming import CUT, EVENTS_OF_0_9, STREAMS, document, each_stream, received, streamed


class TestACutStreamGoesOn:
    """Servers before 0.9 send all events again to each reader; none is given twice."""

    def test_from_where_it_was_cut(
        self, wire: respx.MockRouter, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, logger="llama_deploy_client")
        first = streamed(b'{"n": 1}\n{"n": 2}\n{"n', CUT)
        again = streamed(b'{"n": 1}\n{"n"', b': 2}\n{"n": 3}\n{}\n')
        wire.get("http://localhost:8000/sessions/s/tasks/t/result_stream").mock(
            side_effect=[first, again]
        )
        stream = session(SyncClient()).get_task_result_stream("t")
        assert received(stream, []) == [{"n": 1}, {"n": 2}, {"n": 3}, {}]
        [told] = caplog.messages
        assert re.search(
            r"^reading on after 2 events: the stream was cut.*\(GET .*result_stream\)$", told
        )

    def test_unless_the_server_now_sends_other_events(self, wire: respx.MockRouter) -> None:
        wire.get().mock(side_effect=[streamed(b'{"n": 1}\n', CUT), streamed(b'{"n": 7}\n{}\n')])
        events: list[Any] = []
        with pytest.raises(ReplayDiffersError, match="other events") as caught:
            received(session(SyncClient()).get_task_result_stream("t"), events)
        assert events == [{"n": 1}]
        assert caught.value.delivered == 1

    @pytest.mark.parametrize(
        ("path", "status", "goes_on"),
        [("/x", 200, True), (EVENTS_OF_0_9, 200, False), ("/x", 500, False)],
    )
    def test_at_an_api_server_that_sends_events_again(
        self, wire: respx.MockRouter, path: str, status: int, goes_on: bool
    ) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(status, json=document(path))
        bodies = [streamed(b'{"n": 1}\n', CUT), streamed(b'{"n": 1}\n{}\n')]
        events = wire.get(f"{API_SERVER}/deployments/d/tasks/t/events")
        events.mock(side_effect=bodies)
        found: list[Any] = []
        if goes_on:
            assert received(task(SyncClient()).events(), found) == [{"n": 1}, {}]
        else:
            with pytest.raises(StreamInterruptedError):
                received(task(SyncClient()).events(), found)
            assert found == [{"n": 1}]
            assert events.call_count == 1

    def test_and_the_server_is_asked_only_once_whether_it_can(self, wire: respx.MockRouter) -> None:
        asked = wire.get(f"{API_SERVER}/openapi.json")
        asked.mock(side_effect=[httpx.Response(200, json=document("/x")), httpx.Response(500)])
        wire.get().mock(side_effect=[streamed(CUT), streamed(CUT), streamed(b"{}\n")])
        assert received(task(SyncClient()).events(), []) == [{}]
        assert asked.call_count == 1

    @pytest.mark.parametrize("events", [b'{"n": 1}\n', b"{}\n"], ids=["event", "stop event"])
    def test_unless_it_is_one_of_0_9_which_says_what_is_lost(
        self, client: SyncClient, wire: respx.MockRouter, events: bytes
    ) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document(EVENTS_OF_0_9))
        wire.get().mock(return_value=streamed(events, CUT))
        told = "the workflow failed: " if events == b"{}\n" else "are lost. The task keeps running"
        with pytest.raises(StreamInterruptedError, match=told) as caught:
            received(task(client).events(), [])
        assert caught.value.delivered == 1
        assert pickle.loads(pickle.dumps(caught.value)).args == caught.value.args

    def test_unless_events_may_have_been_lost_with_the_answer(self, wire: respx.MockRouter) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document(EVENTS_OF_0_9))
        wire.get(f"{API_SERVER}/deployments/d/tasks/t/results").respond(504)
        events = wire.get(f"{API_SERVER}/deployments/d/tasks/t/events")
        events.mock(side_effect=[httpx.ReadError("reset"), streamed(b"{}\n")])
        with pytest.raises(StreamInterruptedError, match="reset"):
            next(task(SyncClient()).events())
        assert events.call_count == 1

    def test_unless_it_cannot_be_opened_again(
        self, client: SyncClient, wire: respx.MockRouter
    ) -> None:
        wire.get().mock(side_effect=[streamed(b'{"n": 1}\n', CUT), httpx.ReadError("reset")])
        with pytest.raises(StreamInterruptedError, match="reset") as caught:
            received(session(client).get_task_result_stream("t"), [])
        assert caught.value.delivered == 1

    @pytest.mark.parametrize("max_retries", [0, 1])
    def test_no_more_often_than_that_without_any_event(
        self, wire: respx.MockRouter, max_retries: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(task_events, "MOMENT", 60.0)  # a busy machine may take its time
        monkeypatch.setattr(task_events, "A_WHILE", 60.0)
        wire.get().mock(side_effect=lambda request: streamed(CUT))
        client = SyncClient(max_retries=max_retries)
        with pytest.raises(StreamInterruptedError):
            next(session(client).get_task_result_stream("t"))
        assert wire.calls.call_count == 1 + max_retries

    def test_no_more_often_in_a_row_than_max_retries(self, wire: respx.MockRouter) -> None:
        wire.get().mock(side_effect=lambda request: streamed(b'{"n": 1}\n', CUT))
        events: list[Any] = []
        client = SyncClient(max_retries=1)
        with pytest.raises(StreamInterruptedError):
            received(session(client).get_task_result_stream("t"), events)
        assert events == [{"n": 1}]
        # The first brought an event; the second came at once, the third after a pause.
        assert wire.calls.call_count == 3


class TestACutIsToldWhateverQuestionsComeOfIt:
    """Whether the server sends its events again, or whether the workflow failed."""

    @pytest.fixture(params=["504", "hangs", "reset", "refused"])
    def answer(self, request: pytest.FixtureRequest) -> Any:
        return {
            "504": httpx.Response(504),
            "hangs": httpx.ReadTimeout(""),
            "reset": httpx.ReadError("reset"),
            "refused": httpx.ConnectError("refused"),
        }[request.param]

    def test_of_a_stream(self, client: SyncClient, wire: respx.MockRouter, answer: Any) -> None:
        wire.get(f"{API_SERVER}/openapi.json").mock(side_effect=[answer])
        wire.get().mock(return_value=streamed(b'{"n": 1}\n', CUT))
        with pytest.raises(StreamInterruptedError, match="incomplete chunked read") as caught:
            received(task(client).events(), [])
        assert caught.value.delivered == 1
        assert caught.value.__cause__ is CUT
        assert "find out whether the server replays events" in caught.value.__notes__[0]

    def test_of_a_run(self, client: SyncClient, server: Server, answer: Any) -> None:
        server.streams(END, CUT)
        server.results.mock(side_effect=[answer])
        with run_of(client) as run:
            assert next(run) == {}
            with pytest.raises(StreamInterruptedError, match="incomplete") as caught:
                next(run)
        assert caught.value.delivered == 1


RESULT = {"task_id": "t", "history": [], "result": "done", "data": {}}


@each_stream
@pytest.mark.parametrize("end", [[CUT], []], ids=["cut", "no stop event"])
def test_questions_on_the_way_have_no_more_time_than_the_stream(
    wire: respx.MockRouter, path: str, end: list[Exception]
) -> None:
    wire.get(f"{API_SERVER}/openapi.json").respond(json=document("/x"))
    bodies = [streamed(b'{"n": 1}\n', *end), streamed(b'{"n": 1}\n')]
    wire.get(path__regex="/(events|result_stream)$").mock(side_effect=bodies)
    wire.get(path__regex="/results?$").respond(json=RESULT)
    client = SyncClient(timeout=None)
    assert received(STREAMS[path](client, timeout=5), []) == [{"n": 1}]
    for call in wire.calls:
        times = call.request.extensions["timeout"]
        assert times.keys() == {"connect", "read", "write", "pool"}
        assert all(0 < seconds <= 5 for seconds in times.values())


class TestAStreamThatEndsWithoutAStopEvent:
    """Servers before 0.9 lose it at times, and a workflow may have one of its own."""

    def test_is_asked_about_no_longer_than_it_may_be_silent(
        self, client: SyncClient, wire: respx.MockRouter
    ) -> None:
        def think(_: httpx.Request) -> httpx.Response:
            time.sleep(0.2)
            return httpx.Response(200, json=document("/x"))

        wire.get(f"{API_SERVER}/openapi.json").mock(side_effect=think)
        results = wire.get(path__regex="results$").respond(json=RESULT)
        wire.get().mock(return_value=streamed(b'{"n": 1}\n'))
        assert received(task(client).events(timeout=5), []) == [{"n": 1}]
        assert results.calls.last.request.extensions["timeout"]["read"] <= 4.8

    @each_stream
    def test_has_ended_if_there_is_a_result(
        self, client: SyncClient, wire: respx.MockRouter, path: str
    ) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document("/x"))
        wire.get(path__regex="results?$").respond(json=RESULT)
        wire.get().mock(return_value=streamed(b'{"n": 1}\n'))
        assert received(STREAMS[path](client), []) == [{"n": 1}]

    @each_stream
    def test_was_cut_if_there_is_none_yet(self, wire: respx.MockRouter, path: str) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document("/x"))
        wire.get(path__regex="results?$").respond(text="null")
        lines = [b'{"n": 1}\n', b'{"n": 1}\n{"n": 2}\n', b'{"n": 1}\n{"n": 2}\n']
        wire.get().mock(side_effect=[streamed(line) for line in lines])
        events: list[Any] = []
        with pytest.raises(StreamInterruptedError, match=r"before its task \(2 events delivered"):
            received(STREAMS[path](SyncClient(max_retries=0)), events)
        assert events == [{"n": 1}, {"n": 2}]

    @each_stream
    @pytest.mark.parametrize(
        "answer",
        [httpx.Response(500), httpx.Response(504), httpx.ReadTimeout(""), httpx.ReadError("")],
        ids=["500", "504", "hangs", "reset"],
    )
    def test_was_cut_if_nobody_can_tell(
        self,
        client: SyncClient,
        wire: respx.MockRouter,
        path: str,
        answer: httpx.Response | Exception,
    ) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document("/x"))
        wire.get(path__regex="results?$").mock(side_effect=[answer, answer])
        wire.get().mock(side_effect=lambda request: streamed(b'{"n": 1}\n'))
        with pytest.raises(
            StreamInterruptedError, match="whether its task ended is unknown"
        ) as caught:
            received(STREAMS[path](client), [])
        assert caught.value.delivered == 1

    @each_stream
    def test_is_believed_if_nobody_knows_its_task_any_more(
        self, client: SyncClient, wire: respx.MockRouter, path: str
    ) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document("/x"))
        wire.get(path__regex="results?$").respond(404, json={"detail": "s not found"})
        wire.get().mock(return_value=streamed(b'{"n": 1}\n'))
        assert received(STREAMS[path](client), []) == [{"n": 1}]

    @each_stream
    def test_shows_an_assertion_of_a_transport(
        self, client: SyncClient, wire: respx.MockRouter, path: str
    ) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document("/x"))
        wire.get(path__regex="results?$").mock(side_effect=AssertionError("not mocked"))
        wire.get().mock(return_value=streamed(b'{"n": 1}\n'))
        with pytest.raises(AssertionError, match="not mocked"):
            received(STREAMS[path](client), [])

    def test_is_believed_of_0_9(self, client: SyncClient, wire: respx.MockRouter) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document(EVENTS_OF_0_9))
        wire.get().mock(return_value=streamed(b'{"text": "a stop event of its own"}\n'))
        assert len(received(task(client).events(), [])) == 1
        assert wire.calls.call_count == 2
