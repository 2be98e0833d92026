"""openapi/llama_agents.yaml is true: every response of a real server is as it says."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from scripts.contract.conformance import Rules
from scripts.contract.document import PATH, Document, Half
from scripts.contract.exchange import Exchange, Response
from scripts.workflow_server import WorkflowServer

DOCUMENT = Document.load(PATH.with_name("llama_agents.yaml"))
HALF = Half("llama-agents", "workflows")
RULES = Rules(DOCUMENT, HALF)
UNSEEN = {("get_health", 503): "only while the server starts, which it does before it listens"}

START = {"start_event": {"question": "Who?"}}
REPLY = {"type": "HumanResponseEvent", "value": {"response": "Ada"}}


def problems(exchange: Exchange) -> list[str]:
    """How a response differs from the document, which also has all fields that are sent."""
    found, response = RULES.problems(exchange), exchange.response
    if not found and response.content_type == "text/event-stream":
        operation = DOCUMENT.operations[exchange.operation]
        described = DOCUMENT.response(operation, response.status, HALF) or {}
        schema = described["content"][response.content_type]["schema"]
        found = mismatches(schema, response.text)
    return found


def mismatches(schema: dict[str, Any], value: Any) -> list[str]:
    """How a value, or an event of a stream, differs from its schema."""
    values = [value]
    if "contentSchema" in schema:
        schema = schema["contentSchema"]
        values = [json.loads(line[6:]) for line in value.split("\n") if line.startswith("data: ")]
    return [problem for each in values for problem in RULES.mismatches(schema, each)]


class Probe:
    """Sends requests, each on a connection of its own, and keeps the responses."""

    def __init__(self, url: str) -> None:
        self.exchanges: list[Exchange] = []
        self._url = url

    def __call__(self, operation: str, body: Any = None, query: str = "", **ids: str) -> Any:
        method, path = DOCUMENT.operations[operation].route.split()
        target = f"{path.format(**ids)}{query}"
        got = httpx.request(method, f"{self._url}{target}", json=body, timeout=100)
        named = got.headers.get("content-type", "").partition(";")[0]
        content_type = named if got.content else ""  # a 204 names one, too
        response = Response(got.status_code, content_type, got.text)
        self.exchanges.append(Exchange(HALF, operation, "", f"{method} {target}", response))
        return response.json() if content_type == "application/json" else None


def run_everything(probe: Probe, database: Path) -> None:
    probe("get_health")
    probe("list_workflows")
    for name in ("greeting", "nobody"):
        probe("get_workflow_schema", workflow_name=name)
        probe("list_workflow_events", workflow_name=name)
        probe("get_workflow_representation", workflow_name=name)
    own = start_workflows(probe)
    send_and_read_events(probe)
    probe("stream_handler_events", query="?after_sequence=-1", handler_id=own)
    probe("cancel_handler", handler_id="nobody")
    probe("cancel_handler", handler_id="human")
    probe("start_workflow", {**START, "handler_id": "left"}, workflow_name="human")
    probe("cancel_handler", handler_id="left")
    probe("cancel_handler", query="?purge=true", handler_id="human")
    for handler in ("left", "nobody", own):
        probe("get_handler", handler_id=handler)
    for query in ("", "?status=completed&status=failed", "?workflow_name=human", "?status=none"):
        probe("list_handlers", query=query)
    make_unreadable(own, database)
    probe("get_handler", handler_id=own)
    probe("stream_handler_events", handler_id=own)
    probe("list_handlers")


def start_workflows(probe: Probe) -> str:
    """Start the handlers that are used later. One has a stop event of its own."""
    for operation in ("run_workflow", "start_workflow"):
        probe(operation, {"start_event": {"message": "a"}}, workflow_name="echo")
        probe(operation, {"start_event": {}}, workflow_name="greeting")
        probe(operation, {"start_event": {}}, workflow_name="nobody")
    probe("run_workflow", {"start_event": {}}, workflow_name="failing")
    still_runs = probe("run_workflow", {"start_event": {}}, workflow_name="unserializable")
    assert still_runs["status"] == "running"
    probe("start_workflow", {**START, "handler_id": "human"}, workflow_name="human")
    for operation in ("run_workflow", "start_workflow"):
        probe(operation, {**START, "handler_id": "human"}, workflow_name="human")
    probe("get_handler", handler_id="human")
    envelope = {"type": "Order", "value": {"name": "Ada"}}
    done = probe("run_workflow", {"start_event": envelope}, workflow_name="greeting")
    return str(done["handler_id"])


def send_and_read_events(probe: Probe) -> None:
    nobody = {"type": "Nobody", "value": {}}
    for event in ({"event": nobody}, {"event": REPLY, "step": "nowhere"}, {"event": REPLY}):
        probe("send_handler_event", event, handler_id="human")
    probe("send_handler_event", {"event": REPLY}, handler_id="nobody")
    while probe("get_handler", handler_id="human")["status"] == "running":
        pass
    probe("send_handler_event", {"event": REPLY}, handler_id="human")
    for query in ("?after_sequence=-1", "?after_sequence=1000", "?after_sequence=abc", ""):
        probe("stream_handler_events", query=query, handler_id="human")
    probe("stream_handler_events", handler_id="nobody")


def make_unreadable(handler_id: str, database: Path) -> None:
    """Change the stored result, as if the class of the stop event had changed."""
    wrong = json.dumps({"__is_pydantic": True, "value": {}, "qualified_name": "no.Where"})
    with sqlite3.connect(database, timeout=100) as connection:
        statement = "UPDATE handlers SET result = ? WHERE handler_id = ?"
        connection.execute(statement, [wrong, handler_id])
    connection.close()


@pytest.fixture(scope="module")
def exchanges() -> Iterator[list[Exchange]]:
    with WorkflowServer(persistent=True) as server:
        assert server.database is not None
        probe = Probe(server.url)
        run_everything(probe, server.database)
        yield probe.exchanges


@pytest.mark.parametrize("operation", DOCUMENT.operations)
def test_every_response_is_as_documented(exchanges: list[Exchange], operation: str) -> None:
    responses = [one for one in exchanges if one.operation == operation]
    assert responses
    assert [problem for one in responses for problem in problems(one)] == []


def test_every_documented_status_was_seen(exchanges: list[Exchange]) -> None:
    documented = {
        (name, int(status))
        for name, each in DOCUMENT.operations.items()
        for status in each.definition["responses"]
    }
    seen = {(one.operation, one.response.status) for one in exchanges}
    assert documented - seen == UNSEEN.keys()


def test_examples_are_as_their_schemas_say() -> None:
    definitions = [operation.definition for operation in DOCUMENT.operations.values()]
    contents = [
        content
        for each in definitions
        for part in [*each["responses"].values(), each.get("requestBody", {})]
        for content in DOCUMENT.resolve(part).get("content", {}).values()
    ]
    assert contents
    for content in contents:
        for example in content["examples"].values():
            value = DOCUMENT.resolve(example)["value"]
            assert mismatches(content["schema"], value) == []


def test_every_documented_field_was_sent(exchanges: list[Exchange]) -> None:
    """The rules refuse a field that is not documented."""
    sent = "".join(one.response.text for one in exchanges)
    schemas = DOCUMENT.content["components"]["schemas"]
    for schema in ("HandlerState", "EventEnvelope"):
        assert [name for name in schemas[schema]["properties"] if f'"{name}":' not in sent] == []
