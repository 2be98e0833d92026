"""openapi/llama_agents.yaml is true: every response of a real server is as it says."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import jsonschema_rs
import pytest
from ruamel.yaml import YAML

from scripts.workflow_server import WorkflowServer

DOCUMENT: dict[str, Any] = YAML(typ="safe").load(
    Path(__file__).parents[2] / "openapi" / "llama_agents.yaml"
)
UNSEEN = {("get_health", 503): "only while the server starts, which it does before it listens"}

START = {"start_event": {"question": "Who?"}}
REPLY = {"type": "HumanResponseEvent", "value": {"response": "Ada"}}


class Exchange(NamedTuple):
    operation: str
    response: httpx.Response


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation of each."""
    for path, item in DOCUMENT["paths"].items():
        for method in ("get", "post"):
            if method in item:
                yield method.upper(), path, item[method]


OPERATIONS = {operation["operationId"]: operation for _, _, operation in operations()}


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """What a reference within the document points to."""
    if "$ref" not in part:
        return part
    names = part["$ref"].removeprefix("#/").split("/")
    return dict(reduce(lambda parent, name: parent[name], names, DOCUMENT))


def problems(exchange: Exchange) -> Iterator[str]:
    """How a response differs from the document."""
    response = exchange.response
    where = f"{exchange.operation} {response.status_code}"
    documented = OPERATIONS[exchange.operation]["responses"].get(str(response.status_code))
    if documented is None:
        yield f"{where} is not documented: {response.text}"
        return
    content = resolved(documented).get("content", {})
    media_type = response.headers.get("content-type", "").partition(";")[0]
    if response.status_code == 204:
        assert not content
        assert not response.content
        return
    if media_type not in content:
        yield f"{where}: {media_type} in place of {list(content)}"
        return
    schema = content[media_type]["schema"]
    values = [response.json()] if media_type == "application/json" else events_of(response.text)
    for value in values:
        yield from (f"{where}: {problem}" for problem in misfits(schema, value))


def events_of(text: str) -> list[Any]:
    return [json.loads(line[6:]) for line in text.split("\n") if line.startswith("data: ")]


def misfits(schema: dict[str, Any], value: Any) -> list[str]:
    schema = schema.get("contentSchema", schema)
    whole = {"components": DOCUMENT["components"], **schema}
    return [error.message for error in jsonschema_rs.Draft202012Validator(whole).iter_errors(value)]


class Probe:
    """Sends requests, each on a connection of its own, and keeps the responses."""

    def __init__(self, url: str) -> None:
        self.exchanges: list[Exchange] = []
        self._url = url

    def __call__(self, operation: str, body: Any = None, query: str = "", **ids: str) -> Any:
        method, path = next(
            (method, path)
            for method, path, each in operations()
            if each["operationId"] == operation
        )
        url = f"{self._url}{path.format(**ids)}{query}"
        response = httpx.request(method, url, json=body, timeout=100)
        self.exchanges.append(Exchange(operation, response))
        return response.json() if response.content and response.text[0] in "{[" else None


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


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_response_is_as_documented(exchanges: list[Exchange], operation: str) -> None:
    responses = [one for one in exchanges if one.operation == operation]
    assert responses
    assert [problem for one in responses for problem in problems(one)] == []


def test_every_documented_status_was_seen(exchanges: list[Exchange]) -> None:
    documented = {
        (name, int(status)) for name, each in OPERATIONS.items() for status in each["responses"]
    }
    seen = {(one.operation, one.response.status_code) for one in exchanges}
    assert documented - seen == UNSEEN.keys()


def test_examples_are_as_their_schemas_say() -> None:
    contents = [
        content
        for _, _, operation in operations()
        for response in [*operation["responses"].values(), operation.get("requestBody", {})]
        for content in resolved(response).get("content", {}).values()
    ]
    assert contents
    for content in contents:
        for example in content["examples"].values():
            value = resolved(example)["value"]
            values = events_of(value) if isinstance(value, str) else [value]
            assert [misfits(content["schema"], each) for each in values] == [[]] * len(values)


def test_the_document_says_everything_that_is_sent(exchanges: list[Exchange]) -> None:
    """No field of a response is missing in its schema."""
    states = [
        each
        for one in exchanges
        if one.operation == "list_handlers"
        for each in one.response.json()["handlers"]
    ]
    schemas = DOCUMENT["components"]["schemas"]
    documented = schemas["HandlerState"]["properties"]
    assert {key for state in states for key in state} == documented.keys()
    results = [state["result"] for state in states if state["result"]]
    documented = schemas["EventEnvelope"]["properties"]
    assert {key for each in results for key in each} == documented.keys()
