# Made by `make generate` from tests/servers/_async/test_tracing.py: do not edit.
"""A task's life on a real server, as its spans tell it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from llama_deploy_client import TaskDefinition
from llama_deploy_client._sync.apiserver import Deployment
from llama_deploy_client.opentelemetry import LlamaDeployInstrumentor

from .helpers import collect, result_of


@pytest.fixture
def exported() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    LlamaDeployInstrumentor().instrument(tracer_provider=provider)
    yield exporter
    LlamaDeployInstrumentor().uninstrument()


def test_the_spans_of_a_task_have_its_ids(
    deployment: Deployment, exported: InMemorySpanExporter
) -> None:
    task = deployment.tasks.create(TaskDefinition.of("progress", steps=2))
    collect(task.events())
    result_of(task)
    finished = exported.get_finished_spans()
    parents = {span.parent.span_id for span in finished if span.parent}
    about = [
        span
        for span in finished
        if (span.attributes or {}).get("llama_deploy.task.id") == task.id
        and (span.attributes or {}).get("llama_deploy.session.id") == task.session_id
        and (span.attributes or {}).get("llama_deploy.deployment") == deployment.id
    ]
    # Where a server lost the stop event, the end of the events, too, is a look at the results.
    names = [span.name for span in about if span.name != "llama_deploy task.results"]
    ways = ("tasks.create", "task.events", "task.wait")
    assert names == [f"llama_deploy {way}" for way in ways]
    for span in about:
        context = span.get_span_context()
        assert context is not None
        assert context.span_id in parents  # of the spans of its requests
