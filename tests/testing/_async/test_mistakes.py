"""Mistakes that a client can see are errors before anything is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pydantic import BaseModel

from llama_deploy_client import HumanResponseEvent, ServerError, ServerEvent, TaskDefinition
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.core import Session
from llama_deploy_client._async.tasks import Task
from llama_deploy_client.testing import FakeServer

from ..conftest import add_services

TAKEN_ON_09 = {"self", "ctx", "service_id", "session_id"}


def connect(server: FakeServer) -> AsyncClient:
    return AsyncClient(transport=server.transport, poll_interval=0.01, timeout=5)


Submit = Callable[[Deployment, Session, Any], Awaitable[Any]]


async def stream(deployment: Deployment, task: Any) -> None:
    async with deployment.tasks.stream(task):
        pass


SUBMITS: dict[str, Submit] = {
    "run": lambda deployment, session, task: deployment.tasks.run(task),
    "create": lambda deployment, session, task: deployment.tasks.create(task),
    "stream": lambda deployment, session, task: stream(deployment, task),
    "run_many": lambda deployment, session, task: deployment.tasks.run_many([task]).results(),
    "create_task": lambda deployment, session, task: session.create_task(task),
    "session.run_many": lambda deployment, session, task: session.run_many(
        "shout", [task.input if isinstance(task, TaskDefinition) else task]
    ).results(),
}


@pytest.fixture
def old() -> FakeServer:
    return add_services(FakeServer("0.8"))


async def submit(server: FakeServer, name: str, task: Any) -> Any:
    client = connect(server)
    deployment = Deployment(client=client, id="demo")
    session = await client.core.sessions.create()
    server.requests.clear()
    return await SUBMITS[name](deployment, session, task)


def causes(error: BaseException) -> list[BaseException]:
    """The error, or those of a batch."""
    return [*getattr(error, "exceptions", ()), error]


@pytest.mark.parametrize("name", SUBMITS)
@pytest.mark.parametrize("text", ["hello", '["a"]', "5", "null", '{"x": NaN}'])
@pytest.mark.parametrize("make", [str, lambda text: TaskDefinition(input=text, service_id="shout")])
async def test_arguments_that_are_not_an_object_are_not_sent(
    old: FakeServer, name: str, text: str, make: Callable[[str], Any]
) -> None:
    with pytest.raises(Exception, match="arguments must be a JSON object") as caught:
        await submit(old, name, make(text))
    assert any(isinstance(error, ValueError) for error in causes(caught.value))
    assert old.requests == []


@pytest.mark.parametrize("name", SUBMITS)
async def test_arguments_that_have_no_json_form_are_not_sent(old: FakeServer, name: str) -> None:
    with pytest.raises(Exception, match=r"arguments\['message'\]\[1\]") as caught:
        await submit(old, name, {"message": ["a", object()]})
    assert any(isinstance(error, ValueError) for error in causes(caught.value))
    assert old.requests == []


async def test_a_workflows_keywords_are_checked_as_well(old: FakeServer) -> None:
    session = await connect(old).core.sessions.create()
    old.requests.clear()
    for start in (session.run, session.run_nowait):
        with pytest.raises(ValueError, match=r"^arguments\['message'\] "):
            await start("shout", message={1, 2})
    with pytest.raises(ValueError, match=r"^state\['seen'\] "):
        await session.update_state({"seen": {1, 2}})
    assert old.requests == []


@pytest.mark.parametrize("name", ["self", "ctx", "service_id", "session_id", "service_name"])
async def test_an_argument_whose_name_is_taken_is_the_cause(server: FakeServer, name: str) -> None:
    fails = {"self", "service_name"} if server.has_control_plane else TAKEN_ON_09
    tasks = Deployment(client=connect(server), id="demo").tasks
    for start in (tasks.run, tasks.create):
        if name not in fails:
            await start({name: "x", "message": "hi"})
            continue
        said = f"^(On 0.9, t|On 0.6 to 0.8, t|T)he argument '{name}' has a name that"
        with pytest.raises(ServerError, match=said):
            await start({name: "x", "message": "hi"})


async def test_context_is_taken_in_a_session_of_09(newest: FakeServer) -> None:
    deployment = Deployment(client=connect(newest), id="demo")
    assert await deployment.tasks.run({"context": "x", "message": "hi"}) == "HI"
    session = await deployment.sessions.create()
    task = TaskDefinition(input={"context": "x"}, session_id=session.session_id)
    with pytest.raises(ServerError, match=r"^On 0\.9, the argument 'context' has a name that"):
        await deployment.tasks.run(task)


async def test_empty_text_means_no_arguments_on_every_server(server: FakeServer) -> None:
    tasks = Deployment(client=connect(server), id="demo").tasks
    assert await tasks.run("") == ""
    assert (await (await tasks.create("")).wait()).result == ""


async def test_what_a_server_lists_can_be_read_whatever_its_input(old: FakeServer) -> None:
    session = await connect(old).core.sessions.create()
    await session.run_nowait("shout", message="hi")
    (deployment,) = old.deployments.values()
    deployment.sessions[session.id].tasks[0].input = "hello"
    (task,) = await session.get_tasks()
    assert task.input == "hello"
    assert await session.get_current_task() == task


class Outer:
    class Answer(BaseModel):
        text: str = ""


class Main(BaseModel):
    pass


Main.__module__ = "__main__"


def local() -> BaseModel:
    class Answer(BaseModel):
        pass

    return Answer()


@pytest.mark.parametrize(
    "event",
    [
        Outer.Answer(),
        Main(),
        local(),
        ServerEvent("__main__.Answer"),
        ServerEvent("Answer"),
        ServerEvent("workflow.ask.<locals>.Answer"),
    ],
    ids=lambda event: str(getattr(event, "qualified_name", type(event).__qualname__)),
)
async def test_an_event_that_no_server_can_import_is_not_sent(
    old: FakeServer, event: BaseModel | ServerEvent
) -> None:
    client = connect(old)
    session = await client.core.sessions.create()
    old.requests.clear()
    task = Task(client=client, deployment_id="demo", id="t", session_id="s")
    said = r"^no server can import the event class '.*ServerEvent\(\"workflow_module\."
    with pytest.raises(ValueError, match=said):
        await task.send_event(event, "ask")
    with pytest.raises(ValueError, match=said):
        await session.send_event("ask", "t", event)
    assert old.requests == []


async def test_fields_of_an_event_are_converted_or_named(newest: FakeServer) -> None:
    deployment = Deployment(client=connect(newest), id="demo")
    task = await deployment.tasks.create(TaskDefinition.of("ask"))
    with pytest.raises(ValueError, match=r"^extra\['response'\]\[0\] "):
        await task.send_event(HumanResponseEvent(response=[float("nan")]), "ask")
    await task.send_event(HumanResponseEvent(response=Outer.Answer(text="Ada")), "ask")
    assert (await task.wait()).result == "Hello {'text': 'Ada'}"


async def test_a_derived_question_is_sent_and_answered_as_such(server: FakeServer) -> None:
    asked: list[Any] = []

    def ask(question: Any) -> str:
        asked.append(question.fields)
        return "yes"

    deployment = Deployment(client=connect(server), id="demo")
    async with deployment.tasks.stream(TaskDefinition.of("confirm"), answer=ask) as run:
        question = await anext(run)
        assert (await run.result()).result == "yes"
    assert asked == [{"n": 2, "prefix": "ok?"}]
    assert question == {"n": 2, "_data": {"prefix": "ok?"}}


async def test_a_derived_question_has_its_own_name(newest: FakeServer) -> None:
    deployment = Deployment(client=connect(newest), id="demo")
    task = await deployment.tasks.create(TaskDefinition.of("confirm"))
    async with task.events(types=[]) as events:
        question = await anext(events)
    assert question.qualified_name == "tests.testing.conftest.Confirm"
