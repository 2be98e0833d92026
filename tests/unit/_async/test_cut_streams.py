"""Event streams that break off: read on where that can be done, or a clear error."""

from __future__ import annotations

import logging
import pickle
import re
from typing import Any

import httpx
import pytest
from respx import MockRouter, Route

from llama_deploy_client import ReplayDiffersError, StreamInterruptedError
from llama_deploy_client._async.client import AsyncClient

from .calls import API_SERVER, RESULT_JSON, session, task
from .one_task import END, Server, run_of
from .streaming import CUT, STREAMS, api_server, broken, each_stream, received, streamed

ONE = b'{"n": 1}\n'


@pytest.fixture(params=["504", "hangs"])
def failure(request: pytest.FixtureRequest) -> Any:
    """How a request fails that finds out more about a cut."""
    return {"504": httpx.Response(504), "hangs": httpx.ReadTimeout("")}[request.param]


class TestACutStreamGoesOn:
    """Servers before 0.9 send all events again to each reader; the client gives each once."""

    async def test_from_where_it_was_cut(
        self, wire: MockRouter, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, logger="llama_deploy_client")
        first = streamed(b'{"n": 1}\n{"n": 2}\n{"n', CUT)
        again = streamed(b'{"n": 1}\n{"n"', b': 2}\n{"n": 3}\n{}\n')
        wire.get("http://localhost:8000/sessions/s/tasks/t/result_stream").mock(
            side_effect=[first, again]
        )
        stream = session(AsyncClient()).get_task_result_stream("t")
        assert await received(stream) == [{"n": 1}, {"n": 2}, {"n": 3}, {}]
        [message] = caplog.messages
        assert re.search(
            r"^reading on after 2 events: the stream was cut.*\(GET .*result_stream\)$", message
        )

    @pytest.mark.parametrize(
        "again",
        [streamed(b'{"n": 7}\n{}\n'), httpx.ReadError("reset")],
        ids=["other events", "reset"],
    )
    async def test_unless_its_events_do_not_come_again(
        self, client: AsyncClient, wire: MockRouter, again: Any
    ) -> None:
        wire.get().mock(side_effect=[streamed(ONE, CUT), again])
        stream = session(client).get_task_result_stream("t")
        events, error = await broken(stream, StreamInterruptedError, "other events|reset")
        assert events == [{"n": 1}]
        assert error.delivered == 1
        assert isinstance(error, ReplayDiffersError) is isinstance(again, httpx.Response)

    async def test_at_an_api_server_that_says_once_whether_it_replays(
        self, wire: MockRouter
    ) -> None:
        document = api_server(wire, replays=True)
        responses = [streamed(ONE, CUT), streamed(ONE, CUT), streamed(ONE + b"{}\n")]
        wire.get(f"{API_SERVER}/deployments/d/tasks/t/events").mock(side_effect=responses)
        assert await received(task(AsyncClient()).events()) == [{"n": 1}, {}]
        assert document.call_count == 1

    @pytest.mark.parametrize(
        ("events", "message"),
        [(ONE, "are lost. The task keeps running"), (b"{}\n", "^the workflow failed: ")],
        ids=["event", "stop event"],
    )
    async def test_unless_it_is_one_of_0_9_which_says_what_is_lost(
        self, wire: MockRouter, events: bytes, message: str
    ) -> None:
        api_server(wire, replays=False)
        route = wire.get(path__regex="events$").mock(return_value=streamed(events, CUT))
        _, error = await broken(task(AsyncClient()).events(), StreamInterruptedError, message)
        assert error.delivered == route.call_count == 1
        assert pickle.loads(pickle.dumps(error)).args == error.args

    async def test_unless_events_may_be_lost_with_the_response(self, wire: MockRouter) -> None:
        api_server(wire, replays=False)
        wire.get(f"{API_SERVER}/deployments/d/tasks/t/results").respond(504)
        events = wire.get(f"{API_SERVER}/deployments/d/tasks/t/events")
        events.mock(side_effect=[httpx.ReadError("reset"), streamed(b"{}\n")])
        with pytest.raises(StreamInterruptedError, match="reset"):
            await anext(task(AsyncClient()).events())
        assert events.call_count == 1

    @pytest.mark.parametrize("max_retries", [0, 1])
    async def test_no_more_often_than_max_retries_without_any_event(
        self, wire: MockRouter, max_retries: int
    ) -> None:
        wire.get().mock(side_effect=lambda request: streamed(CUT))
        client = AsyncClient(max_retries=max_retries)
        with pytest.raises(StreamInterruptedError):
            await anext(session(client).get_task_result_stream("t"))
        assert wire.calls.call_count == 1 + max_retries


