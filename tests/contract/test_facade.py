"""The facade and the document are of one size: users reach all that is documented, and nothing is
sent that is not."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from llama_deploy_client._async.client import AsyncClient
from scripts.contract.conformance import Rules
from scripts.contract.document import APISERVER, CORE, Document, Half, Operation
from scripts.contract.exchange import NDJSON

from ..unit._async.calls import ROWS, STATUS_ROW, session, task

NEWEST = {APISERVER: Half("0.9", APISERVER), CORE: Half("0.8", CORE)}


async def read(events: AsyncIterator[Any]) -> None:
    assert [event async for event in events]


CALLS: dict[str, Callable[[AsyncClient], Any]] = {
    **{row.name: row.call for row in [STATUS_ROW, *ROWS]},
    "apiserver.metrics": lambda c: c.apiserver.metrics(),
    "apiserver.task.events": lambda c: read(task(c).events()),
    "core.session.get_task_result_stream": lambda c: read(session(c).get_task_result_stream("t")),
}
"""Every method that sends a request of its own."""


class Server:
    """Responds to every request with the document's own example."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.requests: set[tuple[str, str]] = set()
        """Half and operation."""
        self.problems: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        tag = request.url.host
        path = request.url.raw_path.decode().partition("?")[0]
        operation = self.document.find(tag, request.method, path)
        assert operation is not None, f"the document has no {request.method} {path} of the {tag}"
        self.requests.add((tag, operation.id))
        self.problems += self._problems(operation, tag, request)
        return self._example(operation, tag)

    def _problems(self, operation: Operation, tag: str, request: httpx.Request) -> list[str]:
        query = {p["name"]: p for p in operation.parameters if p["in"] == "query"}
        names = set(parse_qs(request.url.query.decode(), keep_blank_values=True))
        required = {name for name, parameter in query.items() if parameter.get("required")}
        problems = [f"query {name} is not documented" for name in names - query.keys()]
        problems += [f"query {name} is missing" for name in required - names]
        content = request.read()
        sent_type = request.headers.get("Content-Type", "").partition(";")[0]
        media_type, schema = self.document.body_schema(operation) or ("", {})
        if sent_type != media_type or bool(content) != bool(media_type):
            problems.append(f"a body of type {sent_type!r} instead of {media_type!r}")
        elif media_type == "application/json":
            resolved = {**self.document.resolve(schema)}
            resolved["properties"] = {  # of every generation
                name: self.document.resolve(field)
                for name, field in resolved.get("properties", {}).items()
            }
            closed = {"additionalProperties": False, **resolved}
            rules = Rules(self.document, NEWEST[tag])
            problems += rules.mismatches(closed, json.loads(content))
        return problems

    def _example(self, operation: Operation, tag: str) -> httpx.Response:
        if operation.path == "/openapi.json":
            return httpx.Response(200, json=self.document.of(NEWEST[tag]).content)
        content = self.document.resolve(operation.definition["responses"]["200"])["content"]
        [(media_type, described)] = content.items()
        examples = described["examples"]
        value = self.document.resolve(examples.get(tag, next(iter(examples.values()))))["value"]
        text = value if media_type in (NDJSON, "text/plain") else json.dumps(value)
        return httpx.Response(200, text=text, headers={"Content-Type": media_type})


@pytest.fixture
def server(document: Document) -> Server:
    return Server(document)


@pytest.fixture
async def client(server: Server) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(
        api_server_url=f"http://{APISERVER}",
        control_plane_url=f"http://{CORE}",
        transport=httpx.MockTransport(server),
        timeout=60,
    ) as client:
        yield client


@pytest.mark.parametrize("method", CALLS)
async def test_a_method_sends_what_is_documented(
    client: AsyncClient, server: Server, method: str
) -> None:
    await CALLS[method](client)
    assert server.requests
    assert server.problems == []


async def test_the_facade_reaches_every_operation(client: AsyncClient, server: Server) -> None:
    for call in CALLS.values():
        await call(client)
    assert server.requests == {
        (tag, operation.id)
        for operation in server.document.operations.values()
        for tag in operation.definition["tags"]
    }
