"""Tracing: a span for each call, with its ids, and below it a span for each request."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode, get_current_span
from pydantic import SecretStr
from respx import MockRouter

from llama_deploy_client import CallError, LlamaDeployError, StreamInterruptedError
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client.opentelemetry import LlamaDeployInstrumentor

from .calls import CONTROL_PLANE, ROWS, deployment, session, task
from .streaming import broken, received

SERVICE = {"llama_deploy.service": "echo"}
SESSION = {"llama_deploy.session.id": "s"}
IN_DEPLOYMENT = {"llama_deploy.deployment": "d"}
TASK = {**IN_DEPLOYMENT, **SESSION, "llama_deploy.task.id": "t"}
IDS: dict[str, dict[str, str]] = {
    "apiserver.generation": {},
    "deployment.tasks.create": {**TASK, **SERVICE},
    "deployment.tasks.run": {**IN_DEPLOYMENT, **SERVICE},
    "deployment.tasks.run in a session": {**IN_DEPLOYMENT, **SESSION},
    "task.results": TASK,
    "deployment.sessions.create": {**IN_DEPLOYMENT, **SESSION},
    "deployment.sessions.delete": {**IN_DEPLOYMENT, **SESSION},
    "session.create_task": {**SERVICE, **SESSION, "llama_deploy.task.id": "t"},
    "session.get_task_result": {**SESSION, "llama_deploy.task.id": "t"},
}
"""The ids on the spans of some methods."""


class Spans:
    """What was exported so far."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))

    def all(self) -> tuple[ReadableSpan, ...]:
        return self.exporter.get_finished_spans()

    def calls(self) -> list[ReadableSpan]:
        return [span for span in self.all() if span.parent is None]

    def call(self) -> ReadableSpan:
        [call] = self.calls()
        return call

    def below(self, call: ReadableSpan) -> list[ReadableSpan]:
        id = span_id(call)
        return [span for span in self.all() if span.parent and span.parent.span_id == id]


@pytest.fixture
def spans() -> Iterator[Spans]:
    """Tracing is on, and its spans come here."""
    spans = Spans()
    LlamaDeployInstrumentor().instrument(tracer_provider=spans.provider)
    yield spans
    LlamaDeployInstrumentor().uninstrument()


def span_id(span: ReadableSpan) -> int:
    context = span.get_span_context()
    assert context is not None
    return context.span_id


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


@pytest.mark.parametrize("row", [row for row in ROWS if row.name in IDS], ids=lambda row: row.name)
async def test_a_call_is_a_span_with_the_ids_and_its_request_is_one_below(
    row: Any, client: AsyncClient, wire: MockRouter, spans: Spans
) -> None:
    wire.route().respond(content=json.dumps(row.response))
    await row.call(client)
    call = spans.call()
    assert call.name == f"llama_deploy {row.name.removeprefix('deployment.').split(' ')[0]}"
    assert call.instrumentation_scope is not None
    assert call.instrumentation_scope.name == "llama_deploy_client"
    assert attributes(call) == IDS[row.name]
    [request] = spans.below(call)
    assert request.name == wire.calls.last.request.method
    assert attributes(request)["http.status_code"] == 200
    assert attributes(request)["http.url"] == str(wire.calls.last.request.url)
    sent = wire.calls.last.request.headers["traceparent"]
    assert f"-{span_id(request):016x}-" in sent  # the server gets the span of its request


async def test_retries_are_spans_below_one_call(wire: MockRouter, spans: Spans) -> None:
    wire.get().mock(side_effect=[httpx.Response(503), httpx.Response(200, json=[])])
    await AsyncClient().apiserver.deployments.list()
    requests = spans.below(spans.call())
    assert [attributes(span)["http.status_code"] for span in requests] == [503, 200]
    assert [span.status.status_code for span in requests] == [StatusCode.ERROR, StatusCode.UNSET]


async def test_an_error_is_on_its_span(client: AsyncClient, wire: MockRouter, spans: Spans) -> None:
    wire.get().mock(side_effect=httpx.ConnectError("nobody is there"))
    with pytest.raises(CallError) as caught:
        await task(client).results()
    call = spans.call()
    assert call.status.status_code is StatusCode.ERROR
    assert str(caught.value) in str(call.status.description)
    assert attributes(call) == TASK


async def test_arguments_arrive_by_place_and_by_name(
    client: AsyncClient, wire: MockRouter, spans: Spans
) -> None:
    created = wire.post(f"{CONTROL_PLANE}/sessions/s/tasks").respond(json="t")
    assert await session(client).run_nowait("echo", steps=3) == "t"
    assert json.loads(json.loads(created.calls.last.request.content)["input"]) == {"steps": 3}
    wire.get(f"{CONTROL_PLANE}/sessions/s/tasks/t/result_stream").respond(content=b"{}\n")
    assert await received(session(client).get_task_result_stream("t")) == [{}]
    assert await received(session(client).get_task_result_stream(task_id="t")) == [{}]
    assert [attributes(call)["llama_deploy.task.id"] for call in spans.calls()] == ["t"] * 3


