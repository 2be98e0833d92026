# Made by `make generate` from tests/unit/_async/test_ids.py: do not edit.
"""An id names one thing, whatever characters it has: escaped in the URL, or refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
from respx import MockRouter

from llama_deploy_client import ServerError, ServiceDefinition
from llama_deploy_client._sync.client import SyncClient

from .calls import ROWS, Row, service, session, task

ODD = [
    *("a/b", "../x", "a?b=c", "a#b", "50%", "%2F", "a b", "a+b"),
    *("größe", "日本", "a\nb", "a;b&c", "\\"),
]
REFUSED = ["", ".", ".."]
Place = tuple[Row, str]
"""A call, and the id that is in its URL."""

IN_PATHS: list[Place] = [
    (row, id)
    for row in ROWS
    for id in ("d", "t", "s", "echo")
    if id in row.path.partition("?")[0].split("/")
]
IN_QUERIES: list[Place] = [
    (row, id)
    for row in ROWS
    for end, id in (("sessions.delete", "s"), ("deregister", "echo"))
    if row.request.endswith(f"={id}") and row.name.endswith(end)
]


def star(places: list[Place], ids: list[str]) -> list[Any]:
    """All ids in the first place, and the first id in all places: one function escapes for all."""
    pairs = [*((places[0], id) for id in ids), *((place, ids[0]) for place in places[1:])]
    return [pytest.param(*place, id, id=f"{place[0].name}-{place[1]}-{id}") for place, id in pairs]


@pytest.mark.parametrize(("row", "place", "id"), star(IN_PATHS, ODD))
def test_an_id_is_escaped_in_a_path(
    client: SyncClient, wire: MockRouter, row: Row, place: str, id: str
) -> None:
    wire.route().respond(500)
    with pytest.raises(ServerError):
        row.call(client, {place: id})
    path = wire.calls.last.request.url.raw_path.decode().partition("?")[0]
    expected = [id if part == place else part for part in row.path.partition("?")[0].split("/")]
    assert [unquote(part) for part in path.split("/")] == expected


@pytest.mark.parametrize(("row", "place", "id"), star(IN_QUERIES, ODD))
def test_an_id_is_escaped_in_a_query(
    client: SyncClient, wire: MockRouter, row: Row, place: str, id: str
) -> None:
    wire.route().respond(text="null")
    row.call(client, {place: id})
    query = wire.calls.last.request.url.query.decode()
    [name] = parse_qs(row.path.partition("?")[2])
    assert parse_qs(query, strict_parsing=True) == {name: [id]}


@pytest.mark.parametrize(
    ("row", "place", "id"), [*star(IN_PATHS, REFUSED), *star(IN_QUERIES, REFUSED)]
)
def test_an_id_that_would_change_the_path_is_refused_and_nothing_sent(
    client: SyncClient, wire: MockRouter, row: Row, place: str, id: str
) -> None:
    with pytest.raises(ValueError, match="cannot be an id"):
        row.call(client, {place: id})
    assert not wire.calls


@pytest.mark.parametrize("id", REFUSED)
def test_a_stream_of_such_an_id_is_refused_at_once(client: SyncClient, id: str) -> None:
    with pytest.raises(ValueError, match="cannot be an id"):
        task(client, id=id).events()
    with pytest.raises(ValueError, match="cannot be an id"):
        session(client).get_task_result_stream(id)


def test_an_id_that_is_not_a_string_is_a_type_error(client: SyncClient) -> None:
    number: Any = 5
    with pytest.raises(TypeError, match="an id must be a string, got int"):
        client.core.sessions.get(number)


def test_a_service_can_have_any_name(client: SyncClient, wire: MockRouter) -> None:
    wire.post().respond(json={})
    named = ServiceDefinition(service_name="a/b", description="")
    assert client.core.services.register(named) == service(client, "a/b")
