# Made by `make generate` from tests/unit/_async/test_tracing.py: do not edit.
"""Tracing: a span for each call, with its ids, and below it a span for each request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import httpx
import pytest
import respx
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode, get_current_span
from pydantic import SecretStr

from llama_deploy_client import CallError, LlamaDeployError, StreamInterruptedError, TaskDefinition
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client.opentelemetry import LlamaDeployInstrumentor

from .calls import deployment, session, task

TASK = {
    "llama_deploy.deployment": "d",
    "llama_deploy.session.id": "s",
    "llama_deploy.task.id": "t",
}
CALLS: dict[str, tuple[Callable[[SyncClient], Any], Any, Mapping[str, str]]] = {
    "apiserver.generation": (
        lambda client: client.apiserver.generation(),
        {"paths": {"/deployments/": {}}},
        {},
    ),
    "tasks.create": (
        lambda client: deployment(client).tasks.create({}),
        {"task_id": "t", "session_id": "s"},
        TASK,
    ),
    "tasks.run": (
        lambda client: deployment(client).tasks.run(
            TaskDefinition(input={}, service_id="echo", session_id="s")
        ),
        "done",
        {
            "llama_deploy.deployment": "d",
            "llama_deploy.service": "echo",
            "llama_deploy.session.id": "s",
        },
    ),
    "task.results": (lambda client: task(client).results(), None, TASK),
    "sessions.create": (
        lambda client: deployment(client).sessions.create(),
        {"session_id": "s"},
        {"llama_deploy.deployment": "d", "llama_deploy.session.id": "s"},
    ),
    "sessions.delete": (
        lambda client: deployment(client).sessions.delete(session_id="s"),
        None,
        {"llama_deploy.deployment": "d", "llama_deploy.session.id": "s"},
    ),
    "session.run_nowait": (
        lambda client: session(client).run_nowait("echo"),
        "t",
        {
            "llama_deploy.service": "echo",
            "llama_deploy.session.id": "s",
            "llama_deploy.task.id": "t",
        },
    ),
    "session.get_task_result": (
        lambda client: session(client).get_task_result("t"),
        None,
        {"llama_deploy.session.id": "s", "llama_deploy.task.id": "t"},
    ),
}


class Spans:
    """What was exported so far."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))

    def calls(self) -> list[ReadableSpan]:
        return [span for span in self.all() if span.parent is None]

    def below(self, call: ReadableSpan) -> list[ReadableSpan]:
        context = call.get_span_context()
        return [
            span
            for span in self.all()
            if context and span.parent and span.parent.span_id == context.span_id
        ]

    def all(self) -> tuple[ReadableSpan, ...]:
        return self.exporter.get_finished_spans()


@pytest.fixture
def spans() -> Iterator[Spans]:
    """Tracing is on, and its spans come here."""
    spans = Spans()
    LlamaDeployInstrumentor().instrument(tracer_provider=spans.provider)
    yield spans
    LlamaDeployInstrumentor().uninstrument()


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


@pytest.mark.parametrize("name", CALLS)
def test_a_call_is_a_span_with_the_ids_and_its_request_is_one_below(
    name: str, client: SyncClient, wire: respx.MockRouter, spans: Spans
) -> None:
    make, answer, ids = CALLS[name]
    wire.route().respond(content=json.dumps(answer))
    make(client)
    [call] = spans.calls()
    assert call.name == f"llama_deploy {name}"
    assert call.instrumentation_scope is not None
    assert call.instrumentation_scope.name == "llama_deploy_client"
    assert attributes(call) == ids
    [request] = spans.below(call)
    assert request.name == wire.calls.last.request.method
    assert attributes(request)["http.status_code"] == 200
    assert attributes(request)["http.url"] == str(wire.calls.last.request.url)


def test_the_server_gets_the_span_of_its_request(
    client: SyncClient, wire: respx.MockRouter, spans: Spans
) -> None:
    wire.get().respond(json=[])
    client.apiserver.deployments.list()
    [request] = spans.below(*spans.calls())
    context = request.get_span_context()
    assert context is not None
    sent = wire.calls.last.request.headers["traceparent"]
    assert sent.startswith(f"00-{context.trace_id:032x}-{context.span_id:016x}-")


def test_tries_are_spans_below_one_call(wire: respx.MockRouter, spans: Spans) -> None:
    wire.get().mock(side_effect=[httpx.Response(503), httpx.Response(200, json=[])])
    SyncClient().apiserver.deployments.list()
    requests = spans.below(*spans.calls())
    assert [attributes(span)["http.status_code"] for span in requests] == [503, 200]
    assert [span.status.status_code for span in requests] == [StatusCode.ERROR, StatusCode.UNSET]


def test_an_error_is_on_the_span_of_the_call(
    client: SyncClient, wire: respx.MockRouter, spans: Spans
) -> None:
    wire.get().mock(side_effect=httpx.ConnectError("nobody is there"))
    with pytest.raises(CallError) as caught:
        task(client).results()
    [call] = spans.calls()
    assert call.status.status_code is StatusCode.ERROR
    assert str(caught.value) in str(call.status.description)
    assert attributes(call) == TASK


