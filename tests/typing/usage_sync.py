"""What users write: type checkers have to accept it, and to see these very types."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO, assert_type

from llama_deploy_api.api.apiserver import stream_deployment_task_events
from llama_deploy_api.api.core import get_session_task_result, list_services
from pydantic import BaseModel

from llama_deploy_client import (
    Client,
    EventDefinition,
    HumanResponseEvent,
    NotFoundError,
    Outcome,
    ReceivedEvent,
    ServerEvent,
    ServiceDefinition,
    SessionDefinition,
    Status,
    StatusEnum,
    SyncClient,
    TaskDefinition,
    TaskResult,
)
from llama_deploy_client.sync import Batch, EventStream, apiserver, core
from llama_deploy_client.types import ApiServerLinks, ControlPlaneSettings


def use_api_server(client: SyncClient, file: TextIO) -> None:
    status = assert_type(client.apiserver.status(timeout=5), Status)
    assert status.status is StatusEnum.HEALTHY
    assert_type(status.deployments, list[str] | None)
    assert_type(client.apiserver.metrics(), str)
    assert_type(client.apiserver.generation(), str)
    assert_type(client.apiserver.links(), ApiServerLinks)

    deployments = assert_type(client.apiserver.deployments, apiserver.DeploymentCollection)
    deployments.create(file, reload=True)
    deployments.create(file, True)
    deployments.create(file, "/srv", True, False)
    deployments.create(Path("deployment.yml"), base_path="/srv", local=True, timeout=None)
    deployment = assert_type(deployments.create("name: d"), apiserver.Deployment)
    assert_type(deployments.get("d"), apiserver.Deployment)
    assert_type(deployments.list(), list[apiserver.Deployment])
    assert_type(deployment.id, str)

    tasks = assert_type(deployment.tasks, apiserver.TaskCollection)
    definition = TaskDefinition(input={"message": "hello"}, service_id="echo")
    assert_type(TaskDefinition.of("echo", message="hello"), TaskDefinition)
    assert_type(tasks.run(definition), Any)
    tasks.run('{"message": "hello"}')
    tasks.run({"message": "hello"}, timeout=None)
    task = assert_type(tasks.create(definition), apiserver.Task)
    assert_type(tasks.list(), list[apiserver.Task])
    many = [TaskDefinition.of("echo", message=text) for text in ("one", "two")]
    batch = assert_type(tasks.run_many(many, concurrency=3, timeout=None), Batch)
    assert_type(batch.results(), list[Any])
    assert_type(tasks.run_many(many, progress=True).outcomes(), list[Outcome])
    with tasks.run_many(({"n": n} for n in range(9)), results_file=Path("r")) as batch:
        for outcome in batch:
            assert_type(outcome, Outcome)
            assert_type(outcome.error, Exception | None)
            outcome.unwrap()

    assert_type(task.session_id, str | None)
    assert_type(task.results(), TaskResult | None)
    event = HumanResponseEvent(response="42")
    assert_type(task.send_event(event, "human"), EventDefinition)
    task.send_event(ServerEvent("workflow.Answer", {"text": "42"}), "human")
    for fields in assert_type(task.events(), EventStream):
        assert_type(fields, dict[str, Any])

    use_types(deployment, task, [Progress])

    sessions = assert_type(deployment.sessions, apiserver.SessionCollection)
    assert_type(sessions.create(), SessionDefinition)
    assert_type(sessions.get("s"), SessionDefinition)
    assert_type(sessions.list(), list[SessionDefinition])
    sessions.delete("s")


class Progress(BaseModel):
    step: int


class StopEvent(BaseModel):
    result: str


def ask(event: ReceivedEvent) -> str:
    return assert_type(event.parse_as(Progress), Progress).model_dump_json()


def use_types(
    deployment: apiserver.Deployment, task: apiserver.Task, types: list[type[BaseModel]]
) -> None:
    assert_type(task.events(types=[]), EventStream[ReceivedEvent])
    assert_type(task.events(types=types), EventStream[BaseModel | ReceivedEvent])
    assert_type(task.events(types=[Progress]), EventStream[Progress | ReceivedEvent])
    events = task.events(types=(Progress, StopEvent), timeout=5)
    for event in assert_type(events, EventStream[Progress | StopEvent | ReceivedEvent]):
        if isinstance(event, ReceivedEvent):
            assert_type(event.fields, dict[str, Any])
        else:
            assert_type(event, Progress | StopEvent)

    tasks = deployment.tasks
    with tasks.stream({"steps": 3}, types=(Progress, StopEvent), answer=ask) as run:
        assert_type(run, apiserver.TaskRun[Progress | StopEvent | ReceivedEvent])
        assert_type(run.task, apiserver.Task)
        for each in run:
            assert_type(each, Progress | StopEvent | ReceivedEvent)
        assert_type(run.result(timeout=5), TaskResult)
    with tasks.stream("{}", answer=ask, answer_timeout=5) as plain:
        for fields in assert_type(plain, apiserver.TaskRun):
            assert_type(fields, dict[str, Any])


def use_control_plane(client: SyncClient) -> None:
    assert_type(client.core.generation(), str)
    assert_type(client.core.settings(), ControlPlaneSettings)
    assert_type(client.core.queue_config(), dict[str, dict[str, Any]])

    sessions = assert_type(client.core.sessions, core.SessionCollection)
    assert_type(sessions.list(), list[core.Session])
    session = assert_type(sessions.create(), core.Session)
    assert_type(sessions.get_or_create("s"), core.Session)
    try:
        assert_type(sessions.get("s"), core.Session)
    except NotFoundError as error:
        assert_type(error.detail, str | None)
    sessions.delete("s")

    assert_type(session.run("echo", message="hello"), str)
    assert_type(session.run_many("echo", [{"message": "hello"}], timeout=5), Batch)
    task_id = assert_type(session.run_nowait("echo", message="hello"), str)
    assert_type(session.create_task({"message": "hello"}), str)
    assert_type(session.get_task_result(task_id), TaskResult | None)
    assert_type(session.get_tasks(), list[TaskDefinition])
    assert_type(session.get_current_task(), TaskDefinition | None)
    session.send_event("human", task_id, HumanResponseEvent(response="42"))
    session.send_event_def(task_id, EventDefinition(agent_id="e", event_obj_str="{}"))
    assert_type(session.get_state(), dict[str, Any])
    session.update_state({"n": 1})
    assert_type(session.definition(), SessionDefinition)

    services = assert_type(client.core.services, core.ServiceCollection)
    assert_type(services.list(), list[core.Service])
    definition = ServiceDefinition(service_name="echo", description="Echoes")
    service = assert_type(services.register(definition), core.Service)
    assert_type(services.items, dict[str, core.Service])
    assert_type(services.get("echo"), core.Service)
    assert_type(service.definition(), ServiceDefinition)
    services.deregister("echo")


def progress(session: core.Session, task_id: str) -> Iterator[float]:
    with session.get_task_result_stream(task_id, timeout=None) as events:
        first = assert_type(next(events), dict[str, Any])
        yield first["progress"]
        for event in events:
            yield event["progress"]


def main() -> None:
    with Path("deployment.yml").open() as file:
        use_api_server(assert_type(Client().sync, SyncClient), file)
    with SyncClient(control_plane_url="http://localhost:8000", timeout=None) as client:
        client.poll_interval = 0.1
        assert_type(client.with_options(max_retries=0), SyncClient)
        use_control_plane(client)


def use_requests(client: SyncClient) -> None:
    assert_type(client.send(get_session_task_result.request("s", "t")), TaskResult | None)
    assert_type(client.send(list_services.request()), dict[str, ServiceDefinition])
    client.send(list_services.request(), timeout=None)
    stream = stream_deployment_task_events.request("d", "t", session_id="s", raw_event=True)
    assert_type(client.send(stream), EventStream)
    names = list_services.request().returning(dict[str, object])
    assert_type(client.send(names), dict[str, object])
