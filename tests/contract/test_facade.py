"""The facade and the document are of one size: nothing documented that users cannot reach,
nothing sent that is not documented."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from llama_deploy_client import (
    EventDefinition,
    HumanResponseEvent,
    ServiceDefinition,
    TaskDefinition,
)
from llama_deploy_client._async import apiserver, core, services, tasks
from llama_deploy_client._async import task as one_task
from llama_deploy_client._async.client import AsyncClient
from scripts.contract.conformance import Rules
from scripts.contract.document import APISERVER, CORE, Document, Half, Node, Operation
from scripts.contract.exchange import NDJSON

PACKAGE = Path(apiserver.__file__).parent
HOSTS = {"apiserver.test": APISERVER, "core.test": CORE}
FILE = "name: greetings\nservices: {}\n"
TASK = TaskDefinition.of("echo", message="hi")
EVENT = HumanResponseEvent(response="Ada")
NEWEST = {APISERVER: Half("0.9", APISERVER), CORE: Half("0.8", CORE)}


class Server:
    """Answers every request with the document's own example, and keeps what it was asked."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.asked: set[tuple[str, str]] = set()
        """Half and operation."""
        self.problems: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        tag = HOSTS[request.url.host]
        path = request.url.raw_path.decode().partition("?")[0]
        operation = self.document.find(tag, request.method, path)
        if operation is None:
            self.problems.append(f"the document has no {request.method} {path} of the {tag}")
            return httpx.Response(404, json={"detail": "Not Found"})
        self.asked.add((tag, operation.id))
        self.problems += self._wrong_with(operation, tag, request)
        return self._example(operation, tag)

    def _wrong_with(self, operation: Operation, tag: str, request: httpx.Request) -> list[str]:
        problems = []
        sent = set(parse_qs(request.url.query.decode(), keep_blank_values=True))
        query = {p["name"]: p for p in operation.parameters if p["in"] == "query"}
        required = {name for name, parameter in query.items() if parameter.get("required")}
        problems += [f"query {name} is not documented" for name in sent - query.keys()]
        problems += [f"query {name} is missing" for name in required - sent]
        body = self.document.body_schema(operation)
        content = request.read()
        media_type = request.headers.get("Content-Type", "").partition(";")[0]
        if body is None and content:
            problems.append("a body is not documented")
        elif body is not None and media_type != body[0]:
            problems.append(f"a body of type {media_type!r} instead of {body[0]!r}")
        elif body is not None and media_type == "application/json":
            rules = Rules(self.document, NEWEST[tag])
            schema = self._of_all_generations(body[1])
            problems += rules.mismatches(schema, json.loads(content))
        return [f"{operation.route}: {problem}" for problem in problems]

    def _of_all_generations(self, schema: Node) -> Node:
        """A body's schema with the fields of every generation, and no others."""
        resolved = dict(self.document.resolve(schema))
        fields = resolved.get("properties", {})
        resolved["properties"] = {
            name: self.document.resolve(field) for name, field in fields.items()
        }
        return {"additionalProperties": False, **resolved}

    def _example(self, operation: Operation, tag: str) -> httpx.Response:
        content = self.document.resolve(operation.definition["responses"]["200"])["content"]
        [(media_type, described)] = content.items()
        if operation.path == "/openapi.json":
            return httpx.Response(200, json=self.document.of(NEWEST[tag]).content)
        examples = described["examples"]
        value = self.document.resolve(examples.get(tag, next(iter(examples.values()))))["value"]
        if media_type == "application/json":
            return httpx.Response(200, json=value)
        headers = {"Content-Type": media_type}
        text = value if media_type != NDJSON else value.encode()
        return httpx.Response(200, content=text, headers=headers)


@pytest.fixture
def server(document: Document) -> Server:
    return Server(document)


@pytest.fixture
async def client(server: Server) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(
        api_server_url="http://apiserver.test",
        control_plane_url="http://core.test",
        transport=httpx.MockTransport(server),
        timeout=5,
    ) as client:
        yield client


def deployment(client: AsyncClient) -> apiserver.Deployment:
    return apiserver.Deployment(client=client, id="greetings")


def task(client: AsyncClient) -> tasks.Task:
    return tasks.Task(client=client, deployment_id="greetings", id="t", session_id="s")


def session(client: AsyncClient) -> core.Session:
    return core.Session(client=client, id="s")


async def read(events: AsyncIterator[Any]) -> None:
    assert [event async for event in events]


async def read_run(run: AbstractAsyncContextManager[AsyncIterator[Any]]) -> None:
    async with run as events:
        await read(events)


