# Made by `make generate` from tests/unit/_async/test_streams.py: do not edit.
"""Event streams: every event, in order, with its type; then the end or a clear error."""

from __future__ import annotations

import time
from itertools import repeat
from typing import Any

import httpx
import pytest
from pydantic import BaseModel
from respx import MockRouter

from llama_deploy_client import (
    CallTimeoutError,
    EventMismatchError,
    MalformedResponseError,
    ReceivedEvent,
    ServerError,
    ServerUnreachableError,
    StreamFailedError,
    StreamInterruptedError,
    UnknownEndpointError,
)
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.streams import EventStream

from .calls import sent, session, task
from .streaming import (
    CUT,
    STOP,
    STREAMS,
    Pieces,
    Progress,
    api_server,
    broken,
    each_stream,
    raw,
    received,
    streamed,
)

NO_STREAM_YET = httpx.Response(404, json={"detail": "Task stream not found"})
NO_SUCH_METHOD = httpx.Response(405, json={"detail": "Method Not Allowed"})
NO_SUCH_PATH = httpx.Response(404, json={"detail": "Not Found"})


def fail_within(stream: EventStream) -> None:
    with stream:
        next(stream)
        raise KeyError


@each_stream
def test_events_come_as_they_arrive_and_then_the_stream_ends(
    client: SyncClient, wire: MockRouter, path: str
) -> None:
    body = Pieces(b'{"n": 1}\n{"n"', b": 2}\n\n", b'{"result": "done"}\n', b"{}")
    wire.get().mock(return_value=httpx.Response(200, stream=body))
    stream = STREAMS[path](client)
    assert not wire.calls
    assert next(stream) == {"n": 1}
    assert body.read == 1
    assert received(stream) == [{"n": 2}, {"result": "done"}, {}]
    assert body.closed
    assert [sent(call.request) for call in wire.calls] == [path]
    assert wire.calls.last.request.headers["accept-encoding"] == "identity"


@each_stream
def test_a_stream_that_is_not_there_yet_is_polled(
    client: SyncClient, wire: MockRouter, path: str
) -> None:
    responses = [NO_STREAM_YET, NO_SUCH_PATH, NO_STREAM_YET, streamed(b"{}\n")]
    wire.get().mock(side_effect=responses)
    assert received(STREAMS[path](client)) == [{}]
    assert wire.calls.call_count == 4


@each_stream
def test_a_stream_that_never_comes_is_polled_until_the_timeout(
    client: SyncClient, wire: MockRouter, path: str
) -> None:
    client.poll_interval = 3600  # the last pause is shorter
    wire.get().mock(return_value=NO_STREAM_YET)
    with pytest.raises(TimeoutError, match=r"no stream within 0\.05 s.*Task stream not found"):
        next(STREAMS[path](client, timeout=0.0501234))


REFUSALS: dict[str, tuple[Any, type[Exception], str]] = {
    "wrong server": (NO_SUCH_PATH, UnknownEndpointError, "has no such path"),
    "wrong method": (NO_SUCH_METHOD, UnknownEndpointError, "405"),
    "500": (httpx.Response(500), ServerError, "500"),
    "refused": (httpx.ConnectError("refused"), ServerUnreachableError, "refused"),
}


@each_stream
@pytest.mark.parametrize("why", REFUSALS)
def test_a_stream_that_will_not_come_is_an_error_without_a_timeout(
    client: SyncClient, wire: MockRouter, path: str, why: str
) -> None:
    client.poll_interval = 1
    response, error, message = REFUSALS[why]
    wire.get().mock(side_effect=repeat(response))
    with pytest.raises(error, match=message):
        next(STREAMS[path](client, timeout=None))
    if response is not NO_SUCH_PATH:  # which is polled
        # Other requests find out which server that is.
        assert [sent(call.request) for call in wire.calls].count(path) == 1


TWO = b'{"n": 1}\n{"n": 2}\n'
AFTER_TWO = r" \(2 events delivered"
BREAKS: dict[str, tuple[list[bytes | Exception], type[Exception], str]] = {
    "protocol": ([TWO, b'{"n":', CUT], StreamInterruptedError, f"stream was cut: {CUT}{AFTER_TWO}"),
    "reset": ([TWO, httpx.ReadError("")], StreamInterruptedError, "^the stream was cut: ReadError"),
    "silent": ([TWO, httpx.ReadTimeout("")], CallTimeoutError, f"^no event for 5 s{AFTER_TWO}"),
    "not JSON": ([TWO, b"NaN\n"], MalformedResponseError, f"not valid JSON.*{AFTER_TWO}"),
    "half a line": ([TWO + b'{"n": 3'], MalformedResponseError, "not valid JSON"),
    "long": ([TWO, b"1" * 11], MalformedResponseError, f"more than 10 bytes: .*{AFTER_TWO}"),
}


