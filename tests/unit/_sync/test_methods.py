# Made by `make generate` from tests/unit/_async/test_methods.py: do not edit.
"""Every method: the request that it sends, and what it returns."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx

from llama_deploy_client import (
    ChatMessage,
    NotFoundError,
    ServiceDefinition,
    Status,
    StatusEnum,
    TaskDefinition,
    TaskResult,
)
from llama_deploy_client._sync import apiserver, core, services, tasks
from llama_deploy_client._sync import task as one_task
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.model import Model

from .calls import (
    EVENT,
    EVENT_BODY,
    ROWS,
    SERVICE,
    STATUS_ROW,
    Row,
    deployment,
    sent,
    session,
    task,
)

every_method = pytest.mark.parametrize("row", [STATUS_ROW, *ROWS], ids=lambda row: row.name)


@every_method
def test_a_method_sends_the_documented_request_and_returns_its_type(
    client: SyncClient, wire: respx.MockRouter, row: Row
) -> None:
    wire.route(url__startswith=row.url.split("?")[0]).respond(text=json.dumps(row.answer))
    assert row.call(client) == row.returns
    assert [sent(call.request) for call in wire.calls] == [row.request]
    request = wire.calls.last.request
    if request.headers.get("content-type") == "application/json":
        assert json.loads(request.content) == row.body
    else:
        assert row.body is None


def patient_client(answers: Callable[[str], httpx.Response]) -> tuple[SyncClient, list[Any]]:
    """A client with a timeout of 1000 s, and the seconds that its requests are given."""
    given: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        given.append(request.extensions["timeout"]["read"])
        return answers(request.method)

    return SyncClient(transport=httpx.MockTransport(answer), timeout=1000), given


@every_method
def test_a_methods_own_timeout_counts_and_otherwise_the_clients(row: Row) -> None:
    client, given = patient_client(lambda _: httpx.Response(200, text=json.dumps(row.answer)))
    row.call(client)
    row.call(client, timeout=50)
    row.call(client, timeout=None)
    assert given == [pytest.approx(1000, abs=40), pytest.approx(50, abs=40), None]


def test_so_does_that_of_metrics() -> None:
    client, given = patient_client(lambda _: httpx.Response(200, text="up 1.0"))
    client.apiserver.metrics()
    client.apiserver.metrics(timeout=50)
    assert given == [pytest.approx(1000, abs=40), pytest.approx(50, abs=40)]


def test_so_does_that_of_get_or_create_for_both_of_its_requests() -> None:
    none = httpx.Response(404, json={"detail": "none"})
    answers = {"GET": none, "POST": httpx.Response(200, json="theirs")}
    client, given = patient_client(answers.__getitem__)
    client.core.sessions.get_or_create("mine", timeout=50)
    assert given == [pytest.approx(50, abs=40)] * 2


def handles(value: Any) -> list[Model]:
    return [
        each for each in (value if isinstance(value, list) else [value]) if isinstance(each, Model)
    ]


@pytest.mark.parametrize(
    "row", [row for row in ROWS if handles(row.returns)], ids=lambda row: row.name
)
def test_what_a_method_returns_asks_the_same_client(
    client: SyncClient, wire: respx.MockRouter, row: Row
) -> None:
    wire.route().respond(text=json.dumps(row.answer))
    made = handles(row.call(client))
    assert [handle.client for handle in made] == [client] * len(handles(row.returns))


def test_the_table_of_calls_has_every_method_that_sends_one_request() -> None:
    listed = {row.name.split(" ")[0].rpartition(".")[2] for row in [STATUS_ROW, *ROWS]}
    elsewhere = {"run_nowait", "metrics", "wait", "done", "run_many"}
    elsewhere |= {"events", "stream", "get_task_result_stream"}
    for module in (apiserver, core, services, one_task, tasks):
        for kind in vars(module).values():
            if isinstance(kind, type) and kind.__module__ == module.__name__:
                talking = {name for name, is_what in vars(kind).items() if callable(is_what)}
                assert {name for name in talking if name[0] != "_"} <= listed | elsewhere


def test_properties_and_handles_send_nothing(client: SyncClient, wire: respx.MockRouter) -> None:
    handles: list[Any] = [
        client.apiserver.deployments,
        deployment(client).tasks,
        deployment(client).sessions,
        client.core.services,
        client.core.sessions,
        task(client).events(),
        session(client).get_task_result_stream("t"),
    ]
    assert len(handles) == 7
    assert not wire.calls


def test_metrics_are_the_text_that_the_server_sent(
    client: SyncClient, wire: respx.MockRouter
) -> None:
    wire.get("http://localhost:4501/status/metrics").respond(text="# HELP up\nup 1.0\n")
    assert client.apiserver.metrics() == "# HELP up\nup 1.0\n"


def test_a_deployment_file_arrives_whole_under_the_name_that_servers_want(
    client: SyncClient, wire: respx.MockRouter
) -> None:
    file = "name: d\nservices: {}\r\nnote: größer\n--+++: 1\n"
    route = wire.post("http://localhost:4501/deployments/create").respond(json={"name": "d"})
    deployments = client.apiserver.deployments
    made = deployments.create(file, True, base_path="/srv", local=True)
    request = route.calls.last.request
    assert made == deployment(client)
    assert dict(request.url.params) == {"reload": "true", "base_path": "/srv", "local": "true"}
    kind, _, boundary = request.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    assert len(boundary) > 16  # chosen by chance: no file can hold it
    head, body = request.content.split(b"\r\n\r\n", 1)
    assert b'name="config_file"; filename="deployment.yml"' in head
    assert b"Content-Type: application/yaml" in head
    assert body == file.encode() + f"\r\n--{boundary}--\r\n".encode()


@pytest.mark.parametrize("arguments", ['{"message": "hi"}', {"message": "hi"}])
@pytest.mark.parametrize("method", ["run", "create"])
def test_a_task_can_be_given_by_its_arguments_alone(
    client: SyncClient, wire: respx.MockRouter, arguments: Any, method: str
) -> None:
    wire.post().respond(json={"task_id": "t", "session_id": "s"})
    getattr(deployment(client).tasks, method)(arguments)
    body = json.loads(wire.calls.last.request.content)
    assert body["input"] == '{"message": "hi"}'
    assert body["service_id"] is body["session_id"] is None


def test_create_task_leaves_the_definition_as_it_was(
    client: SyncClient, wire: respx.MockRouter
) -> None:
    wire.post("http://localhost:8000/sessions/s/tasks").respond(json="t")
    definition = TaskDefinition(input="{}", session_id="another")
    session(client).create_task(definition)
    assert definition.session_id == "another"
    assert json.loads(wire.calls.last.request.content)["session_id"] == "s"


def test_run_nowait_starts_a_task_with_the_arguments_given(
    client: SyncClient, wire: respx.MockRouter
) -> None:
    wire.post("http://localhost:8000/sessions/s/tasks").respond(json="t")
    assert session(client).run_nowait("echo", message="hi", timeout=3) == "t"
    body = json.loads(wire.calls.last.request.content)
    assert body["input"] == '{"message": "hi", "timeout": 3}'
    assert body["agent_id"] == body["service_id"] == "echo"
    assert body["session_id"] == "s"


def test_run_asks_until_there_is_a_result(client: SyncClient, wire: respx.MockRouter) -> None:
    started = wire.post("http://localhost:8000/sessions/s/tasks").respond(json="t")
    result = TaskResult(task_id="t", result="done").model_dump()
    answers = [httpx.Response(200, text=json.dumps(answer)) for answer in (None, None, result)]
    asked = wire.get("http://localhost:8000/sessions/s/tasks/t/result").mock(side_effect=answers)
    assert session(client).run("echo", message="hi") == "done"
    assert asked.call_count == 3
    body = json.loads(started.calls.last.request.content)
    assert (body["input"], body["service_id"]) == ('{"message": "hi"}', "echo")


def test_run_gives_up_after_the_clients_timeout(client: SyncClient, wire: respx.MockRouter) -> None:
    wire.post("http://localhost:8000/sessions/s/tasks").respond(json="t")
    wire.get("http://localhost:8000/sessions/s/tasks/t/result").respond(text="null")
    wire.get("http://localhost:8000/sessions/s/tasks").respond(json=[])
    wire.get("http://localhost:8000/services").respond(json={})
    client.timeout = 0.05
    with pytest.raises(
        TimeoutError, match=r"^no result within 0\.05 s.*/sessions/s/tasks/t/result\)$"
    ):
        session(client).run("echo")


def test_run_has_no_result_where_the_last_poll_runs_out_of_time(
    client: SyncClient, wire: respx.MockRouter
) -> None:
    wire.post("http://localhost:8000/sessions/s/tasks").respond(json="t")
    wire.get("http://localhost:8000/sessions/s/tasks").respond(json=[])
    wire.get("http://localhost:8000/services").respond(json={})
    polls = wire.get("http://localhost:8000/sessions/s/tasks/t/result")
    polls.mock(side_effect=[httpx.Response(200, text="null"), httpx.ReadTimeout("timed out")])
    client.max_retries = 0
    with pytest.raises(httpx.ReadTimeout, match=r"^no result within 120 s"):
        session(client).run("echo")


def test_run_waits_no_longer_than_its_timeout_for_the_next_question(
    client: SyncClient, wire: respx.MockRouter
) -> None:
    wire.post("http://localhost:8000/sessions/s/tasks").respond(json="t")
    wire.get("http://localhost:8000/sessions/s/tasks/t/result").respond(text="null")
    wire.get("http://localhost:8000/sessions/s/tasks").respond(json=[])
    wire.get("http://localhost:8000/services").respond(json={})
    client.timeout, client.poll_interval = 0.05, 3600
    with pytest.raises(httpx.ReadTimeout):
        session(client).run("echo")


def test_get_or_create_makes_a_session_under_another_id(
    client: SyncClient, wire: respx.MockRouter
) -> None:
    wire.get("http://localhost:8000/sessions/mine").respond(404, json={"detail": "none"})
    wire.post("http://localhost:8000/sessions/create").respond(json="theirs")
    assert (client.core.sessions.get_or_create("mine")).id == "theirs"


def test_get_or_create_makes_no_session_when_the_server_fails(
    client: SyncClient, wire: respx.MockRouter
) -> None:
    wire.get("http://localhost:8000/sessions/mine").respond(500)
    create = wire.post("http://localhost:8000/sessions/create").respond(json="theirs")
    with pytest.raises(httpx.HTTPStatusError):
        client.core.sessions.get_or_create("mine")
    assert not create.called


def test_get_raises_a_value_error_for_a_session_that_does_not_exist(
    client: SyncClient, wire: respx.MockRouter
) -> None:
    wire.get("http://localhost:8000/sessions/x").respond(404, json={"detail": "no session x"})
    with pytest.raises(ValueError, match="no session x") as caught:
        client.core.sessions.get("x")
    assert type(caught.value) is NotFoundError


def test_register_adds_the_service_to_the_items_of_its_collection(
    client: SyncClient, wire: respx.MockRouter
) -> None:
    wire.post("http://localhost:8000/services/register").respond(json={})
    services = client.core.services
    registered = services.register(SERVICE)
    assert services.items == {"echo": registered}
    assert registered.service_name == "echo"
    assert client.core.services.items == {}


def test_a_service_is_registered_with_whatever_its_prompt_holds(
    client: SyncClient, wire: respx.MockRouter
) -> None:
    wire.post("http://localhost:8000/services/register").respond(json={})
    said: dict[str, Any] = {"content": "hi", "at": datetime(2025, 1, 2, tzinfo=UTC)}
    service = ServiceDefinition(service_name="e", description="", prompt=[ChatMessage(**said)])
    client.core.services.register(service)
    body = json.loads(wire.calls.last.request.content)
    assert body["prompt"] == [{"role": "user", "content": "hi", "at": "2025-01-02T00:00:00Z"}]


def test_a_task_listed_without_its_session_can_be_asked_and_told(
    client: SyncClient, wire: respx.MockRouter
) -> None:
    wire.get("http://localhost:4501/deployments/d/tasks/t/results").respond(text="null")
    wire.post("http://localhost:4501/deployments/d/tasks/t/events").respond(json=EVENT_BODY)
    wire.get("http://localhost:4501/deployments/d/tasks/t/events").respond(text="{}")
    assert task(client, None).results() is None
    task(client, None).send_event(EVENT, "human")
    assert next(task(client, None).events()) == {}
    assert [sent(call.request) for call in wire.calls] == [
        "GET /deployments/d/tasks/t/results?session_id=",
        "POST /deployments/d/tasks/t/events?session_id=",
        "GET /deployments/d/tasks/t/events?session_id=",
    ]


def test_deployments_may_be_names_alone(client: SyncClient, wire: respx.MockRouter) -> None:
    wire.get("http://localhost:4501/deployments/").respond(json=["d", {"name": "e"}])
    assert [found.id for found in client.apiserver.deployments.list()] == ["d", "e"]


def test_what_cannot_be_a_service_or_an_event_is_refused_unsent(
    client: SyncClient, wire: respx.MockRouter
) -> None:
    wrong: Any = {"name": "d"}
    with pytest.raises(ValueError, match="service_name"):
        client.core.services.register(wrong)
    with pytest.raises(ValueError, match="event_obj_str"):
        session(client).send_event_def("t", wrong)
    assert not wire.calls


class TestStatus:
    """`status()` returns the server's status, instead of raising."""

    @pytest.mark.parametrize(
        "body", [{"status": "Healthy", "status_message": ""}, {"deployments": None}, {}]
    )
    def test_names_no_deployments_where_there_are_none(
        self, client: SyncClient, wire: respx.MockRouter, body: dict[str, Any]
    ) -> None:
        wire.get().respond(json=body)
        message = "LlamaDeploy is up and running.\nCurrently there are no active deployments"
        assert client.apiserver.status() == Status(
            status=StatusEnum.HEALTHY, status_message=message, deployments=[]
        )

    @pytest.mark.parametrize("code", [307, 400, 404, 418, 500, 503, 520])
    def test_is_unhealthy_where_the_answer_is_an_error(
        self, client: SyncClient, wire: respx.MockRouter, code: int
    ) -> None:
        wire.get().respond(code, text="Oh dear")
        status = client.apiserver.status()
        assert status.status is StatusEnum.UNHEALTHY
        assert "(GET http://localhost:4501/status/)" in status.status_message
        assert "Oh dear" in status.status_message
        assert status.deployments is None

    def test_is_unhealthy_where_something_else_answers(
        self, client: SyncClient, wire: respx.MockRouter
    ) -> None:
        wire.get().respond(html="<html>Welcome to nginx!")
        status = client.apiserver.status()
        assert status.status is StatusEnum.UNHEALTHY
        assert "Welcome to nginx!" in status.status_message

    def test_is_down_where_nothing_listens(
        self, client: SyncClient, wire: respx.MockRouter
    ) -> None:
        wire.get().mock(side_effect=httpx.ConnectError("Connection refused"))
        assert client.apiserver.status() == Status(
            status=StatusEnum.DOWN, status_message="API Server is down"
        )

    def test_times_out_like_every_call(self, client: SyncClient, wire: respx.MockRouter) -> None:
        wire.get().mock(side_effect=httpx.ReadTimeout)
        with pytest.raises(TimeoutError):
            client.apiserver.status(timeout=1)