class Body(httpx.SyncByteStream):
    """A body that notes which span is current as it is read, and may break."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.read_in: list[int] = []

    def __iter__(self) -> Iterator[bytes]:
        for line in (b'{"n": 1}\n', b'{"n": 2}\n', b"{}\n"):
            self.read_in.append(get_current_span().get_span_context().span_id)
            yield line
        if self.error:
            raise self.error


def test_a_stream_is_one_span_until_its_end(
    client: SyncClient, wire: respx.MockRouter, spans: Spans
) -> None:
    body = Body()
    wire.get().respond(stream=body)
    for _ in task(client).events():
        assert not spans.calls()
        assert not get_current_span().is_recording()
    [call] = spans.calls()
    assert call.name == "llama_deploy task.events"
    assert attributes(call) == TASK
    assert call.status.status_code is StatusCode.UNSET
    context = call.get_span_context()
    assert context is not None
    assert set(body.read_in) == {context.span_id}
    assert len(spans.below(call)) == 1


def test_arguments_arrive_by_place_and_by_name(
    client: SyncClient, wire: respx.MockRouter, spans: Spans
) -> None:
    started = wire.post("http://localhost:8000/sessions/s/tasks").respond(json="t")
    assert session(client).run_nowait("echo", steps=3) == "t"
    assert json.loads(json.loads(started.calls.last.request.content)["input"]) == {"steps": 3}
    wire.get("http://localhost:8000/sessions/s/tasks/t/result_stream").respond(content=b"{}\n")
    for events in (
        session(client).get_task_result_stream("t"),
        session(client).get_task_result_stream(task_id="t"),
    ):
        for event in events:
            assert event == {}
    assert [attributes(call)["llama_deploy.task.id"] for call in spans.calls()] == ["t"] * 3


def test_a_stream_that_is_left_ends_its_span(
    client: SyncClient, wire: respx.MockRouter, spans: Spans
) -> None:
    wire.get().respond(stream=Body())
    with task(client).events() as events:
        next(events)
    [call] = spans.calls()
    assert call.status.status_code is StatusCode.UNSET


def test_a_stream_that_fails_has_its_error_on_its_span(
    client: SyncClient, wire: respx.MockRouter, spans: Spans
) -> None:
    wire.get("/deployments/d/tasks/t/events").respond(stream=Body(httpx.ReadError("cut")))
    wire.get("/openapi.json").respond(500)
    delivered = []
    with pytest.raises(StreamInterruptedError):
        for event in task(client).events():
            delivered.append(event)
    assert delivered == [{"n": 1}, {"n": 2}, {}]
    call = spans.calls()[-1]
    assert call.name == "llama_deploy task.events"
    assert call.status.status_code is StatusCode.ERROR


def test_the_runs_of_a_batch_are_below_what_started_it(
    client: SyncClient, wire: respx.MockRouter, spans: Spans
) -> None:
    wire.post().respond(json="done")
    with spans.provider.get_tracer("mine").start_as_current_span("mine"):
        deployment(client).tasks.run_many([{}, {}, {}]).results()
    [mine] = spans.calls()
    assert [span.name for span in spans.below(mine)] == ["llama_deploy tasks.run"] * 3


def test_no_secret_is_on_a_span(wire: respx.MockRouter, spans: Spans) -> None:
    secret = "s3cret"
    places: list[dict[str, Any]] = [
        {"api_server_url": f"http://me:{secret}@one:1"},
        {"token": SecretStr(secret)},
        {"headers": {"X-Key": secret}},
        {"auth": httpx.BasicAuth("me", secret)},
    ]
    answers: list[Any] = [httpx.Response(401), httpx.ReadError("cut"), httpx.Response(200, json=[])]
    for place in places:
        for answer in answers:
            wire.get().mock(side_effect=[answer])
            client = SyncClient(max_retries=0, **place)
            with suppress(LlamaDeployError):
                client.apiserver.deployments.list()
    assert len(spans.calls()) == len(places) * len(answers)
    for call in spans.calls():
        assert secret not in "".join(span.to_json() for span in [call, *spans.below(call)])


def test_a_request_is_one_span_where_httpx_is_instrumented_as_well(
    wire: respx.MockRouter, spans: Spans
) -> None:
    wire.get().respond(json=[])
    transport = httpx.HTTPTransport()
    HTTPXClientInstrumentor().instrument(tracer_provider=spans.provider)
    try:
        with SyncClient(transport=transport) as client:
            client.apiserver.deployments.list()
        with httpx.Client() as mine:
            SyncClient(http_client=mine).apiserver.deployments.list()
    finally:
        HTTPXClientInstrumentor().uninstrument()
    assert [len(spans.below(call)) for call in spans.calls()] == [1, 1]
    assert len(spans.all()) == 4


def test_requests_are_measured_where_a_meter_is_asked_to(
    client: SyncClient, wire: respx.MockRouter, spans: Spans
) -> None:
    wire.get().respond(json=[])
    reader = InMemoryMetricReader()
    LlamaDeployInstrumentor().uninstrument()
    LlamaDeployInstrumentor().instrument(
        tracer_provider=spans.provider, meter_provider=MeterProvider([reader])
    )
    client.apiserver.deployments.list()
    measured = reader.get_metrics_data()
    assert measured is not None
    assert '"name": "http.client.duration"' in measured.to_json()


def test_tracing_can_end_and_begin_while_a_client_is_used(
    client: SyncClient, wire: respx.MockRouter, spans: Spans
) -> None:
    wire.get().respond(json=[])
    client.apiserver.deployments.list()
    LlamaDeployInstrumentor().uninstrument()
    client.apiserver.deployments.list()
    assert "traceparent" not in wire.calls.last.request.headers
    assert len(spans.calls()) == 1
    LlamaDeployInstrumentor().instrument(tracer_provider=spans.provider)
    client.apiserver.deployments.list()
    assert len(spans.calls()) == 2
