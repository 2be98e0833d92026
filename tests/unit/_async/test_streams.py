"""Event streams: every event, in order, as it arrives; then the end or a clear error."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import respx

from llama_deploy_client import (
    CallTimeoutError,
    MalformedResponseError,
    ReplayDiffersError,
    ServerError,
    ServerUnreachableError,
    StreamFailedError,
    StreamInterruptedError,
    UnknownEndpointError,
)
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.streams import EventStream

from .calls import sent, session, task

STREAMS: dict[str, Callable[..., Any]] = {
    "GET /deployments/d/tasks/t/events?raw_event=false&session_id=s": lambda c, **o: task(c).events(
        **o
    ),
    "GET /sessions/s/tasks/t/result_stream": lambda c, **o: session(c).get_task_result_stream(
        "t", **o
    ),
}
each_stream = pytest.mark.parametrize("path", STREAMS)
NO_STREAM_YET = httpx.Response(404, json={"detail": "Task stream not found"})
EVENTS_OF_0_9 = "/deployments/{deployment_name}/tasks/{task_id}/events"
API_SERVER = "http://localhost:4501"
CUT = httpx.RemoteProtocolError("peer closed connection: incomplete chunked read")


class Pieces(httpx.AsyncByteStream):
    """A body that arrives in pieces; an exception among them breaks it."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self.pieces = pieces
        self.given = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            self.given += 1
            yield piece

    async def aclose(self) -> None:
        self.closed = True


def streamed(*pieces: bytes | Exception) -> httpx.Response:
    return httpx.Response(200, stream=Pieces(*pieces))


def document(path: str) -> dict[str, Any]:
    """The OpenAPI document of an API server that has `path`."""
    raw_event = {"get": {"parameters": [{"name": "raw_event"}]}}
    return {"paths": {"/deployments/": {}, path: raw_event}}


async def received(stream: AsyncIterator[Any], into: list[Any]) -> list[Any]:
    """Read `stream` to its end or error; what it gave before stays in `into`."""
    async for event in stream:
        into.append(event)
    return into


def few_connections() -> AsyncClient:
    """Of two connections, a stream may have one: the next stream waits until it is given back."""
    return AsyncClient(max_connections=2, timeout=5, max_retries=0)


async def fail_within(stream: EventStream) -> None:
    async with stream:
        await anext(stream)
        raise KeyError


@each_stream
async def test_events_come_in_order_and_then_the_stream_ends(
    client: AsyncClient, wire: respx.MockRouter, path: str
) -> None:
    body = (b'{"n": 1}\n{"n"', b": 2}\n\n", b'{"result": "done"}\n', b"{}")
    wire.get().mock(return_value=streamed(*body))
    assert await received(STREAMS[path](client), []) == [{"n": 1}, {"n": 2}, {"result": "done"}, {}]
    assert [sent(call.request) for call in wire.calls] == [path]


@each_stream
async def test_an_event_is_given_before_the_next_one_is_read(
    client: AsyncClient, wire: respx.MockRouter, path: str
) -> None:
    body = Pieces(b'{"n": 1}\n', b"{}\n")
    wire.get().mock(return_value=httpx.Response(200, stream=body))
    stream = STREAMS[path](client)
    assert await anext(stream) == {"n": 1}
    assert body.given == 1
    assert await anext(stream) == {}
    with pytest.raises(StopAsyncIteration):
        await anext(stream)
    assert body.closed


@each_stream
async def test_a_stream_that_is_not_there_yet_is_asked_for_again(
    client: AsyncClient, wire: respx.MockRouter, path: str
) -> None:
    answers = [NO_STREAM_YET, NO_STREAM_YET, streamed(b"{}\n")]
    route = wire.get().mock(side_effect=answers)
    assert await received(STREAMS[path](client), []) == [{}]
    assert route.call_count == 3


@each_stream
async def test_a_stream_that_never_comes_is_waited_for_until_the_timeout(
    client: AsyncClient, wire: respx.MockRouter, path: str
) -> None:
    client.poll_interval = 3600  # the wait for the next question is cut short, too
    wire.get().mock(return_value=NO_STREAM_YET)
    with pytest.raises(TimeoutError, match=r"no stream within 0\.05 s.*Task stream not found"):
        await anext(STREAMS[path](client, timeout=0.05))


