# Made by `make generate` from tests/unit/_async/test_ids.py: do not edit.
"""An id names one thing, whatever characters it has: escaped in the URL, or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
import respx

from llama_deploy_client import HumanResponseEvent, ServiceDefinition
from llama_deploy_client._sync.apiserver import Deployment
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.core import Session
from llama_deploy_client._sync.services import Service
from llama_deploy_client._sync.tasks import Task

ODD = [
    "a/b",
    "../x",
    "a?b=c",
    "a#b",
    "50%",
    "%2F",
    "a b",
    "a+b",
    "größe",
    "日本",
    "a\nb",
    "a;b&c",
    "\\",
]
REFUSED = ["", ".", ".."]
EVENT = HumanResponseEvent(response="42")


def deployment(client: Any, id: str) -> Deployment:
    return Deployment(client=client, id=id)


def task(client: Any, deployment_id: str, id: str) -> Task:
    return Task(client=client, deployment_id=deployment_id, id=id, session_id="s")


def session(client: Any, id: str) -> Session:
    return Session(client=client, id=id)


# An "ID" stands where the id goes.
IN_PATHS: dict[str, Callable[[Any, str], Any]] = {
    "/deployments/ID": lambda c, x: c.apiserver.deployments.get(x),
    "/deployments/ID/tasks": lambda c, x: deployment(c, x).tasks.list(),
    "/deployments/ID/tasks/run": lambda c, x: deployment(c, x).tasks.run({}),
    "/deployments/ID/tasks/create": lambda c, x: deployment(c, x).tasks.create({}),
    "/deployments/ID/sessions": lambda c, x: deployment(c, x).sessions.list(),
    "/deployments/ID/sessions/create": lambda c, x: deployment(c, x).sessions.create(),
    "/deployments/d/sessions/ID": lambda c, x: deployment(c, "d").sessions.get(x),
    "/deployments/ID/sessions/s": lambda c, x: deployment(c, x).sessions.get("s"),
    "/deployments/ID/sessions/delete": lambda c, x: deployment(c, x).sessions.delete("s"),
    "/deployments/d/tasks/ID/results": lambda c, x: task(c, "d", x).results(),
    "/deployments/ID/tasks/t/results": lambda c, x: task(c, x, "t").results(),
    "/deployments/d/tasks/ID/events": lambda c, x: task(c, "d", x).send_event(EVENT, "e"),
    "/services/ID": lambda c, x: c.core.services.get(x),
    "/sessions/ID": lambda c, x: c.core.sessions.get(x),
    "/sessions/ID/delete": lambda c, x: c.core.sessions.delete(x),
    "/sessions/ID/tasks": lambda c, x: session(c, x).create_task({}),
    "/sessions/ID/current_task": lambda c, x: session(c, x).get_current_task(),
    "/sessions/ID/state": lambda c, x: session(c, x).update_state({}),
    "/sessions/s/tasks/ID/result": lambda c, x: session(c, "s").get_task_result(x),
    "/sessions/ID/tasks/t/result": lambda c, x: session(c, x).get_task_result("t"),
    "/sessions/s/tasks/ID/send_event": lambda c, x: session(c, "s").send_event("e", x, EVENT),
}
IN_QUERIES: dict[str, Callable[[Any, str], Any]] = {
    "session_id": lambda c, x: deployment(c, "d").sessions.delete(x),
    "service_name": lambda c, x: c.core.services.deregister(x),
}


def star(calls: Iterable[str], ids: list[str]) -> list[tuple[str, str]]:
    """Every call with the first id, and every id with the first call: one place escapes for all."""
    first, *others = calls
    return [*((first, id) for id in ids), *((call, ids[0]) for call in others)]


@pytest.mark.parametrize(("path", "id"), star(IN_PATHS, ODD))
def test_an_id_is_escaped_in_a_path(
    client: SyncClient, wire: respx.MockRouter, path: str, id: str
) -> None:
    wire.route().respond(500)
    with pytest.raises(Exception, match="500"):
        IN_PATHS[path](client, id)
    raw = wire.calls.last.request.url.raw_path.decode().partition("?")[0]
    expected = [id if part == "ID" else part for part in path.split("/")]
    assert [unquote(part) for part in raw.split("/")] == expected


@pytest.mark.parametrize(("parameter", "id"), star(IN_QUERIES, ODD))
def test_an_id_is_escaped_in_a_query(
    client: SyncClient, wire: respx.MockRouter, parameter: str, id: str
) -> None:
    wire.route().respond(text="null")
    IN_QUERIES[parameter](client, id)
    query = wire.calls.last.request.url.query.decode()
    assert parse_qs(query, strict_parsing=True) == {parameter: [id]}


@pytest.mark.parametrize(("path", "id"), [*star(IN_PATHS, REFUSED), *star(IN_QUERIES, REFUSED)])
def test_an_id_that_would_change_the_path_is_refused_and_nothing_sent(
    client: SyncClient, wire: respx.MockRouter, path: str, id: str
) -> None:
    call = (IN_PATHS | IN_QUERIES)[path]
    with pytest.raises(ValueError, match="cannot be an id"):
        call(client, id)
    assert not wire.calls


@pytest.mark.parametrize("id", REFUSED)
def test_a_stream_of_such_an_id_is_refused_when_it_is_asked_for(
    client: SyncClient, id: str
) -> None:
    with pytest.raises(ValueError, match="cannot be an id"):
        task(client, "d", id).events()
    with pytest.raises(ValueError, match="cannot be an id"):
        session(client, "s").get_task_result_stream(id)


def test_an_id_that_is_not_a_string_is_a_type_error(client: SyncClient) -> None:
    number: Any = 5
    with pytest.raises(TypeError, match="an id must be a string, got int"):
        client.core.sessions.get(number)


def test_a_service_can_be_registered_under_any_name(
    client: SyncClient, wire: respx.MockRouter
) -> None:
    wire.post().respond(json={})
    named = ServiceDefinition(service_name="a/b", description="")
    assert client.core.services.register(named) == Service(client=client, id="a/b")