class TestACutIsReportedThoughRequestsAboutItFail:
    """They find out whether the server replays its events, or whether the workflow failed."""

    async def test_by_a_stream(self, client: AsyncClient, wire: MockRouter, failure: Any) -> None:
        wire.get(f"{API_SERVER}/openapi.json").mock(side_effect=[failure])
        wire.get().mock(return_value=streamed(ONE, CUT))
        stream = task(client).events()
        _, error = await broken(stream, StreamInterruptedError, "incomplete chunked read")
        assert error.delivered == 1
        assert error.__cause__ is CUT
        assert "find out whether the server replays events" in error.__notes__[0]

    async def test_by_a_run(self, client: AsyncClient, server: Server, failure: Any) -> None:
        server.streams(END, CUT)
        server.results.mock(side_effect=[failure])
        async with run_of(client) as run:
            events, error = await broken(run, StreamInterruptedError, "incomplete")
        assert events == [{}]
        assert error.delivered == 1
        if isinstance(failure, Exception):
            assert "Whether the workflow failed is not known" in error.__notes__[0]


@each_stream
@pytest.mark.parametrize("end", [[CUT], []], ids=["cut", "no stop event"])
async def test_requests_on_the_way_have_no_more_time_than_the_stream(
    wire: MockRouter, path: str, end: list[Exception]
) -> None:
    api_server(wire, replays=True)
    bodies = [streamed(ONE, *end), streamed(ONE)]
    wire.get(path__regex="/(events|result_stream)$").mock(side_effect=bodies)
    wire.get(path__regex="/results?$").respond(json=RESULT_JSON)
    client = AsyncClient(timeout=None)
    assert await received(STREAMS[path](client, timeout=4)) == [{"n": 1}]
    for call in wire.calls:
        times = call.request.extensions["timeout"]
        assert times.keys() == {"connect", "read", "write", "pool"}
        assert all(0 < seconds <= 4 for seconds in times.values())


class TestAStreamThatEndsWithoutAStopEvent:
    """Servers before 0.9 lose it at times, and a workflow may have one of its own."""

    @pytest.fixture
    def results(self, wire: MockRouter) -> Route:
        """The result of a task whose stream ends without a stop event."""
        api_server(wire, replays=True)
        wire.get(path__regex="/(events|result_stream)$").mock(
            side_effect=lambda request: streamed(ONE)
        )
        return wire.get(path__regex="results?$")

    @each_stream
    @pytest.mark.parametrize(
        "response",
        [httpx.Response(200, json=RESULT_JSON), httpx.Response(404, json={"detail": "no s"})],
        ids=["a result", "nobody knows the task any more"],
    )
    async def test_has_ended(
        self, client: AsyncClient, results: Route, path: str, response: httpx.Response
    ) -> None:
        results.mock(return_value=response)
        assert await received(STREAMS[path](client)) == [{"n": 1}]

    @each_stream
    async def test_was_cut_if_there_is_no_result_yet(
        self, wire: MockRouter, results: Route, path: str
    ) -> None:
        results.respond(text="null")
        lines = [ONE, ONE + b'{"n": 2}\n', ONE + b'{"n": 2}\n']
        wire.get(path__regex="/(events|result_stream)$").mock(
            side_effect=[streamed(line) for line in lines]
        )
        events, _ = await broken(
            STREAMS[path](AsyncClient(max_retries=0)),
            StreamInterruptedError,
            r"before the task \(2 events delivered",
        )
        assert events == [{"n": 1}, {"n": 2}]

    @each_stream
    async def test_was_cut_if_the_server_does_not_say(
        self, client: AsyncClient, results: Route, path: str, failure: Any
    ) -> None:
        results.mock(side_effect=[failure, failure])
        message = "whether its task ended is unknown"
        _, error = await broken(STREAMS[path](client), StreamInterruptedError, message)
        assert error.delivered == 1

    @each_stream
    async def test_shows_an_assertion_of_a_transport(
        self, client: AsyncClient, results: Route, path: str
    ) -> None:
        results.mock(side_effect=AssertionError("not mocked"))
        with pytest.raises(AssertionError, match="not mocked"):
            await received(STREAMS[path](client))

    async def test_has_ended_on_0_9(self, client: AsyncClient, wire: MockRouter) -> None:
        api_server(wire, replays=False)
        wire.get().mock(return_value=streamed(b'{"text": "a stop event of its own"}\n'))
        assert len(await received(task(client).events())) == 1
        assert wire.calls.call_count == 2