@each_stream
async def test_a_wrong_server_is_not_asked_again(
    client: AsyncClient, wire: respx.MockRouter, path: str
) -> None:
    wire.get().respond(404, json={"detail": "Not Found"})
    with pytest.raises(UnknownEndpointError, match="has no such path"):
        await anext(STREAMS[path](client, timeout=None))
    assert wire.calls.call_count == 1


@each_stream
@pytest.mark.parametrize("error", [CUT, httpx.ReadError("reset")], ids=["protocol", "reset"])
async def test_a_cut_stream_gives_all_events_and_then_says_so(
    client: AsyncClient, wire: respx.MockRouter, path: str, error: Exception
) -> None:
    wire.get().mock(return_value=streamed(b'{"n": 1}\n{"n": 2}\n{"n":', error))
    events: list[Any] = []
    with pytest.raises(StreamInterruptedError) as caught:
        await received(STREAMS[path](client), events)
    assert events == [{"n": 1}, {"n": 2}]
    assert caught.value.delivered == 2
    assert str(caught.value).endswith(f"the stream was cut: {error} (2 events delivered)")
    assert isinstance(caught.value, httpx.RemoteProtocolError)
    assert caught.value.__cause__ is error


@each_stream
async def test_a_cut_without_words_is_named_by_its_kind(
    client: AsyncClient, wire: respx.MockRouter, path: str
) -> None:
    wire.get().mock(return_value=streamed(httpx.ReadError("")))
    with pytest.raises(StreamInterruptedError, match="the stream was cut: ReadError"):
        await anext(STREAMS[path](client))


@each_stream
async def test_silence_for_longer_than_the_timeout_is_a_timeout_error(
    client: AsyncClient, wire: respx.MockRouter, path: str
) -> None:
    wire.get().mock(return_value=streamed(b'{"n": 1}\n', httpx.ReadTimeout("")))
    events: list[Any] = []
    with pytest.raises(TimeoutError, match=r"no event for 7 s \(1 events delivered\)") as caught:
        await received(STREAMS[path](client, timeout=7), events)
    assert events == [{"n": 1}]
    assert isinstance(caught.value, CallTimeoutError)


@each_stream
@pytest.mark.parametrize("bad", [b"<html>", b'{"n": NaN}', b'{"n": "\xff"}', b'{"n": 3'])
async def test_a_line_that_is_no_json_comes_after_the_good_ones(
    client: AsyncClient, wire: respx.MockRouter, path: str, bad: bytes
) -> None:
    wire.get().mock(return_value=streamed(b'{"n": 1}\n{"n": 2}\n' + bad))
    events: list[Any] = []
    with pytest.raises(MalformedResponseError, match="no JSON") as caught:
        await received(STREAMS[path](client), events)
    assert events == [{"n": 1}, {"n": 2}]
    assert "(2 events delivered)" in str(caught.value)


@each_stream
async def test_a_line_over_the_limit_comes_after_the_good_ones(
    client: AsyncClient, wire: respx.MockRouter, path: str
) -> None:
    wire.get().mock(side_effect=lambda request: streamed(b'{"n": 1}\n{"n": 22}\n', b"{}\n"))
    events: list[Any] = []
    with pytest.raises(MalformedResponseError, match=r"more than 8 bytes: .*\(1 events delivered"):
        await received(STREAMS[path](client.with_options(max_line_size=8)), events)
    assert events == [{"n": 1}]
    assert await received(STREAMS[path](client), []) == [{"n": 1}, {"n": 22}, {}]


@each_stream
async def test_a_stream_is_not_to_be_compressed(
    client: AsyncClient, wire: respx.MockRouter, path: str
) -> None:
    packed = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Pieces(b""))
    wire.get().mock(side_effect=[streamed(b"{}\n"), packed])
    assert await received(STREAMS[path](client), []) == [{}]
    assert wire.calls.last.request.headers["accept-encoding"] == "identity"
    with pytest.raises(MalformedResponseError, match=r"its body is compressed \(gzip\)"):
        await anext(STREAMS[path](client))


