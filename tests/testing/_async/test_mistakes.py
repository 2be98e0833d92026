"""Mistakes that a client can see are errors before anything is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import product
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
    return AsyncClient(transport=server.transport, poll_interval=0.01, timeout=60)


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
NO_OBJECT = "arguments must be a JSON object"


@pytest.fixture
def old() -> FakeServer:
    return add_services(FakeServer("0.8"))


@pytest.mark.parametrize("submit", SUBMITS.values(), ids=SUBMITS)
@pytest.mark.parametrize(
    ("task", "message"),
    [
        ('["a"]', NO_OBJECT),
        (TaskDefinition(input="hello", service_id="shout"), NO_OBJECT),
        ({"message": ["a", object()]}, r"arguments\['message'\]\[1\]"),
    ],
    ids=["text", "definition", "no JSON form"],
)
async def test_invalid_arguments_are_not_sent(
    old: FakeServer, submit: Submit, task: Any, message: str
) -> None:
    client = connect(old)
    session = await client.core.sessions.create()
    old.requests.clear()
    with pytest.raises(Exception, match=message) as caught:
        await submit(Deployment(client=client, id="demo"), session, task)
    errors = [*getattr(caught.value, "exceptions", ()), caught.value]  # a batch has a group
    assert any(isinstance(error, ValueError) for error in errors)
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


async def test_an_argument_whose_name_is_taken_is_the_cause(server: FakeServer) -> None:
    taken = {"self", "service_name"} if server.has_control_plane else TAKEN_ON_09
    tasks = Deployment(client=connect(server), id="demo").tasks
    for name, start in product(TAKEN_ON_09 | {"service_name"}, (tasks.run, tasks.create)):
        if name not in taken:
            await start({name: "x", "message": "hi"})
            continue
        message = f"^(On 0.9, t|On 0.6 to 0.8, t|T)he argument '{name}' has a name that"
        with pytest.raises(ServerError, match=message):
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


async def test_a_task_that_a_server_lists_can_be_read_whatever_its_input(old: FakeServer) -> None:
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
    message = r"^no server can import the event class '.*ServerEvent\(\"workflow_module\."
    with pytest.raises(ValueError, match=message):
        await task.send_event(event, "ask")
    with pytest.raises(ValueError, match=message):
        await session.send_event("ask", "t", event)
    assert old.requests == []


async def test_fields_of_an_event_are_converted_or_named(newest: FakeServer) -> None:
    deployment = Deployment(client=connect(newest), id="demo")
    task = await deployment.tasks.create(TaskDefinition.of("ask"))
    with pytest.raises(ValueError, match=r"^extra\['response'\]\[0\] "):
        await task.send_event(HumanResponseEvent(response=[float("nan")]), "ask")
    await task.send_event(HumanResponseEvent(response=Outer.Answer(text="Ada")), "ask")
    assert (await task.wait()).result == "Hello {'text': 'Ada'}"


async def test_a_derived_question_is_sent_under_its_name_and_replied_to(server: FakeServer) -> None:
    questions: list[Any] = []

    def reply(question: Any) -> str:
        questions.append(question)
        return "yes"

    deployment = Deployment(client=connect(server), id="demo")
    async with deployment.tasks.stream(TaskDefinition.of("confirm"), answer=reply) as run:
        event = await anext(run)
        assert (await run.result()).result == "yes"
    assert event == {"n": 2, "_data": {"prefix": "ok?"}}
    [question] = questions
    assert question.fields == {"n": 2, "prefix": "ok?"}
    if not server.has_control_plane:
        assert question.qualified_name == "tests.testing.conftest.Confirm"
