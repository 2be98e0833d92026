"""Services are plain functions; a client of the in-memory server needs nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from llama_deploy_client import HumanResponseEvent, ServerError, ServerEvent, TaskDefinition
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.tasks import Task
from llama_deploy_client.testing import FakeServer, InputRequiredEvent


def connect(server: FakeServer) -> Deployment:
    client = AsyncClient(transport=server.transport, poll_interval=0.01, timeout=5)
    return Deployment(client=client, id="demo")


async def all_of(task: Task) -> list[dict[str, Any]]:
    events = []
    async for event in task.events():
        events.append(event)
    return events


async def result_of(task: Task) -> str:
    return (await task.wait()).result


async def test_a_function_gets_the_arguments_that_it_takes(server: FakeServer) -> None:
    tasks = connect(server).tasks
    assert await tasks.run({"message": "hi", "unheard": "of"}) == "HI"


async def test_a_function_can_take_all_arguments(newest: FakeServer) -> None:
    newest.service("sum")(lambda **numbers: sum(numbers.values()))
    assert await connect(newest).tasks.run(TaskDefinition.of("sum", a=1, b=2)) == 3


async def test_a_function_gets_by_name_what_can_be_given_by_name(newest: FakeServer) -> None:
    newest.service("options")(lambda *rest, number: (*rest, number))
    run = connect(newest).tasks.run
    assert await run(TaskDefinition.of("options", rest=1, number=2)) == [2]


@pytest.mark.parametrize("service", ["count", "async count"])
async def test_what_a_generator_yields_are_events_and_its_end_is_the_result(
    server: FakeServer, service: str
) -> None:
    tasks = connect(server).tasks
    task = await tasks.create(TaskDefinition.of(service, to=3))
    assert await all_of(task) == [{"n": 0}, {"n": 1}, {"n": 2}, {}]
    assert await result_of(task) == "3 steps"


@pytest.mark.parametrize("service", ["count", "async count"])
async def test_a_result_is_there_though_nobody_read_the_events(
    server: FakeServer, service: str
) -> None:
    task = await connect(server).tasks.create(TaskDefinition.of(service, to=3))
    assert await result_of(task) == "3 steps"


async def test_a_question_is_answered_by_an_event(server: FakeServer) -> None:
    task = await connect(server).tasks.create(TaskDefinition.of("ask", question="Who?"))
    async with task.events() as events:
        assert await anext(events) == {"_data": {"prefix": "Who?"}}
        await task.send_event(HumanResponseEvent(response="Ada"), "ask")
    assert await result_of(task) == "Hello Ada"


async def test_an_answer_may_come_before_the_question_is_read(server: FakeServer) -> None:
    task = await connect(server).tasks.create(TaskDefinition.of("ask"))
    await task.send_event(HumanResponseEvent(response="Ada"), "ask")
    assert await result_of(task) == "Hello Ada"


async def test_a_question_is_known_by_the_name_of_its_class(newest: FakeServer) -> None:
    class Confirm(InputRequiredEvent):
        pass

    @newest.service("book")
    def book() -> Any:
        answer = yield Confirm(amount=3)
        return str(answer.fields.get("yes"))

    task = await connect(newest).tasks.create(TaskDefinition.of("book"))
    await task.send_event(HumanResponseEvent(yes=True), "book")
    assert await result_of(task) == "True"


async def test_a_failure_is_told_as_the_generation_does(
    server: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    run = connect(server).tasks.run
    if server.has_control_plane:
        assert "no luck" in await run(TaskDefinition.of("fail"))
    else:
        with pytest.raises(ServerError):
            await run(TaskDefinition.of("fail"))
    assert "The service 'fail' failed" in caplog.text
    assert "ValueError: no luck" in caplog.text


@pytest.mark.parametrize("service", ["async", "async object"])
async def test_an_async_function_is_waited_for(server: FakeServer, service: str) -> None:
    assert await connect(server).tasks.run(TaskDefinition.of(service, seconds=0.001)) == "waited"


async def test_a_generator_that_never_ends_is_read_as_far_as_one_likes(
    server: FakeServer,
) -> None:
    @server.service("forever")
    def forever() -> Any:
        while True:
            yield ServerEvent("workflow.Tick")

    task = await connect(server).tasks.create(TaskDefinition.of("forever"))
    async with task.events() as events:
        for _ in range(3):
            assert await anext(events) == {}


async def test_both_sides_see_the_same_tasks(newest: FakeServer) -> None:
    task = await connect(newest).tasks.create(TaskDefinition.of("count", to=2))
    listed = newest.sync_client().apiserver.deployments.get("demo").tasks.list()
    assert [found.id for found in listed] == [task.id]