@each_stream
async def test_a_server_that_fails_is_not_asked_again(
    client: AsyncClient, wire: respx.MockRouter, path: str
) -> None:
    wire.get().respond(500, text="Internal Server Error")
    with pytest.raises(ServerError):
        await anext(STREAMS[path](client))
    assert wire.calls.call_count == 1


@each_stream
async def test_a_refused_connection_is_named(
    client: AsyncClient, wire: respx.MockRouter, path: str
) -> None:
    wire.get().mock(side_effect=httpx.ConnectError("refused"))
    with pytest.raises(ServerUnreachableError, match="refused"):
        await anext(STREAMS[path](client))


@each_stream
async def test_closing_a_stream_half_way_gives_its_connection_back(
    wire: respx.MockRouter, path: str
) -> None:
    bodies = [Pieces(b'{"n": 1}\n', b'{"n": 2}\n') for _ in range(3)]
    answers = [httpx.Response(200, stream=body) for body in bodies]
    wire.get().mock(side_effect=answers)
    async with few_connections() as client:
        async for _ in (stream := STREAMS[path](client)):
            break
        await stream.aclose()
        assert bodies[0].closed
        async with STREAMS[path](client) as stream:
            assert await anext(stream) == {"n": 1}
        assert bodies[1].closed
        with pytest.raises(KeyError):
            await fail_within(STREAMS[path](client))
        assert bodies[2].closed


@each_stream
async def test_a_stream_left_half_way_gives_its_connection_back_by_itself(
    wire: respx.MockRouter, path: str
) -> None:
    wire.get().mock(side_effect=[streamed(b"{}\n", b"{}\n") for _ in range(2)])
    async with few_connections() as client:
        for _ in range(2):
            async for _event in STREAMS[path](client):
                break
    assert wire.calls.call_count == 2


@each_stream
@pytest.mark.parametrize(
    "broken", [CUT, b"no JSON\n", httpx.ReadTimeout("")], ids=["cut", "no JSON", "silent"]
)
async def test_a_broken_stream_gives_its_connection_back(
    wire: respx.MockRouter, path: str, broken: bytes | Exception
) -> None:
    body = Pieces(broken)
    answers = [httpx.Response(200, stream=body), streamed(b"{}\n")]
    wire.get().mock(side_effect=answers)
    client = few_connections()
    with pytest.raises(httpx.HTTPError):
        await anext(STREAMS[path](client))
    assert body.closed
    assert await received(STREAMS[path](client), []) == [{}]


@each_stream
async def test_a_closed_stream_gives_nothing_more(
    client: AsyncClient, wire: respx.MockRouter, path: str
) -> None:
    stream = STREAMS[path](client)
    await stream.aclose()
    with pytest.raises(StopAsyncIteration):
        await anext(stream)
    assert not wire.calls


async def test_a_transport_of_your_own_says_itself_where_a_stream_ends() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=b'{"n": 1}\n'))
    client = AsyncClient(transport=transport)
    assert await received(task(client).events(), []) == [{"n": 1}]


class TestErrorsOfTheControlPlane:
    """It reports an error of its own as a last line `{"error": "…"}`, after a status 200."""

    async def test_are_raised(self, client: AsyncClient, wire: respx.MockRouter) -> None:
        wire.get().mock(return_value=streamed(b'{"n": 1}\n{"error": "it broke"}\n'))
        events: list[Any] = []
        with pytest.raises(StreamFailedError, match="it broke") as caught:
            await received(session(client).get_task_result_stream("t"), events)
        assert events == [{"n": 1}]
        assert caught.value.delivered == 1
        assert caught.value.url == "http://localhost:8000/sessions/s/tasks/t/result_stream"

    async def test_are_raised_even_if_the_connection_breaks_after_them(
        self, client: AsyncClient, wire: respx.MockRouter
    ) -> None:
        wire.get().mock(return_value=streamed(b'{"error": "it broke"}\n', CUT))
        with pytest.raises(StreamFailedError, match="it broke"):
            await anext(session(client).get_task_result_stream("t"))

    async def test_are_told_from_an_event_that_looks_the_same(
        self, client: AsyncClient, wire: respx.MockRouter
    ) -> None:
        wire.get().mock(return_value=streamed(b'{"error": "e"}\n', b'{"error": "f"}\n', b"{}\n"))
        stream = session(client).get_task_result_stream("t")
        assert await received(stream, []) == [{"error": "e"}, {"error": "f"}, {}]

    async def test_are_no_matter_of_the_api_server(
        self, client: AsyncClient, wire: respx.MockRouter
    ) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document(EVENTS_OF_0_9))
        wire.get().mock(return_value=streamed(b'{"n": 1}\n', b'{"error": "e"}\n'))
        assert await received(task(client).events(), []) == [{"n": 1}, {"error": "e"}]


