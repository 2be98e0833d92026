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
from typing import Any, cast

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
from llama_deploy_client.sync.apiserver import TaskCollection
from llama_deploy_client.testing import FakeServer, StopEvent, faults
from llama_deploy_client.testing.driving import AsyncServiceError, Blocking
from llama_deploy_client.testing.runs import Run

from ..faults.together import together

FILE = """\
name: greetings
default-service: shout
services:
  shout: {source: {type: local, location: .}}
  count: {source: {type: local, location: .}}
"""


# --- Wrong use ------------------------------------------------------------------------------------

WRONG: dict[str, tuple[Callable[[Any], Any], type[Exception], str]] = {
    "generation": (lambda _: FakeServer("0.5"), ValueError, r"no generation '0\.5', only 0\.6, "),
    "version": (lambda _: FakeServer("0.9.2"), ValueError, r"no generation '0\.9\.2'"),
    "number": (lambda _: FakeServer(cast(Any, 0.9)), ValueError, r"no generation 0\.9, only"),
    "no name": (lambda server: server.service(print), TypeError, "a service needs a name"),
    "no function": (
        lambda server: server.service("fixed")("the result"),
        TypeError,
        "service 'fixed' must be a function, got 'the result'",
    ),
    "status": (lambda server: server.inject(503), TypeError, "must be an instance such as Status"),
    "class": (lambda server: server.inject(faults.Refused), TypeError, "must be an instance such"),
    "path": (
        lambda server: server.inject(faults.Refused(), path="deployments/"),
        ValueError,
        "got 'deployments/'",
    ),
    "times": (
        lambda server: server.inject(faults.Refused(), times=0),
        ValueError,
        "at least 1, got 0",
    ),
}


