"""The in-memory server itself: who reaches it, what threads and loops do to it, its files."""

from __future__ import annotations

import asyncio
import datetime
import gc
import math
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from llama_deploy_client import (
    CallTimeoutError,
    Client,
    HumanResponseEvent,
    ServerError,
    ServerUnreachableError,
    SyncClient,
    TaskDefinition,
    TaskFailedError,
)
from llama_deploy_client.testing import FakeServer, StopEvent, faults
from llama_deploy_client.testing.driving import AsyncServiceError, Blocking
from llama_deploy_client.testing.runs import Run

FILE = """\
name: greetings
default-service: shout
services:
  shout: {source: {type: local, location: .}}
  count: {source: {type: local, location: .}}
"""


# --- Wrong use ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["0.5", "0.9.2", 0.9])
def test_an_unknown_generation_is_refused(name: Any) -> None:
    with pytest.raises(ValueError, match=rf"no generation {name!r}, only 0\.6, 0\.7, 0\.8, 0\.9"):
        FakeServer(name)


def test_what_is_not_a_service_is_refused(newest: FakeServer) -> None:
    forgotten: Any = print
    with pytest.raises(TypeError, match="a service needs a name"):
        newest.service(forgotten)
    result: Any = "the result"
    with pytest.raises(TypeError, match="service 'fixed' must be a function, got 'the result'"):
        newest.service("fixed")(result)


def test_a_name_is_of_one_service_of_a_deployment(newest: FakeServer) -> None:
    with pytest.raises(ValueError, match="deployment 'demo' has a service 'shout' already"):
        newest.service("shout")(lambda: "another")
    newest.service("shout", deployment="elsewhere")(lambda: "another")
    deployments = newest.sync_client().apiserver.deployments
    assert deployments.get("demo").tasks.run({"message": "hi"}) == "HI"
    assert deployments.get("elsewhere").tasks.run({}) == "another"


@pytest.mark.parametrize("fault", [503, faults.Refused])
def test_what_is_not_a_fault_is_refused(newest: FakeServer, fault: Any) -> None:
    with pytest.raises(TypeError, match="a fault must be an instance such as Status"):
        newest.inject(fault)


def test_a_fault_that_could_not_happen_is_refused(newest: FakeServer) -> None:
    with pytest.raises(ValueError, match=r"got 'deployments/'"):
        newest.inject(faults.Refused(), path="deployments/")
    for times in (0, -1):
        with pytest.raises(ValueError, match=f"at least 1, got {times}"):
            newest.inject(faults.Refused(), times=times)


# --- Clients --------------------------------------------------------------------------------------


def names(client: SyncClient) -> list[str]:
    return [deployment.id for deployment in client.apiserver.deployments.list()]


def test_clients_made_anywhere_talk_to_it_while_it_intercepts(newest: FakeServer) -> None:
    client = SyncClient(max_retries=0)  # made before
    with newest.intercept():
        assert names(client) == names(SyncClient()) == ["demo"]
        assert names(Client().sync) == ["demo"]
        asyncio.run(Client().apiserver.status())
    assert [request.url.path for request in newest.requests][-1] == "/status/"
    with pytest.raises(ServerUnreachableError, match="127"):
        names(SyncClient(api_server_url="http://127.0.0.1:9", max_retries=0))


def test_servers_at_different_addresses_intercept_side_by_side(newest: FakeServer) -> None:
    address = "http://other:4501"
    other = FakeServer("0.8", api_server_url=address)
    with newest.intercept(), other.intercept():
        assert names(SyncClient()) == ["demo"]
        assert names(SyncClient(api_server_url=address)) == []
        assert asyncio.run(Client().apiserver.generation()) == "0.9"
        assert asyncio.run(Client(api_server_url=address).apiserver.generation()) == "0.8"


def test_a_request_to_another_url_gets_the_right_one(newest: FakeServer) -> None:
    elsewhere = "http://localhost:1"
    with (
        newest.intercept(),
        pytest.raises(ServerUnreachableError, match="in-memory server is at http://localhost:4501"),
    ):
        names(SyncClient(api_server_url=elsewhere, max_retries=0))


def test_a_fault_that_happened_to_no_request_is_an_error(newest: FakeServer) -> None:
    newest.inject(faults.Status(503), path="/deploymnts/")
    with (
        pytest.raises(AssertionError, match=r"503.* no request with the path /deploymnts/"),
        newest.intercept(),
    ):
        names(SyncClient())


def test_a_fault_need_not_happen_as_often_as_it_could(newest: FakeServer) -> None:
    newest.inject(faults.Status(503), times=100)
    with newest.intercept(), pytest.raises(ServerError):
        names(SyncClient(max_retries=0))


def test_clients_of_another_in_memory_server_keep_to_it(newest: FakeServer) -> None:
    other = FakeServer()
    with newest.intercept():
        assert names(other.sync_client()) == []


