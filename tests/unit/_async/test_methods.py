"""Every method: the request that it sends, and what it returns."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from respx import MockRouter, Route

from llama_deploy_client import ChatMessage, ServiceDefinition, Status, StatusEnum, TaskDefinition
from llama_deploy_client._async import apiserver, core, services, tasks
from llama_deploy_client._async import task as one_task
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.model import Model

from .calls import (
    ALL_ROWS,
    API_SERVER,
    CONTROL_PLANE,
    EVENT,
    EVENT_JSON,
    ROWS,
    Row,
    deployment,
    sent,
    session,
    task,
)
from .one_task import DONE, RUNNING

every_method = pytest.mark.parametrize("row", ALL_ROWS, ids=lambda row: row.name)


@every_method
async def test_a_method_sends_the_documented_request_and_returns_its_type(
    client: AsyncClient, wire: MockRouter, row: Row
) -> None:
    wire.route(url__startswith=row.server.url + row.path.split("?")[0]).respond(
        text=json.dumps(row.response)
    )
    assert await row.call(client) == row.expected
    assert [sent(call.request) for call in wire.calls] == [row.request]
    request = wire.calls.last.request
    if request.headers.get("content-type") == "application/json":
        assert json.loads(request.content) == row.body
    else:
        assert row.body is None


@every_method
async def test_a_methods_own_timeout_counts_and_otherwise_the_clients(
    client: AsyncClient, wire: MockRouter, row: Row
) -> None:
    wire.route().respond(text=json.dumps(row.response))
    client.timeout = 1000
    await row.call(client)
    await row.call(client, timeout=50)
    await row.call(client, timeout=None)
    timeouts = [call.request.extensions["timeout"]["read"] for call in wire.calls]
    assert timeouts == [1000, 50, None]


def handles(value: Any) -> list[Model]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, Model)]


@pytest.mark.parametrize(
    "row", [row for row in ROWS if handles(row.returns)], ids=lambda row: row.name
)
async def test_the_handles_that_a_method_returns_have_the_same_client(
    client: AsyncClient, wire: MockRouter, row: Row
) -> None:
    wire.route().respond(text=json.dumps(row.response))
    created = handles(await row.call(client))
    assert [handle.client for handle in created] == [client] * len(handles(row.returns))


def test_the_table_of_calls_has_every_method_that_sends_one_request() -> None:
    listed = {row.name.split(" ")[0].rpartition(".")[2] for row in ALL_ROWS}
    elsewhere = {"run_nowait", "wait", "done", "run_many"}
    elsewhere |= {"events", "stream", "get_task_result_stream"}
    for module in (apiserver, core, services, one_task, tasks):
        for kind in vars(module).values():
            if isinstance(kind, type) and kind.__module__ == module.__name__:
                methods = {name for name, value in vars(kind).items() if callable(value)}
                assert {name for name in methods if name[0] != "_"} <= listed | elsewhere


async def test_a_deployment_file_is_sent_whole_under_the_name_that_servers_want(
    client: AsyncClient, wire: MockRouter
) -> None:
    file = "name: d\nservices: {}\r\nnote: größer\n--+++: 1\n"
    route = wire.post(f"{API_SERVER}/deployments/create").respond(json={"name": "d"})
    created = await client.apiserver.deployments.create(file, True, base_path="/srv", local=True)
    request = route.calls.last.request
    assert created == deployment(client)
    assert dict(request.url.params) == {"reload": "true", "base_path": "/srv", "local": "true"}
    kind, _, boundary = request.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    assert len(boundary) > 16  # chosen by chance: no file can hold it
    head, body = request.content.split(b"\r\n\r\n", 1)
    assert b'name="config_file"; filename="deployment.yml"' in head
    assert b"Content-Type: application/yaml" in head
    assert body == file.encode() + f"\r\n--{boundary}--\r\n".encode()


class TestATaskOfASession:
    @pytest.fixture(autouse=True)
    def created(self, wire: MockRouter) -> Route:
        wire.get(f"{CONTROL_PLANE}/sessions/s/tasks").respond(json=[])
        wire.get(f"{CONTROL_PLANE}/services").respond(json={})
        return wire.post(f"{CONTROL_PLANE}/sessions/s/tasks").respond(json="t")

    @pytest.fixture
    def result(self, wire: MockRouter) -> Route:
        route = wire.get(f"{CONTROL_PLANE}/sessions/s/tasks/t/result")
        return route.mock(return_value=RUNNING)

    async def test_leaves_the_definition_alone(self, client: AsyncClient, created: Route) -> None:
        definition = TaskDefinition(input="{}", session_id="another")
        await session(client).create_task(definition)
        assert definition.session_id == "another"
        assert json.loads(created.calls.last.request.content)["session_id"] == "s"

    async def test_has_the_arguments_given(self, client: AsyncClient, created: Route) -> None:
        assert await session(client).run_nowait("echo", message="hi", timeout=3) == "t"
        body = json.loads(created.calls.last.request.content)
        assert body["input"] == '{"message": "hi", "timeout": 3}'
        assert body["agent_id"] == body["service_id"] == "echo"
        assert body["session_id"] == "s"

    async def test_is_polled_until_there_is_a_result(
        self, client: AsyncClient, created: Route, result: Route
    ) -> None:
        result.mock(side_effect=[RUNNING, RUNNING, DONE])
        assert await session(client).run("echo", message="hi") == "done"
        assert result.call_count == 3
        body = json.loads(created.calls.last.request.content)
        assert (body["input"], body["service_id"]) == ('{"message": "hi"}', "echo")

    @pytest.mark.parametrize("poll_interval", [0, 3600])
    async def test_is_polled_no_longer_than_the_clients_timeout(
        self, client: AsyncClient, result: Route, poll_interval: float
    ) -> None:
        client.timeout, client.poll_interval = 0.05, poll_interval
        with pytest.raises(
            httpx.ReadTimeout, match=r"^no result within 0\.05 s.*/sessions/s/tasks/t/result\)$"
        ):
            await session(client).run("echo")

    async def test_has_no_result_where_the_last_poll_runs_out_of_time(
        self, client: AsyncClient, result: Route
    ) -> None:
        result.mock(side_effect=[RUNNING, httpx.ReadTimeout("timed out")])
        with pytest.raises(httpx.ReadTimeout, match=r"^no result within 120 s"):
            await session(client).run("echo")


async def test_get_or_create_makes_a_new_session(client: AsyncClient, wire: MockRouter) -> None:
    wire.get(f"{CONTROL_PLANE}/sessions/mine").respond(404, json={"detail": "none"})
    wire.post(f"{CONTROL_PLANE}/sessions/create").respond(json="theirs")
    assert (await client.core.sessions.get_or_create("mine", timeout=50)).id == "theirs"
    timeouts = [call.request.extensions["timeout"]["read"] for call in wire.calls]
    assert timeouts == [50, 50]


async def test_get_or_create_raises_other_errors(client: AsyncClient, wire: MockRouter) -> None:
    wire.get(f"{CONTROL_PLANE}/sessions/mine").respond(500)
    create = wire.post(f"{CONTROL_PLANE}/sessions/create").respond(json="theirs")
    with pytest.raises(httpx.HTTPStatusError):
        await client.core.sessions.get_or_create("mine")
    assert not create.called


async def test_a_prompt_may_have_fields_of_any_type(client: AsyncClient, wire: MockRouter) -> None:
    wire.post(f"{CONTROL_PLANE}/services/register").respond(json={})
    fields: dict[str, Any] = {"content": "hi", "at": datetime(2025, 1, 2, tzinfo=UTC)}
    service = ServiceDefinition(service_name="e", description="", prompt=[ChatMessage(**fields)])
    assert (await client.core.services.register(service)).service_name == "e"
    assert client.core.services.items == {}  # of another collection
    body = json.loads(wire.calls.last.request.content)
    assert body["prompt"] == [{"role": "user", "content": "hi", "at": "2025-01-02T00:00:00Z"}]


async def test_requests_about_a_task_without_a_known_session_send_it_empty(
    client: AsyncClient, wire: MockRouter
) -> None:
    of_task = f"{API_SERVER}/deployments/d/tasks/t"
    wire.get(f"{of_task}/results").respond(text="null")
    wire.post(f"{of_task}/events").respond(json=EVENT_JSON)
    wire.get(f"{of_task}/events").respond(text="{}")
    assert await task(client, None).results() is None
    await task(client, None).send_event(EVENT, "human")
    assert await anext(task(client, None).events()) == {}
    assert [sent(call.request) for call in wire.calls] == [
        "GET /deployments/d/tasks/t/results?session_id=",
        "POST /deployments/d/tasks/t/events?session_id=",
        "GET /deployments/d/tasks/t/events?session_id=",
    ]


async def test_deployments_may_be_names_alone(client: AsyncClient, wire: MockRouter) -> None:
    wire.get(f"{API_SERVER}/deployments/").respond(json=["d", {"name": "e"}])
    assert [each.id for each in await client.apiserver.deployments.list()] == ["d", "e"]


async def test_an_invalid_service_or_event_is_unsent(client: AsyncClient, wire: MockRouter) -> None:
    wrong: Any = {"name": "d"}
    with pytest.raises(ValueError, match="service_name"):
        await client.core.services.register(wrong)
    with pytest.raises(ValueError, match="event_obj_str"):
        await session(client).send_event_def("t", wrong)
    assert not wire.calls


class TestStatus:
    """`status()` returns the server's status, instead of raising."""

    @pytest.mark.parametrize(
        "body", [{"status": "Healthy", "status_message": ""}, {"deployments": None}, {}]
    )
    async def test_names_no_deployments_where_there_are_none(
        self, client: AsyncClient, wire: MockRouter, body: dict[str, Any]
    ) -> None:
        wire.get().respond(json=body)
        message = "LlamaDeploy is up and running.\nCurrently there are no active deployments"
        assert await client.apiserver.status() == Status(
            status=StatusEnum.HEALTHY, status_message=message, deployments=[]
        )

    @pytest.mark.parametrize("code", [200, 307, 404, 500])
    async def test_is_unhealthy_where_the_response_is_an_error_or_a_web_page(
        self, client: AsyncClient, wire: MockRouter, code: int
    ) -> None:
        wire.get().respond(code, text="Oh dear")
        status = await client.apiserver.status()
        assert status.status is StatusEnum.UNHEALTHY
        assert "(GET http://localhost:4501/status/)" in status.status_message
        assert "Oh dear" in status.status_message
        assert status.deployments is None

    async def test_is_down_if_nothing_listens(self, client: AsyncClient, wire: MockRouter) -> None:
        wire.get().mock(side_effect=httpx.ConnectError("Connection refused"))
        assert await client.apiserver.status() == Status(
            status=StatusEnum.DOWN, status_message="API Server is down"
        )

    async def test_times_out_like_every_call(self, client: AsyncClient, wire: MockRouter) -> None:
        wire.get().mock(side_effect=httpx.ReadTimeout)
        with pytest.raises(TimeoutError):
            await client.apiserver.status(timeout=1)