class TestACutStreamGoesOn:
    """Servers before 0.9 send all events again to whoever asks again; none is given twice."""

    async def test_from_where_it_was_cut(
        self, wire: respx.MockRouter, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, logger="llama_deploy_client")
        first = streamed(b'{"n": 1}\n{"n": 2}\n{"n', CUT)
        again = streamed(b'{"n": 1}\n{"n"', b': 2}\n{"n": 3}\n{}\n')
        wire.get("http://localhost:8000/sessions/s/tasks/t/result_stream").mock(
            side_effect=[first, again]
        )
        stream = session(AsyncClient()).get_task_result_stream("t")
        assert await received(stream, []) == [{"n": 1}, {"n": 2}, {"n": 3}, {}]
        [told] = caplog.messages
        assert re.search(r"result_stream: the stream was cut.*\. Reading on after 2 events$", told)

    async def test_unless_the_server_now_sends_other_events(self, wire: respx.MockRouter) -> None:
        wire.get().mock(side_effect=[streamed(b'{"n": 1}\n', CUT), streamed(b'{"n": 7}\n{}\n')])
        events: list[Any] = []
        with pytest.raises(ReplayDiffersError, match="other events") as caught:
            await received(session(AsyncClient()).get_task_result_stream("t"), events)
        assert events == [{"n": 1}]
        assert caught.value.delivered == 1

    @pytest.mark.parametrize(
        ("path", "status", "goes_on"),
        [("/x", 200, True), (EVENTS_OF_0_9, 200, False), ("/x", 500, False)],
    )
    async def test_at_an_api_server_that_sends_events_again(
        self, wire: respx.MockRouter, path: str, status: int, goes_on: bool
    ) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(status, json=document(path))
        bodies = [streamed(b'{"n": 1}\n', CUT), streamed(b'{"n": 1}\n{}\n')]
        events = wire.get(f"{API_SERVER}/deployments/d/tasks/t/events")
        events.mock(side_effect=bodies)
        found: list[Any] = []
        if goes_on:
            assert await received(task(AsyncClient()).events(), found) == [{"n": 1}, {}]
        else:
            with pytest.raises(StreamInterruptedError):
                await received(task(AsyncClient()).events(), found)
            assert found == [{"n": 1}]
            assert events.call_count == 1

    async def test_unless_events_may_have_been_lost_with_the_answer(
        self, wire: respx.MockRouter
    ) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document(EVENTS_OF_0_9))
        events = wire.get(f"{API_SERVER}/deployments/d/tasks/t/events")
        events.mock(side_effect=[httpx.ReadError("reset"), streamed(b"{}\n")])
        with pytest.raises(StreamInterruptedError, match="reset"):
            await anext(task(AsyncClient()).events())
        assert events.call_count == 1

    async def test_unless_it_cannot_be_opened_again(
        self, client: AsyncClient, wire: respx.MockRouter
    ) -> None:
        wire.get().mock(side_effect=[streamed(b'{"n": 1}\n', CUT), httpx.ReadError("reset")])
        with pytest.raises(StreamInterruptedError, match="reset") as caught:
            await received(session(client).get_task_result_stream("t"), [])
        assert caught.value.delivered == 1

    @pytest.mark.parametrize("max_retries", [0, 1])
    async def test_no_more_often_than_that_without_any_event(
        self, wire: respx.MockRouter, max_retries: int
    ) -> None:
        wire.get().mock(side_effect=lambda request: streamed(CUT))
        client = AsyncClient(max_retries=max_retries)
        with pytest.raises(StreamInterruptedError):
            await anext(session(client).get_task_result_stream("t"))
        assert wire.calls.call_count == 1 + max_retries

    async def test_no_more_often_in_a_row_than_max_retries(self, wire: respx.MockRouter) -> None:
        wire.get().mock(side_effect=lambda request: streamed(b'{"n": 1}\n', CUT))
        events: list[Any] = []
        client = AsyncClient(max_retries=1)
        with pytest.raises(StreamInterruptedError):
            await received(session(client).get_task_result_stream("t"), events)
        assert events == [{"n": 1}]
        # The first brought an event; the second came at once, the third after a pause.
        assert wire.calls.call_count == 3


