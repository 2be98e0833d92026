# Made by `make generate` from tests/unit/_async/test_streams.py: do not edit.
"""Event streams: every event, in order, as it arrives; then the end or a clear error."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import respx

from llama_deploy_client import (
    CallTimeoutError,
    MalformedResponseError,
    ServerError,
    ServerUnreachableError,
    StreamFailedError,
    StreamInterruptedError,
    UnknownEndpointError,
)
from llama_deploy_client._sync import task_events
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.streams import EventStream

from .calls import API_SERVER, sent, session, task
from .streaming import (
    CUT,
    EVENTS_OF_0_9,
    STREAMS,
    Pieces,
    document,
    each_stream,
    received,
    streamed,
)

NO_STREAM_YET = httpx.Response(404, json={"detail": "Task stream not found"})


def few_connections() -> SyncClient:
    """Of two connections, a stream may have one: the next stream waits until it is given back."""
    return SyncClient(max_connections=2, timeout=5, max_retries=0)


def fail_within(stream: EventStream) -> None:
    with stream:
        next(stream)
        raise KeyError


@each_stream
def test_events_come_in_order_and_then_the_stream_ends(
    client: SyncClient, wire: respx.MockRouter, path: str
) -> None:
    body = (b'{"n": 1}\n{"n"', b": 2}\n\n", b'{"result": "done"}\n', b"{}")
    wire.get().mock(return_value=streamed(*body))
    assert received(STREAMS[path](client), []) == [{"n": 1}, {"n": 2}, {"result": "done"}, {}]
    assert [sent(call.request) for call in wire.calls] == [path]


@each_stream
def test_an_event_is_given_before_the_next_one_is_read(
    client: SyncClient, wire: respx.MockRouter, path: str
) -> None:
    body = Pieces(b'{"n": 1}\n', b"{}\n")
    wire.get().mock(return_value=httpx.Response(200, stream=body))
    stream = STREAMS[path](client)
    assert next(stream) == {"n": 1}
    assert body.given == 1
    assert next(stream) == {}
    with pytest.raises(StopIteration):
        next(stream)
    assert body.closed


@each_stream
def test_a_stream_that_is_not_there_yet_is_asked_for_again(
    client: SyncClient, wire: respx.MockRouter, path: str
) -> None:
    answers = [NO_STREAM_YET, NO_STREAM_YET, streamed(b"{}\n")]
    route = wire.get().mock(side_effect=answers)
    assert received(STREAMS[path](client), []) == [{}]
    assert route.call_count == 3


@each_stream
def test_a_stream_that_never_comes_is_waited_for_until_the_timeout(
    client: SyncClient, wire: respx.MockRouter, path: str
) -> None:
    client.poll_interval = 3600  # the wait for the next question is cut short, too
    wire.get().mock(return_value=NO_STREAM_YET)
    with pytest.raises(TimeoutError, match=r"no stream within 0\.05 s.*Task stream not found"):
        next(STREAMS[path](client, timeout=0.0501234))


@each_stream
def test_a_wrong_server_is_not_asked_for_ever(
    client: SyncClient, wire: respx.MockRouter, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_events, "PATIENCE", 0.05)
    wire.get().respond(404, json={"detail": "Not Found"})
    with pytest.raises(UnknownEndpointError, match="has no such path"):
        next(STREAMS[path](client, timeout=None))


@each_stream
def test_a_server_that_refuses_the_method_is_not_polled(
    client: SyncClient, wire: respx.MockRouter, path: str
) -> None:
    wire.get().respond(405, json={"detail": "Method Not Allowed"})
    with pytest.raises(UnknownEndpointError):
        next(STREAMS[path](client, timeout=None))
    asked = [sent(call.request) for call in wire.calls]  # what server that is, among others
    assert asked.count(path) == 1


@each_stream
def test_a_404_without_a_reason_may_be_of_a_stream_that_is_to_come(
    client: SyncClient, wire: respx.MockRouter, path: str
) -> None:
    not_found = httpx.Response(404, json={"detail": "Not Found"})
    wire.get().mock(side_effect=[not_found, streamed(b"{}\n")])
    assert received(STREAMS[path](client), []) == [{}]


@each_stream
@pytest.mark.parametrize("error", [CUT, httpx.ReadError("reset")], ids=["protocol", "reset"])
def test_a_cut_stream_gives_all_events_and_then_says_so(
    client: SyncClient, wire: respx.MockRouter, path: str, error: Exception
) -> None:
    wire.get().mock(return_value=streamed(b'{"n": 1}\n{"n": 2}\n{"n":', error))
    events: list[Any] = []
    with pytest.raises(StreamInterruptedError) as caught:
        received(STREAMS[path](client), events)
    assert events == [{"n": 1}, {"n": 2}]
    assert caught.value.delivered == 2
    assert caught.value.message == f"the stream was cut: {error} (2 events delivered)"
    assert isinstance(caught.value, httpx.RemoteProtocolError)
    assert caught.value.__cause__ is error


@each_stream
def test_a_cut_without_words_is_named_by_its_kind(
    client: SyncClient, wire: respx.MockRouter, path: str
) -> None:
    wire.get().mock(return_value=streamed(httpx.ReadError("")))
    with pytest.raises(StreamInterruptedError, match="the stream was cut: ReadError"):
        next(STREAMS[path](client))


@each_stream
def test_silence_for_longer_than_the_timeout_is_a_timeout_error(
    client: SyncClient, wire: respx.MockRouter, path: str
) -> None:
    wire.get().mock(return_value=streamed(b'{"n": 1}\n', httpx.ReadTimeout("")))
    events: list[Any] = []
    with pytest.raises(TimeoutError, match=r"no event for 7 s \(1 events delivered\)") as caught:
        received(STREAMS[path](client, timeout=7), events)
    assert events == [{"n": 1}]
    assert isinstance(caught.value, CallTimeoutError)


@each_stream
@pytest.mark.parametrize("bad", [b"<html>", b'{"n": NaN}', b'{"n": "\xff"}', b'{"n": 3'])
def test_a_line_that_is_not_json_comes_after_the_good_ones(
    client: SyncClient, wire: respx.MockRouter, path: str, bad: bytes
) -> None:
    wire.get().mock(return_value=streamed(b'{"n": 1}\n{"n": 2}\n' + bad))
    events: list[Any] = []
    with pytest.raises(MalformedResponseError, match="not valid JSON") as caught:
        received(STREAMS[path](client), events)
    assert events == [{"n": 1}, {"n": 2}]
    assert "(2 events delivered)" in str(caught.value)


@each_stream
def test_a_line_over_the_limit_comes_after_the_good_ones(
    client: SyncClient, wire: respx.MockRouter, path: str
) -> None:
    wire.get().mock(side_effect=lambda request: streamed(b'{"n": 1}\n{"n": 22}\n', b"{}\n"))
    events: list[Any] = []
    with pytest.raises(MalformedResponseError, match=r"more than 8 bytes: .*\(1 events delivered"):
        received(STREAMS[path](client.with_options(max_line_size=8)), events)
    assert events == [{"n": 1}]
    assert received(STREAMS[path](client), []) == [{"n": 1}, {"n": 22}, {}]


@each_stream
def test_a_stream_is_not_to_be_compressed(
    client: SyncClient, wire: respx.MockRouter, path: str
) -> None:
    packed = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Pieces(b""))
    wire.get().mock(side_effect=[streamed(b"{}\n"), packed])
    assert received(STREAMS[path](client), []) == [{}]
    assert wire.calls.last.request.headers["accept-encoding"] == "identity"
    with pytest.raises(MalformedResponseError, match=r"its body is compressed \(gzip\)"):
        next(STREAMS[path](client))


@each_stream
def test_a_server_that_fails_is_not_polled(
    client: SyncClient, wire: respx.MockRouter, path: str
) -> None:
    wire.get().respond(500, text="Internal Server Error")
    with pytest.raises(ServerError):
        next(STREAMS[path](client))
    assert wire.calls.call_count == 1


@each_stream
def test_a_refused_connection_is_named(
    client: SyncClient, wire: respx.MockRouter, path: str
) -> None:
    wire.get().mock(side_effect=httpx.ConnectError("refused"))
    with pytest.raises(ServerUnreachableError, match="refused"):
        next(STREAMS[path](client))


@each_stream
def test_closing_a_stream_half_way_gives_its_connection_back(
    wire: respx.MockRouter, path: str
) -> None:
    bodies = [Pieces(b'{"n": 1}\n', b'{"n": 2}\n') for _ in range(3)]
    answers = [httpx.Response(200, stream=body) for body in bodies]
    wire.get().mock(side_effect=answers)
    with few_connections() as client:
        for _ in (stream := STREAMS[path](client)):
            break
        stream.close()
        assert bodies[0].closed
        with STREAMS[path](client) as stream:
            assert next(stream) == {"n": 1}
        assert bodies[1].closed
        with pytest.raises(KeyError):
            fail_within(STREAMS[path](client))
        assert bodies[2].closed


@each_stream
def test_a_stream_left_half_way_gives_its_connection_back_by_itself(
    wire: respx.MockRouter, path: str
) -> None:
    wire.get().mock(side_effect=[streamed(b"{}\n", b"{}\n") for _ in range(2)])
    with few_connections() as client:
        for _ in range(2):
            for _event in STREAMS[path](client):
                break
    assert wire.calls.call_count == 2


@each_stream
@pytest.mark.parametrize(
    "broken", [CUT, b"no JSON\n", httpx.ReadTimeout("")], ids=["cut", "no JSON", "silent"]
)
def test_a_broken_stream_gives_its_connection_back(
    wire: respx.MockRouter, path: str, broken: bytes | Exception
) -> None:
    body = Pieces(broken)
    answers = [httpx.Response(200, stream=body), streamed(b"{}\n")]
    wire.get(path__regex="/(events|result_stream)$").mock(side_effect=answers)
    wire.get().respond(404)  # what the client asks to tell what the break came of
    client = few_connections()
    with pytest.raises(httpx.HTTPError):
        next(STREAMS[path](client))
    assert body.closed
    assert received(STREAMS[path](client), []) == [{}]


@each_stream
def test_a_closed_stream_gives_nothing_more(
    client: SyncClient, wire: respx.MockRouter, path: str
) -> None:
    stream = STREAMS[path](client)
    stream.close()
    with pytest.raises(StopIteration):
        next(stream)
    assert not wire.calls


def test_a_transport_of_your_own_says_itself_where_a_stream_ends() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=b'{"n": 1}\n'))
    client = SyncClient(transport=transport)
    assert received(task(client).events(), []) == [{"n": 1}]


class TestErrorsOfTheControlPlane:
    """It reports an error of its own as a last line `{"error": "…"}`, after a status 200."""

    def test_are_raised(self, client: SyncClient, wire: respx.MockRouter) -> None:
        wire.get().mock(return_value=streamed(b'{"n": 1}\n{"error": "it broke"}\n'))
        events: list[Any] = []
        with pytest.raises(StreamFailedError, match="it broke") as caught:
            received(session(client).get_task_result_stream("t"), events)
        assert events == [{"n": 1}]
        assert caught.value.delivered == 1
        assert caught.value.url == "http://localhost:8000/sessions/s/tasks/t/result_stream"

    def test_are_raised_even_if_the_connection_breaks_after_them(
        self, client: SyncClient, wire: respx.MockRouter
    ) -> None:
        wire.get().mock(return_value=streamed(b'{"error": "it broke"}\n', CUT))
        with pytest.raises(StreamFailedError, match="it broke"):
            next(session(client).get_task_result_stream("t"))

    def test_differ_from_an_event_that_looks_the_same(
        self, client: SyncClient, wire: respx.MockRouter
    ) -> None:
        wire.get().mock(return_value=streamed(b'{"error": "e"}\n', b'{"error": "f"}\n', b"{}\n"))
        stream = session(client).get_task_result_stream("t")
        assert received(stream, []) == [{"error": "e"}, {"error": "f"}, {}]

    def test_do_not_concern_the_api_server(
        self, client: SyncClient, wire: respx.MockRouter
    ) -> None:
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document(EVENTS_OF_0_9))
        wire.get().mock(return_value=streamed(b'{"n": 1}\n', b'{"error": "e"}\n'))
        assert received(task(client).events(), []) == [{"n": 1}, {"error": "e"}]
