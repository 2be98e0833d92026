"""What users write, async and made blocking: type checkers accept it and see these very types."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, TextIO, assert_type

from llama_deploy_api.api.apiserver import stream_deployment_task_events
from llama_deploy_api.api.core import get_session_task_result, list_services
from pydantic import BaseModel

from llama_deploy_client import (
    Batch,
    Client,
    EventDefinition,
    EventStream,
    HumanResponseEvent,
    NotFoundError,
    Outcome,
    ReceivedEvent,
    ServerEvent,
    ServiceDefinition,
    SessionDefinition,
    Status,
    StatusEnum,
    TaskDefinition,
    TaskResult,
)
from llama_deploy_client.models import apiserver, core
from llama_deploy_client.types import ApiServerLinks, ControlPlaneSettings


async def use_api_server(client: Client, file: TextIO) -> None:
    status = assert_type(await client.apiserver.status(timeout=5), Status)
    assert status.status is StatusEnum.HEALTHY
    assert_type(status.deployments, list[str] | None)
    assert_type(await client.apiserver.metrics(), str)
    assert_type(await client.apiserver.generation(), str)
    assert_type(await client.apiserver.links(), ApiServerLinks)

    deployments = assert_type(client.apiserver.deployments, apiserver.DeploymentCollection)
    await deployments.create(file, reload=True)
    await deployments.create(file, True)
    await deployments.create(file, "/srv", True, False)
    await deployments.create(Path("deployment.yml"), base_path="/srv", local=True, timeout=None)
    deployment = assert_type(await deployments.create("name: d"), apiserver.Deployment)
    assert_type(await deployments.get("d"), apiserver.Deployment)
    assert_type(await deployments.list(), list[apiserver.Deployment])
    assert_type(deployment.id, str)

    tasks = assert_type(deployment.tasks, apiserver.TaskCollection)
    definition = TaskDefinition(input={"message": "hello"}, service_id="echo")
    assert_type(TaskDefinition.of("echo", message="hello"), TaskDefinition)
    assert_type(await tasks.run(definition), Any)
    await tasks.run('{"message": "hello"}')
    await tasks.run({"message": "hello"}, timeout=None)
    task = assert_type(await tasks.create(definition), apiserver.Task)
    assert_type(await tasks.list(), list[apiserver.Task])
    many = [TaskDefinition.of("echo", message=text) for text in ("one", "two")]
    batch = assert_type(tasks.run_many(many, concurrency=3, timeout=None), Batch)
    assert_type(await batch.results(), list[Any])
    assert_type(await tasks.run_many(many, progress=True).outcomes(), list[Outcome])
    async with tasks.run_many(({"n": n} for n in range(9)), results_file=Path("r")) as batch:
        async for outcome in batch:
            assert_type(outcome, Outcome)
            assert_type(outcome.error, Exception | None)
            outcome.unwrap()

    assert_type(task.session_id, str | None)
    assert_type(await task.results(), TaskResult | None)
    event = HumanResponseEvent(response="42")
    assert_type(await task.send_event(event, "human"), EventDefinition)
    await task.send_event(ev=ServerEvent("workflow.Answer", {"text": "42"}), service_name="human")
    async for fields in assert_type(task.events(), EventStream):
        assert_type(fields, dict[str, Any])

    assert_type(tasks.run_many(endless()), Batch)
    await use_types(deployment, task, [Progress])

    sessions = assert_type(deployment.sessions, apiserver.SessionCollection)
    assert_type(await sessions.create(), SessionDefinition)
    assert_type(await sessions.get("s"), SessionDefinition)
    assert_type(await sessions.list(), list[SessionDefinition])
    await sessions.delete("s")


async def endless() -> AsyncIterator[dict[str, int]]:
    while True:
        yield {"n": 1}


class Progress(BaseModel):
    step: int


class StopEvent(BaseModel):
    result: str


def ask(event: ReceivedEvent) -> str:
    return assert_type(event.parse_as(Progress), Progress).model_dump_json()


async def ask_later(event: ReceivedEvent) -> HumanResponseEvent | None:
    return HumanResponseEvent(response="42") if event.name else None


async def use_types(
    deployment: apiserver.Deployment, task: apiserver.Task, types: list[type[BaseModel]]
) -> None:
    assert_type(task.events(types=[]), EventStream[ReceivedEvent])
    assert_type(task.events(types=types), EventStream[BaseModel | ReceivedEvent])
    assert_type(task.events(types=[Progress]), EventStream[Progress | ReceivedEvent])
    events = task.events(types=(Progress, StopEvent), timeout=5)
    async for event in assert_type(events, EventStream[Progress | StopEvent | ReceivedEvent]):
        if isinstance(event, ReceivedEvent):
            assert_type(event.fields, dict[str, Any])
        else:
            assert_type(event, Progress | StopEvent)

    tasks = deployment.tasks
    async with tasks.stream({"steps": 3}, types=(Progress, StopEvent), answer=ask) as run:
        assert_type(run, apiserver.TaskRun[Progress | StopEvent | ReceivedEvent])
        assert_type(run.task, apiserver.Task)
        async for each in run:
            assert_type(each, Progress | StopEvent | ReceivedEvent)
        assert_type(await run.result(timeout=5), TaskResult)
    async with tasks.stream("{}", answer=ask_later, answer_timeout=5) as plain:
        async for fields in assert_type(plain, apiserver.TaskRun):
            assert_type(fields, dict[str, Any])


async def use_control_plane(client: Client) -> None:
    assert_type(await client.core.generation(), str)
    assert_type(await client.core.settings(), ControlPlaneSettings)
    assert_type(await client.core.queue_config(), dict[str, dict[str, Any]])

    sessions = assert_type(client.core.sessions, core.SessionCollection)
    assert_type(await sessions.list(), list[core.Session])
    session = assert_type(await sessions.create(), core.Session)
    assert_type(await sessions.get_or_create("s"), core.Session)
    try:
        assert_type(await sessions.get("s"), core.Session)
    except NotFoundError as error:
        assert_type(error.detail, str | None)
    await sessions.delete("s")

    assert_type(await session.run("echo", message="hello"), str)
    assert_type(session.run_many("echo", [{"message": "hello"}], timeout=5), Batch)
    task_id = assert_type(await session.run_nowait("echo", message="hello"), str)
    assert_type(await session.create_task({"message": "hello"}), str)
    assert_type(await session.get_task_result(task_id), TaskResult | None)
    assert_type(await session.get_tasks(), list[TaskDefinition])
    assert_type(await session.get_current_task(), TaskDefinition | None)
    event = HumanResponseEvent(response="42")
    await session.send_event("human", task_id, event)
    await session.send_event(ev=event, service_name="human", task_id=task_id)
    definition = EventDefinition(agent_id="e", event_obj_str="{}")
    await session.send_event_def(task_id=task_id, ev_def=definition)
    assert_type(await session.get_state(), dict[str, Any])
    await session.update_state({"n": 1})
    assert_type(await session.definition(), SessionDefinition)

    services = assert_type(client.core.services, core.ServiceCollection)
    assert_type(await services.list(), list[core.Service])
    echo = ServiceDefinition(service_name="echo", description="Echoes")
    service = assert_type(await services.register(echo), core.Service)
    assert_type(services.items, dict[str, core.Service])
    assert_type(await services.get("echo"), core.Service)
    assert_type(await service.definition(), ServiceDefinition)
    await services.deregister("echo")


async def progress(session: core.Session, task_id: str) -> AsyncIterator[float]:
    async with session.get_task_result_stream(task_id, timeout=None) as events:
        first = assert_type(await anext(events), dict[str, Any])
        yield first["progress"]
        async for event in events:
            yield event["progress"]


async def main(file: TextIO) -> None:
    async with Client(api_server_url="http://localhost:4501", timeout=None) as client:
        client.poll_interval = 0.1
        assert_type(client.with_options(max_retries=0), Client)
        await use_api_server(client, file)
        await use_control_plane(client)


async def use_requests(client: Client) -> None:
    assert_type(await client.send(get_session_task_result.request("s", "t")), TaskResult | None)
    assert_type(await client.send(list_services.request()), dict[str, ServiceDefinition])
    assert_type(
        await client.send(list_services.request(), timeout=None), dict[str, ServiceDefinition]
    )
    stream = stream_deployment_task_events.request("d", "t", session_id="s", raw_event=True)
    assert_type(await client.send(stream), EventStream)
    names = list_services.request().returning(dict[str, object])
    assert_type(await client.send(names), dict[str, object])