RESULT = {"task_id": "t", "history": [], "result": "done", "data": {}}


@each_stream
@pytest.mark.parametrize("end", [[CUT], []], ids=["cut", "no stop event"])
async def test_questions_on_the_way_have_no_more_time_than_the_stream(
    wire: respx.MockRouter, path: str, end: list[Exception]
) -> None:
    wire.get(f"{API_SERVER}/openapi.json").respond(json=document("/x"))
    bodies = [streamed(b'{"n": 1}\n', *end), streamed(b'{"n": 1}\n')]
    wire.get(path__regex="/(events|result_stream)$").mock(side_effect=bodies)
    wire.get(path__regex="/results?$").respond(json=RESULT)
    client = AsyncClient(timeout=None)
    assert await received(STREAMS[path](client, timeout=5), []) == [{"n": 1}]
    for call in wire.calls:
        times = call.request.extensions["timeout"]
        assert times.keys() == {"connect", "read", "write", "pool"}
        assert all(0 < seconds <= 5 for seconds in times.values())


class TestAStreamThatEndsWithoutAStopEvent:
    """Servers before 0.9 lose it at times, and a workflow may have one of its own."""

    async def test_is_asked_about_no_longer_than_it_may_be_silent(
        self, client: AsyncClient, wire: respx.MockRouter
    ) -> None:
        def think(_: httpx.Request) -> httpx.Response:
            time.sleep(0.2)
            return httpx.Response(200, json=document("/x"))

        wire.get(f"{API_SERVER}/openapi.json").mock(side_effect=think)
        results = wire.get(path__regex="results$").respond(json=RESULT)
        wire.get().mock(return_value=streamed(b'{"n": 1}\n'))
        assert await received(task(client).events(timeout=5), []) == [{"n": 1}]
        assert results.calls.last.request.extensions["timeout"]["read"] <= 4.8

    @each_stream
    async def test_has_ended_if_there_is_a_result(
        self, client: AsyncClient, wire: respx.MockRouter, path: str
    ) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document("/x"))
        wire.get(path__regex="results?$").respond(json=RESULT)
        wire.get().mock(return_value=streamed(b'{"n": 1}\n'))
        assert await received(STREAMS[path](client), []) == [{"n": 1}]

    @each_stream
    async def test_was_cut_if_there_is_none_yet(self, wire: respx.MockRouter, path: str) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document("/x"))
        wire.get(path__regex="results?$").respond(text="null")
        lines = [b'{"n": 1}\n', b'{"n": 1}\n{"n": 2}\n', b'{"n": 1}\n{"n": 2}\n']
        wire.get().mock(side_effect=[streamed(line) for line in lines])
        events: list[Any] = []
        with pytest.raises(StreamInterruptedError, match=r"before its task \(2 events delivered"):
            await received(STREAMS[path](AsyncClient(max_retries=0)), events)
        assert events == [{"n": 1}, {"n": 2}]

    @each_stream
    async def test_is_an_error_if_nobody_can_tell(
        self, client: AsyncClient, wire: respx.MockRouter, path: str
    ) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document("/x"))
        wire.get(path__regex="results?$").respond(500, text="Internal Server Error")
        wire.get().mock(return_value=streamed(b'{"error": "the session is gone"}\n'))
        with pytest.raises((ServerError, StreamFailedError)):
            await received(STREAMS[path](client), [])

    async def test_is_believed_of_0_9(self, client: AsyncClient, wire: respx.MockRouter) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document(EVENTS_OF_0_9))
        wire.get().mock(return_value=streamed(b'{"text": "a stop event of its own"}\n'))
        assert len(await received(task(client).events(), [])) == 1
        assert wire.calls.call_count == 2