@pytest.mark.parametrize(("use", "error", "message"), WRONG.values(), ids=WRONG)
def test_wrong_use_is_refused(
    newest: FakeServer, use: Callable[[Any], Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        use(newest)


def test_a_deployment_has_one_service_of_a_name(newest: FakeServer) -> None:
    with pytest.raises(ValueError, match="deployment 'demo' has a service 'shout' already"):
        newest.service("shout")(lambda: "another")
    newest.service("shout", deployment="elsewhere")(lambda: "another")
    deployments = newest.sync_client().apiserver.deployments
    assert deployments.get("demo").tasks.run({"message": "hi"}) == "HI"
    assert deployments.get("elsewhere").tasks.run({}) == "another"


# --- Clients --------------------------------------------------------------------------------------


def names(client: SyncClient) -> list[str]:
    return [deployment.id for deployment in client.apiserver.deployments.list()]


def demo(server: FakeServer, **options: Any) -> TaskCollection:
    """The tasks of the deployment `demo`, for a blocking client."""
    return server.sync_client(**options).apiserver.deployments.get("demo").tasks


def test_clients_made_anywhere_talk_to_it_while_it_intercepts(newest: FakeServer) -> None:
    client = SyncClient(max_retries=0)  # created before
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
        assert names(FakeServer().sync_client()) == []
        assert names(SyncClient(api_server_url=address)) == []
        assert asyncio.run(Client().apiserver.generation()) == "0.9"
        assert asyncio.run(Client(api_server_url=address).apiserver.generation()) == "0.8"


def test_the_error_at_another_url_has_the_right_one(newest: FakeServer) -> None:
    client = SyncClient(api_server_url="http://localhost:1", max_retries=0)
    message = "in-memory server is at http://localhost:4501"
    with newest.intercept(), pytest.raises(ServerUnreachableError, match=message):
        names(client)


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
    ("path", "target"), [("status", "status/"), ("deployments", "deployments/")]
)
def test_a_missing_slash_is_redirected(newest: FakeServer, path: str, target: str) -> None:
    with httpx.Client(transport=newest.transport) as client:
        response = client.get(f"http://localhost:4501/{path}?a=b")
    assert response.status_code == 307
    assert response.headers["Location"] == f"http://localhost:4501/{target}?a=b"


class Point(BaseModel):
    x: float = 0.0


def test_a_result_that_json_cannot_hold_is_a_500(server: FakeServer) -> None:
    server.service("half")(lambda: "\ud83d")
    with pytest.raises(ServerError):
        demo(server, max_retries=0).run(TaskDefinition.of("half"))


ODD_RESULTS = [Point(), datetime.date.min, {1}, b"\xff", object()]


@pytest.mark.parametrize("result", [*ODD_RESULTS, b"a", math.nan], ids=lambda each: f"{each!r:.6}")
def test_a_result_that_only_python_has_is_a_500_of_a_workflow_that_did_not_fail(
    newest: FakeServer, result: Any
) -> None:
    newest.service("odd")(lambda: result)
    tasks = demo(newest, max_retries=0)
    with pytest.raises(ServerError):
        tasks.run(TaskDefinition.of("odd"))
    with tasks.stream(TaskDefinition.of("odd")) as run:
        assert list(run) == [{}]
        with pytest.raises(ServerError) as caught:
            run.result()
    assert not isinstance(caught.value, TaskFailedError)


def test_a_result_that_only_python_has_is_text_before_09() -> None:
    for result in ODD_RESULTS:
        server = FakeServer("0.8")
        server.service("odd")(lambda result=result: result)
        assert demo(server).run({}) == str(result)


def test_a_number_that_json_does_not_know_is_null_in_an_event(newest: FakeServer) -> None:
    @newest.service("scores")
    def scores() -> Iterator[Point]:
        yield Point(x=math.nan)

    task = demo(newest).create(TaskDefinition.of("scores"))
    assert list(task.events()) == [{"x": None}, {}]


def test_an_exception_that_cannot_be_shown_is_a_failure(server: FakeServer) -> None:
    class OddError(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no words")

    @server.service("odd")
    def odd() -> None:
        raise OddError

    if server.has_control_plane:
        assert demo(server).run(TaskDefinition.of("odd")) == "Error in step 'odd': no words"
    else:
        with pytest.raises(ServerError):
            demo(server).run(TaskDefinition.of("odd"))


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

    for name in ("value", "events"):
        assert demo(newest).run(TaskDefinition.of(name)) == "done"


# --- Loops and threads ----------------------------------------------------------------------------


def test_threads_list_what_others_add(server: FakeServer) -> None:
    client = server.sync_client(max_retries=0)
    tasks, workflow = demo(server, max_retries=0), client.workflows.get("shout")

    def work(_: int) -> None:
        for _ in range(10):
            tasks.create({})
            tasks.list()
            workflow.create({})
            workflow.handlers()
            if server.has_control_plane:
                client.core.sessions.list()

    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        together(work, 4)
    finally:
        sys.setswitchinterval(usual)


def test_a_thread_sends_the_reply_that_another_one_waits_for(server: FakeServer) -> None:
    task = demo(server, timeout=60).create(TaskDefinition.of("ask"))
    events = task.events()
    next(events)
    reply = HumanResponseEvent(response="Ada")
    sending = threading.Timer(0.05, task.send_event, [reply, "ask"])
    sending.start()
    assert list(events) == [{}]
    sending.join()


@pytest.mark.usefixtures("clock")
def test_a_run_that_waits_for_a_reply_takes_no_steps(
    newest: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    take = Blocking._step

    def count(self: Blocking, run: Run, *arguments: Any, **options: Any) -> None:
        steps.append(run.service.name)
        take(self, run, *arguments, **options)

    monkeypatch.setattr(Blocking, "_step", count)
    tasks = demo(newest)
    with pytest.raises(CallTimeoutError):
        tasks.run(TaskDefinition.of("ask"), timeout=0.05)
    assert steps == ["ask"]


@pytest.mark.usefixtures("clock")
def test_a_blocking_client_gives_up_waiting_in_time(newest: FakeServer) -> None:
    tasks = demo(newest)
    for service in ("ask", "async"):
        with pytest.raises(CallTimeoutError):
            tasks.run(TaskDefinition.of(service, seconds=10), timeout=0.05)


async def test_a_blocking_client_runs_no_async_service_inside_a_loop(newest: FakeServer) -> None:
    tasks = demo(newest)
    assert tasks.run(TaskDefinition.of("shout", message="hi")) == "HI"
    with pytest.raises(AsyncServiceError, match="service 'async' is async"):
        tasks.run(TaskDefinition.of("async"))


def test_loops_of_abandoned_runs_are_closed() -> None:
    server = FakeServer()

    @server.service("slow")
    async def slow() -> None:
        await asyncio.sleep(10)

    demo(server).create({})
    [loop] = server.transport._blocking._loops.values()

    async def collect() -> None:  # collectors come at any time, inside a loop as well
        gc.collect()

    del server
    asyncio.run(collect())
    assert loop.is_closed()


# --- Deployment files -----------------------------------------------------------------------------


def test_a_deployment_file_takes_its_services_from_the_functions(server: FakeServer) -> None:
    deployments = server.sync_client().apiserver.deployments
    deployment = deployments.create(FILE)
    assert deployment.id == "greetings"
    assert deployment.tasks.run({"message": "hi"}) == "HI"
    with pytest.raises(ServerError):
        deployments.create(FILE)
    deployments.create(FILE, reload=True)


def test_a_file_with_a_service_without_a_function_is_refused(newest: FakeServer) -> None:
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
    subprocess.run([sys.executable, "-c", program], check=True)