def test_it_can_be_at_any_address() -> None:
    server = FakeServer("0.8", api_server_url="https://a.test/below", control_plane_url="https://c")
    server.service("echo")(lambda: "hi")
    client = server.sync_client()
    assert client.api_server_url == "https://a.test/below"
    assert names(client) == ["demo"]
    assert client.core.sessions.create().run("echo") == "hi"
    assert {str(request.url) for request in server.requests} > {
        "https://a.test/below/deployments/",
        "https://c/sessions/create",
    }


def test_each_deployment_has_a_control_plane_of_its_own() -> None:
    server = FakeServer("0.8")
    server.service("one", deployment="first")(lambda: "1")
    server.service("two", deployment="second")(lambda: "2")
    first, second = server.sync_client(), server.sync_client()
    second.control_plane_url = server.deployments["second"].control_plane_url
    assert [service.id for service in first.core.services.list()] == ["one"]
    assert [service.id for service in second.core.services.list()] == ["two"]


def test_there_is_no_control_plane_in_09(newest: FakeServer) -> None:
    with pytest.raises(ServerUnreachableError, match=r"LlamaDeploy 0\.9 has none"):
        newest.sync_client(max_retries=0).core.sessions.list()


@pytest.mark.parametrize(
    ("asked", "right"), [("status", "status/"), ("deployments", "deployments/")]
)
def test_a_missing_slash_is_redirected(newest: FakeServer, asked: str, right: str) -> None:
    with httpx.Client(transport=newest.transport) as client:
        response = client.get(f"http://localhost:4501/{asked}?a=b")
    assert response.status_code == 307
    assert response.headers["Location"] == f"http://localhost:4501/{right}?a=b"


def test_a_result_that_json_cannot_hold_is_a_500(server: FakeServer) -> None:
    server.service("half")(lambda: "\ud83d")
    with pytest.raises(ServerError), server.sync_client(max_retries=0) as client:
        client.apiserver.deployments.get("demo").tasks.run(TaskDefinition.of("half"))


class Point(BaseModel):
    x: float = 0.0


@pytest.mark.parametrize("result", [Point(), datetime.date.min, {1}, b"a", math.nan, object()])
def test_a_result_that_only_python_has_is_a_500_of_a_workflow_that_did_not_fail(
    newest: FakeServer, result: Any
) -> None:
    newest.service("odd")(lambda: result)
    with newest.sync_client(max_retries=0) as client:
        deployment = client.apiserver.deployments.get("demo")
        with pytest.raises(ServerError):
            deployment.tasks.run(TaskDefinition.of("odd"))
        with deployment.tasks.stream(TaskDefinition.of("odd")) as run:
            assert list(run) == [{}]
            with pytest.raises(ServerError) as caught:
                run.result()
    assert not isinstance(caught.value, TaskFailedError)


@pytest.mark.parametrize("result", [Point(), datetime.date.min, {1}, b"\xff", object()])
def test_a_result_that_only_python_has_is_text_before_09(result: Any) -> None:
    server = FakeServer("0.8")
    server.service("odd")(lambda: result)
    with server.sync_client() as client:
        assert client.apiserver.deployments.get("demo").tasks.run({}) == str(result)


def test_a_number_that_json_does_not_know_is_null_in_an_event(newest: FakeServer) -> None:
    @newest.service("scores")
    def scores() -> Iterator[Point]:
        yield Point(x=math.nan)

    with newest.sync_client() as client:
        task = client.apiserver.deployments.get("demo").tasks.create(TaskDefinition.of("scores"))
        assert list(task.events()) == [{"x": None}, {}]