class Body(httpx.AsyncByteStream):
    """A body that records which span is current as it is read, and may break."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.spans: set[int] = set()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for line in (b'{"n": 1}\n', b'{"n": 2}\n', b"{}\n"):
            self.spans.add(get_current_span().get_span_context().span_id)
            yield line
        if self.error:
            raise self.error


class TestAStream:
    async def test_is_one_span_until_its_end(
        self, client: AsyncClient, wire: MockRouter, spans: Spans
    ) -> None:
        body = Body()
        wire.get().respond(stream=body)
        async for _ in task(client).events():
            assert not spans.calls()
            assert not get_current_span().is_recording()
        call = spans.call()
        assert call.name == "llama_deploy task.events"
        assert attributes(call) == TASK
        assert call.status.status_code is StatusCode.UNSET
        assert body.spans == {span_id(call)}
        assert len(spans.below(call)) == 1

    async def test_that_is_left_ends_its_span(
        self, client: AsyncClient, wire: MockRouter, spans: Spans
    ) -> None:
        wire.get().respond(stream=Body())
        async with task(client).events() as events:
            await anext(events)
        assert spans.call().status.status_code is StatusCode.UNSET

    async def test_that_fails_has_its_error_on_its_span(
        self, client: AsyncClient, wire: MockRouter, spans: Spans
    ) -> None:
        wire.get("/deployments/d/tasks/t/events").respond(stream=Body(httpx.ReadError("cut")))
        wire.get("/openapi.json").respond(500)
        events, _ = await broken(task(client).events(), StreamInterruptedError)
        assert events == [{"n": 1}, {"n": 2}, {}]
        call = spans.calls()[-1]
        assert call.name == "llama_deploy task.events"
        assert call.status.status_code is StatusCode.ERROR


async def test_the_runs_of_a_batch_are_below_what_started_it(
    client: AsyncClient, wire: MockRouter, spans: Spans
) -> None:
    wire.post().respond(json="done")
    with spans.provider.get_tracer("mine").start_as_current_span("mine"):
        await deployment(client).tasks.run_many([{}, {}, {}]).results()
    assert [span.name for span in spans.below(spans.call())] == ["llama_deploy tasks.run"] * 3


@pytest.mark.parametrize(
    "place",
    [
        {"api_server_url": "http://me:s3cret@one:1"},
        {"token": SecretStr("s3cret")},
        {"headers": {"X-Key": "s3cret"}},
        {"auth": httpx.BasicAuth("me", "s3cret")},
    ],
    ids=lambda place: str(*place),
)
async def test_no_span_has_a_secret(wire: MockRouter, spans: Spans, place: dict[str, Any]) -> None:
    responses: list[Any] = [
        httpx.Response(401),
        httpx.ReadError("cut"),
        httpx.Response(200, json=[]),
    ]
    wire.get().mock(side_effect=responses)
    client = AsyncClient(max_retries=0, **place)
    for _ in responses:
        with suppress(LlamaDeployError):
            await client.apiserver.deployments.list()
    assert len(spans.calls()) == len(responses)
    assert "s3cret" not in "".join(span.to_json() for span in spans.all())


async def test_a_request_is_one_span_where_httpx_is_instrumented_as_well(
    wire: MockRouter, spans: Spans
) -> None:
    wire.get().respond(json=[])
    transport = httpx.AsyncHTTPTransport()
    HTTPXClientInstrumentor().instrument(tracer_provider=spans.provider)
    try:
        async with AsyncClient(transport=transport) as client:
            await client.apiserver.deployments.list()
        async with httpx.AsyncClient() as mine:
            await AsyncClient(http_client=mine).apiserver.deployments.list()
    finally:
        HTTPXClientInstrumentor().uninstrument()
    assert [len(spans.below(call)) for call in spans.calls()] == [1, 1]
    assert len(spans.all()) == 4


async def test_a_meter_measures_calls(client: AsyncClient, wire: MockRouter, spans: Spans) -> None:
    wire.get().respond(json=[])
    reader = InMemoryMetricReader()
    LlamaDeployInstrumentor().uninstrument()
    LlamaDeployInstrumentor().instrument(
        tracer_provider=spans.provider, meter_provider=MeterProvider([reader])
    )
    await client.apiserver.deployments.list()
    metrics = reader.get_metrics_data()
    assert metrics is not None
    assert '"name": "http.client.duration"' in metrics.to_json()


async def test_tracing_can_end_and_begin_while_a_client_is_used(
    client: AsyncClient, wire: MockRouter, spans: Spans
) -> None:
    wire.get().respond(json=[])
    await client.apiserver.deployments.list()
    LlamaDeployInstrumentor().uninstrument()
    await client.apiserver.deployments.list()
    assert "traceparent" not in wire.calls.last.request.headers
    assert len(spans.calls()) == 1
    LlamaDeployInstrumentor().instrument(tracer_provider=spans.provider)
    await client.apiserver.deployments.list()
    assert len(spans.calls()) == 2