SERVICE = ServiceDefinition(service_name="greeter", description="Says hello.")
CALLS: dict[str, Callable[[AsyncClient], Awaitable[object]]] = {
    "ApiServer.links": lambda c: c.apiserver.links(),
    "ApiServer.metrics": lambda c: c.apiserver.metrics(),
    "ApiServer.generation": lambda c: c.apiserver.generation(),
    "ApiServer.status": lambda c: c.apiserver.status(),
    "DeploymentCollection.create": lambda c: c.apiserver.deployments.create(FILE),
    "DeploymentCollection.get": lambda c: c.apiserver.deployments.get("greetings"),
    "DeploymentCollection.list": lambda c: c.apiserver.deployments.list(),
    "apiserver.SessionCollection.create": lambda c: deployment(c).sessions.create(),
    "apiserver.SessionCollection.delete": lambda c: deployment(c).sessions.delete("s"),
    "apiserver.SessionCollection.get": lambda c: deployment(c).sessions.get("s"),
    "apiserver.SessionCollection.list": lambda c: deployment(c).sessions.list(),
    "Task.events": lambda c: read(task(c).events()),
    "Task.results": lambda c: task(c).results(),
    "Task.wait": lambda c: task(c).wait(),
    "Task.done": lambda c: task(c).done(),
    "Task.send_event": lambda c: task(c).send_event(EVENT, "human"),
    "TaskCollection.create": lambda c: deployment(c).tasks.create(TASK),
    "TaskCollection.list": lambda c: deployment(c).tasks.list(),
    "TaskCollection.run": lambda c: deployment(c).tasks.run(TASK),
    "TaskCollection.run_many": lambda c: deployment(c).tasks.run_many([TASK]).results(),
    "TaskCollection.stream": lambda c: read_run(deployment(c).tasks.stream(TASK)),
    "Core.generation": lambda c: c.core.generation(),
    "Core.queue_config": lambda c: c.core.queue_config(),
    "Core.settings": lambda c: c.core.settings(),
    "Service.definition": lambda c: services.Service(client=c, id="greeter").definition(),
    "ServiceCollection.deregister": lambda c: c.core.services.deregister("greeter"),
    "ServiceCollection.get": lambda c: c.core.services.get("greeter"),
    "ServiceCollection.list": lambda c: c.core.services.list(),
    "ServiceCollection.register": lambda c: c.core.services.register(SERVICE),
    "Session.create_task": lambda c: session(c).create_task(TASK),
    "Session.definition": lambda c: session(c).definition(),
    "Session.get_current_task": lambda c: session(c).get_current_task(),
    "Session.get_state": lambda c: session(c).get_state(),
    "Session.get_task_result": lambda c: session(c).get_task_result("t"),
    "Session.get_task_result_stream": lambda c: read(session(c).get_task_result_stream("t")),
    "Session.get_tasks": lambda c: session(c).get_tasks(),
    "Session.run": lambda c: session(c).run("echo", message="hi"),
    "Session.run_many": lambda c: session(c).run_many("greeter", [{"name": "Ada"}]).results(),
    "Session.run_nowait": lambda c: session(c).run_nowait("echo", message="hi"),
    "Session.send_event": lambda c: session(c).send_event("human", "t", EVENT),
    "Session.send_event_def": lambda c: session(c).send_event_def(
        "t", EventDefinition(service_id="human", event_obj_str="{}")
    ),
    "Session.update_state": lambda c: session(c).update_state({"user": "Ada"}),
    "core.SessionCollection.create": lambda c: c.core.sessions.create(),
    "core.SessionCollection.delete": lambda c: c.core.sessions.delete("s"),
    "core.SessionCollection.get": lambda c: c.core.sessions.get("s"),
    "core.SessionCollection.get_or_create": lambda c: c.core.sessions.get_or_create("s"),
    "core.SessionCollection.list": lambda c: c.core.sessions.list(),
}


def public_methods() -> set[str]:
    """Every method of the facade that talks, by class; classes of one name by module as well."""
    found = set()
    for module in (apiserver, core, services, one_task, tasks):
        for name, value in vars(module).items():
            if not inspect.isclass(value) or value.__module__ != module.__name__:
                continue
            short = module.__name__.rpartition(".")[2]
            owner = f"{short}.{name}" if name == "SessionCollection" else name
            methods = inspect.getmembers(value, inspect.isfunction)
            talking = [(name, each) for name, each in methods if each.__module__ == module.__name__]
            found |= {f"{owner}.{name}" for name, _ in talking if not name.startswith("_")}
    return found


def test_every_method_of_the_facade_is_tried_here() -> None:
    assert public_methods() == set(CALLS)


@pytest.mark.parametrize("method", CALLS)
async def test_a_method_sends_what_is_documented(
    client: AsyncClient, server: Server, method: str
) -> None:
    await CALLS[method](client)
    assert server.asked
    assert server.problems == []


async def test_the_facade_reaches_every_operation(client: AsyncClient, server: Server) -> None:
    for call in CALLS.values():
        await call(client)
    documented = {
        (tag, operation.id)
        for operation in server.document.operations.values()
        for tag in operation.definition["tags"]
    }
    assert documented - server.asked == set()


@pytest.mark.parametrize("tag", [APISERVER, CORE])
def test_the_facade_uses_the_generated_module_of_every_operation(
    document: Document, tag: str
) -> None:
    imported, used = set(), set()
    for module in PACKAGE.glob("*.py"):
        tree = ast.parse(module.read_text())
        names = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == f"llama_deploy_api.api.{tag}"
            for alias in node.names
        }
        imported |= names
        used |= names & {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    documented = {
        operation.id
        for operation in document.operations.values()
        if tag in operation.definition["tags"]
    }
    assert imported == used == documented