def test_an_exception_that_cannot_be_shown_is_a_failure(server: FakeServer) -> None:
    class OddError(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no words")

    @server.service("odd")
    def odd() -> None:
        raise OddError

    with server.sync_client() as client:
        tasks = client.apiserver.deployments.get("demo").tasks
        if server.has_control_plane:
            assert tasks.run(TaskDefinition.of("odd")) == "Error in step 'odd': no words"
        else:
            with pytest.raises(ServerError):
                tasks.run(TaskDefinition.of("odd"))


def test_a_decorated_async_service_runs_for_a_blocking_client(newest: FakeServer) -> None:
    def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda: function()

    @newest.service("value")
    @decorated
    async def value() -> str:
        await asyncio.sleep(0.001)
        return "done"

    @newest.service("events")
    @decorated
    async def events() -> AsyncIterator[Point | StopEvent]:
        yield Point()
        await asyncio.sleep(0.001)
        yield StopEvent("done")

    with newest.sync_client() as client:
        tasks = client.apiserver.deployments.get("demo").tasks
        assert [tasks.run(TaskDefinition.of(name)) for name in ("value", "events")] == ["done"] * 2


# --- Loops and threads ----------------------------------------------------------------------------


def test_a_thread_answers_what_another_one_waits_for(server: FakeServer) -> None:
    tasks = server.sync_client(timeout=10).apiserver.deployments.get("demo").tasks
    task = tasks.create(TaskDefinition.of("ask"))
    events = task.events()
    next(events)
    answer = HumanResponseEvent(response="Ada")
    answering = threading.Timer(0.05, task.send_event, [answer, "ask"])
    answering.start()
    assert list(events) == [{}]
    answering.join()


def test_a_run_that_waits_for_an_answer_takes_no_steps(
    newest: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    take = Blocking._step

    def count(self: Blocking, run: Run, *arguments: Any, **options: Any) -> None:
        steps.append(run.service.name)
        take(self, run, *arguments, **options)

    monkeypatch.setattr(Blocking, "_step", count)
    tasks = newest.sync_client().apiserver.deployments.get("demo").tasks
    with pytest.raises(CallTimeoutError):
        tasks.run(TaskDefinition.of("ask"), timeout=0.05)
    assert steps == ["ask"]


def test_a_blocking_client_gives_up_waiting_in_time(newest: FakeServer) -> None:
    tasks = newest.sync_client().apiserver.deployments.get("demo").tasks
    for service in ("ask", "async"):
        with pytest.raises(CallTimeoutError):
            tasks.run(TaskDefinition.of(service, seconds=10), timeout=0.05)


async def test_a_blocking_client_runs_no_async_service_inside_a_loop(newest: FakeServer) -> None:
    tasks = newest.sync_client().apiserver.deployments.get("demo").tasks
    assert tasks.run(TaskDefinition.of("shout", message="hi")) == "HI"
    with pytest.raises(AsyncServiceError, match="service 'async' is async"):
        tasks.run(TaskDefinition.of("async"))


def test_loops_of_abandoned_runs_are_closed() -> None:
    server = FakeServer()

    @server.service("slow")
    async def slow() -> None:
        await asyncio.sleep(10)

    server.sync_client().apiserver.deployments.get("demo").tasks.create({})
    [loop] = server.transport._blocking._loops.values()

    async def collect() -> None:  # collectors come at any time, inside a loop as well
        gc.collect()

    del server
    asyncio.run(collect())
    assert loop.is_closed()


def test_one_server_serves_several_loops(newest: FakeServer) -> None:
    client = newest.client()

    async def run() -> object:
        deployment = await client.apiserver.deployments.get("demo")
        return await deployment.tasks.run({"message": "hi"})

    assert [asyncio.run(run()) for _ in range(2)] == ["HI", "HI"]


# --- Deployment files -----------------------------------------------------------------------------


def test_a_deployment_file_takes_its_services_from_the_functions(server: FakeServer) -> None:
    deployments = server.sync_client().apiserver.deployments
    made = deployments.create(FILE)
    assert made.id == "greetings"
    assert made.tasks.run({"message": "hi"}) == "HI"
    with pytest.raises(ServerError):
        deployments.create(FILE)
    deployments.create(FILE, reload=True)


def test_a_file_with_a_service_that_no_function_is_for_is_refused(newest: FakeServer) -> None:
    with pytest.raises(ServerError):
        newest.sync_client().apiserver.deployments.create(FILE.replace("count", "nobody"))
    with pytest.raises(ValueError, match="no function was registered for service nobody"):
        newest.deploy(FILE.replace("count", "nobody"))


@pytest.mark.parametrize("text", ["deployment.yml", "name: x", "services: []", "[", ""])
def test_a_text_that_is_not_a_deployment_file_is_refused(newest: FakeServer, text: str) -> None:
    with pytest.raises(ValueError, match=r"is not (a deployment file, such as|valid YAML)"):
        newest.deploy(text)


def test_there_are_as_many_deployments_as_a_server_takes(newest: FakeServer) -> None:
    for number in range(9):  # with the first one
        newest.deploy(FILE.replace("greetings", f"number-{number}"))
    with pytest.raises(ValueError, match="there are 10 deployments already"):
        newest.deploy(FILE)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine has settings of its own."""
    monkeypatch.setenv("LLAMA_DEPLOY_API_SERVER_URL", "http://127.0.0.1:9")


def test_every_client_talks_to_the_fixture(elsewhere: None, llama_deploy: FakeServer) -> None:
    llama_deploy.service("echo")(lambda: "hi")
    assert names(SyncClient()) == ["demo"]


def test_hooks_see_what_the_fixture_answers(llama_deploy: FakeServer) -> None:
    seen: list[int] = []
    hooks = {"response": [lambda response: seen.append(response.status_code)]}
    SyncClient(event_hooks=hooks).apiserver.status()
    assert seen == [200]


@pytest.mark.llama_deploy(generation="0.7", latency=0.01)
def test_a_marker_says_how_the_fixture_behaves(llama_deploy: FakeServer) -> None:
    assert (llama_deploy.generation, llama_deploy.latency) == ("0.7", 0.01)


def test_neither_client_nor_plugin_import_it() -> None:
    program = """
import sys, llama_deploy_client.pytest_plugin
ours = {name for name in sys.modules if name.startswith("llama_deploy_client")}
assert ours == {"llama_deploy_client", "llama_deploy_client.pytest_plugin"}
assert not sys.modules.keys() & {"httpx", "pydantic", "attrs"}
from llama_deploy_client import Client
Client()
assert not any(name.startswith("llama_deploy_client.testing") for name in sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