@each_stream
@pytest.mark.parametrize("how", BREAKS)
def test_a_stream_that_breaks_gives_all_events_and_its_connection_back(
    client: SyncClient, wire: MockRouter, path: str, how: str
) -> None:
    pieces, kind, message = BREAKS[how]
    bodies = [Pieces(*pieces), Pieces(*pieces)]  # the client reads on at the control plane
    stream = wire.get(path__regex="/(events|result_stream)$")
    stream.mock(side_effect=[httpx.Response(200, stream=body) for body in bodies])
    wire.get().respond(404)  # for requests that find out what caused the break
    client.max_line_size, client.timeout = 10, 5
    events, error = broken(STREAMS[path](client), kind, message)
    assert events == [{"n": 1}, {"n": 2}]
    assert bodies[0].closed
    if isinstance(error, StreamInterruptedError):
        assert error.delivered == 2
        assert error.__cause__ is pieces[-1]


@each_stream
def test_a_stream_that_is_closed_or_left_early_gives_its_connection_back(
    client: SyncClient, wire: MockRouter, path: str
) -> None:
    bodies = [Pieces(b'{"n": 1}\n', b'{"n": 2}\n') for _ in range(3)]
    wire.get().mock(side_effect=[httpx.Response(200, stream=body) for body in bodies])
    for _ in (stream := STREAMS[path](client)):
        break
    assert next(stream) == {"n": 2}  # reading goes on where the loop left it
    stream.close()
    with pytest.raises(TypeError, match="read to its end, or closed"):
        received(stream)
    with pytest.raises(KeyError):
        fail_within(STREAMS[path](client))
    assert [body.closed for body in bodies] == [True, True, False]
    for _ in STREAMS[path](client):
        break
    while not bodies[2].closed:  # once Python has collected the stream
        time.sleep(0)


@each_stream
def test_a_closed_stream_has_ended(client: SyncClient, wire: MockRouter, path: str) -> None:
    stream = STREAMS[path](client)
    stream.close()
    with pytest.raises(StopIteration):
        next(stream)
    assert not wire.calls


def test_a_transport_of_your_own_may_end_a_stream_after_any_event() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=b'{"n": 1}\n'))
    assert received(task(SyncClient(transport=transport)).events()) == [{"n": 1}]


class TestErrorsOfTheControlPlane:
    """It reports an error of its own as a last line `{"error": "…"}`, after a status 200."""

    @pytest.mark.parametrize("end", [[], [CUT]], ids=["end", "cut"])
    def test_are_raised(self, client: SyncClient, wire: MockRouter, end: list[Exception]) -> None:
        wire.get().mock(return_value=streamed(b'{"n": 1}\n{"error": "it broke"}\n', *end))
        stream = session(client).get_task_result_stream("t")
        events, error = broken(stream, StreamFailedError, "it broke")
        assert events == [{"n": 1}]
        assert error.delivered == 1
        assert error.url == "http://localhost:8000/sessions/s/tasks/t/result_stream"

    def test_differ_from_an_equal_event(self, client: SyncClient, wire: MockRouter) -> None:
        wire.get().mock(return_value=streamed(b'{"error": "e"}\n', b'{"error": "f"}\n', b"{}\n"))
        stream = session(client).get_task_result_stream("t")
        assert received(stream) == [{"error": "e"}, {"error": "f"}, {}]

    def test_differ_from_events_of_0_9(self, client: SyncClient, wire: MockRouter) -> None:
        api_server(wire, replays=False)
        wire.get().mock(return_value=streamed(b'{"n": 1}\n', b'{"error": "e"}\n'))
        assert received(task(client).events()) == [{"n": 1}, {"error": "e"}]


@pytest.mark.parametrize("types", [[Progress], []])
def test_an_event_is_an_instance_of_the_class_that_has_its_name(
    client: SyncClient, wire: MockRouter, types: Any
) -> None:
    wire.get().mock(return_value=streamed(raw("Progress", {"step": 1}), raw("StopEvent", {})))
    event = Progress(step=1) if types else ReceivedEvent("workflow.Progress", {"step": 1})
    assert received(task(client).events(types=types)) == [event, STOP]
    assert [sent(call.request) for call in wire.calls] == [
        "GET /deployments/d/tasks/t/events?raw_event=true&session_id=s"
    ]


def test_a_stream_goes_on_after_a_bad_event(client: SyncClient, wire: MockRouter) -> None:
    steps = [raw("Progress", {"step": step}) for step in (1, "two", 3)]
    wire.get().mock(return_value=streamed(*steps, raw("StopEvent", {})))
    stream = task(client).events(types=[Progress])
    events, error = broken(stream, EventMismatchError, "step: ")
    assert events == [Progress(step=1)]
    assert error.event == ReceivedEvent("workflow.Progress", {"step": "two"})
    assert received(stream) == [Progress(step=3), STOP]
    assert wire.calls.call_count == 1


def test_a_stream_of_values_goes_on_where_it_was_cut(wire: MockRouter) -> None:
    api_server(wire, replays=True)
    again = streamed(b'{"step": 1}\n{"step": 2}\n{}\n')
    wire.get(path__regex="events$").mock(side_effect=[streamed(b'{"step": 1}\n', CUT), again])
    events = received(task(SyncClient()).events(types=[Progress]))
    assert [event.value for event in events] == [{"step": 1}, {"step": 2}, {}]


def test_types_are_checked_before_anything_is_sent(client: SyncClient, wire: MockRouter) -> None:
    with pytest.raises(ValueError, match="have the same name"):
        task(client).events(types=[Progress, type("Progress", (BaseModel,), {})])
    assert not wire.calls
