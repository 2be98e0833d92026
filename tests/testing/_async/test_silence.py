"""If nothing comes, or a stream is cut, the error says what may be the reason."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from llama_deploy_client import (
    CallTimeoutError,
    HumanResponseEvent,
    ServerError,
    StreamInterruptedError,
    TaskDefinition,
    TaskFailedError,
)
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client.testing import FakeServer, InputRequiredEvent, StopEvent, faults

from ...faults._async.helpers import collect
from ..conftest import add_deaf, add_services

pytestmark = pytest.mark.usefixtures("clock")
SHORT = 0.15


def connect(server: FakeServer) -> AsyncClient:
    return AsyncClient(transport=server.transport, poll_interval=0.01, timeout=5)


def demo(server: FakeServer) -> Deployment:
    return Deployment(client=connect(server), id="demo")


@pytest.fixture(params=["0.6", "0.8"])
def old(request: pytest.FixtureRequest) -> FakeServer:
    return add_services(FakeServer(request.param))


class TestAnUnknownService:
    async def test_is_named_by_the_control_plane_and_a_known_one_is_not(
        self, old: FakeServer
    ) -> None:
        client = connect(old).with_options(timeout=SHORT)
        session = await client.core.sessions.create()
        message = r"^no result within .*The control plane has no service 'nobody'; it has .*'shout'"
        with pytest.raises(CallTimeoutError, match=message):
            await session.run("nobody", message="hi")
        with pytest.raises(CallTimeoutError, match=r"^no result within 0\.15 s \(GET"):
            await session.run("ask")
        with pytest.raises(CallTimeoutError, match=r"^no stream .*The session has no task 'other'"):
            await anext(session.get_task_result_stream("other"))

    async def test_is_looked_for_again_if_the_control_plane_fails(self, old: FakeServer) -> None:
        session = await connect(old).with_options(max_retries=0).core.sessions.create()
        task_id = await session.run_nowait("nobody")
        old.inject(faults.Status(500), path="/sessions/*/tasks")
        with pytest.raises(CallTimeoutError, match=r"^no stream .* has no service 'nobody'"):
            await anext(session.get_task_result_stream(task_id, timeout=SHORT))

    async def test_is_supposed_where_nobody_can_say(self, old: FakeServer) -> None:
        task = await demo(old).tasks.create(TaskDefinition.of("nobody"))
        message = "Does the deployment have a service 'nobody'"
        with pytest.raises(CallTimeoutError, match=message):
            await task.wait(timeout=SHORT)
        with pytest.raises(CallTimeoutError, match=message):
            await anext(task.events(timeout=SHORT))


class TestAnOpenQuestion:
    @pytest.mark.parametrize(
        ("service", "options", "message"),
        [
            ("confirm", {}, r"is a question.*no answer=.*is_question="),
            ("confirm", {"answer": lambda _: None}, "the answer function sent nothing"),
            (
                "deaf",
                {"answer": lambda _: "5"},
                "got the reply HumanResponseEvent: if .* of another class, return ServerEvent",
            ),
        ],
        ids=["no answer=", "no reply", "a useless reply"],
    )
    async def test_is_named_by_a_run(
        self, server: FakeServer, service: str, options: dict[str, Any], message: str
    ) -> None:
        add_deaf(server)
        task = TaskDefinition.of(service)
        async with demo(server).tasks.stream(task, timeout=SHORT, **options) as run:
            await anext(run)
            with pytest.raises(CallTimeoutError, match=message):
                await anext(run)

    async def test_is_supposed_where_it_was_not_recognised(self, newest: FakeServer) -> None:
        class Plain(InputRequiredEvent):
            pass

        @newest.service("plain")
        def plain() -> Any:
            reply = yield Plain(text="ok?")
            return reply.fields["response"]

        task, reply = TaskDefinition.of("plain"), lambda _: "yes"
        async with demo(newest).tasks.stream(task, timeout=SHORT, answer=reply) as run:
            await anext(run)
            with pytest.raises(CallTimeoutError, match="If the last event, Plain, is a question"):
                await anext(run)
        typed = demo(newest).tasks.stream(task, types=[Plain], answer=reply)
        async with typed as known:
            assert (await known.result()).result == "yes"  # by the base of its class

    async def test_is_named_by_a_stream_of_events(self, server: FakeServer) -> None:
        task = await demo(server).tasks.create(TaskDefinition.of("confirm"))
        events = task.events(timeout=SHORT)
        await anext(events)
        with pytest.raises(CallTimeoutError, match=r"asks a human.*send_event.*is_question="):
            await anext(events)


async def test_a_cut_of_09_after_a_stop_event_is_a_failed_workflow(newest: FakeServer) -> None:
    for types in (None, list[type[BaseModel]]()):
        task = await demo(newest).tasks.create(TaskDefinition.of("fail"))
        events = task.events(types=types)
        await anext(events)
        with pytest.raises(StreamInterruptedError, match=r"^the workflow failed: "):
            await anext(events)


class TestAReaderBesideAnotherOne:
    """0.9 sends each event to one of its readers: the task is done, but one of them waits on."""

    async def test_gets_that_reason_after_an_event(self, newest: FakeServer) -> None:
        task = await demo(newest).tasks.create(TaskDefinition.of("confirm"))
        events = task.events(timeout=SHORT)
        await anext(events)  # the question
        await task.send_event(HumanResponseEvent(response="yes"), "confirm")
        await collect(task.events())
        with pytest.raises(
            CallTimeoutError,
            match=r"^LlamaDeploy 0.9 sends each event once.*; no event for 0\.15 s",
        ):
            await anext(events)

    async def test_gets_that_reason_from_a_run(self, newest: FakeServer) -> None:
        async with demo(newest).tasks.stream(TaskDefinition.of("confirm"), timeout=SHORT) as run:
            await anext(run)
            await run.task.send_event(HumanResponseEvent(response="yes"), "confirm")
            await collect(run.task.events())
            with pytest.raises(CallTimeoutError, match=r"^LlamaDeploy 0.9 sends each event once"):
                await anext(run)

    @pytest.mark.parametrize("max_retries", [0, 2])
    async def test_gets_that_reason_at_once_if_it_begins_too_late(
        self, newest: FakeServer, max_retries: int
    ) -> None:
        client = connect(newest).with_options(max_retries=max_retries)
        task = await Deployment(client=client, id="demo").tasks.create(TaskDefinition.of("shout"))
        assert await anext(task.events()) == {}
        with pytest.raises(
            StreamInterruptedError, match=r"^LlamaDeploy 0.9 sends each event once.*another reader"
        ):
            await anext(task.events())

    async def test_does_not_get_that_reason_while_the_task_runs(self, newest: FakeServer) -> None:
        task = await demo(newest).tasks.create(TaskDefinition.of("confirm"))
        await anext(task.events())
        with pytest.raises(
            CallTimeoutError, match=r"^no event for 0\.15 s \(0 events delivered\) \("
        ):
            await anext(task.events(timeout=SHORT))


async def test_asking_whether_a_task_is_done_disturbs_nothing(newest: FakeServer) -> None:
    tasks = demo(newest).tasks
    async with tasks.stream(TaskDefinition.of("ask"), answer=lambda _: "Ada") as run:
        state = await run.task.done()
        assert (state.done, state.result, state.error) == (False, None, None)
        assert await anext(run)
        assert not await run.task.done()
        assert (await run.result()).result == "Hello Ada"


async def test_a_stop_event_of_its_own_is_in_the_last_event(newest: FakeServer) -> None:
    @newest.service("fails late")
    def fails_late() -> Any:
        yield StopEvent({"no": "text"})

    async with demo(newest).tasks.stream(TaskDefinition.of("fails late")) as run:
        with pytest.raises(
            ServerError, match=r"^The workflow ended with a result that is not text"
        ):
            await run.result()
        assert run.last_event is not None
        assert run.last_event.name == "StopEvent"
    async with demo(newest).tasks.stream(TaskDefinition.of("fail")) as run:
        with pytest.raises(TaskFailedError):
            await collect(run)
        for _ in range(2):
            with pytest.raises(TaskFailedError, match=r"^The workflow failed: "):
                await run.result()


async def test_a_result_may_have_less_time_than_the_stream(server: FakeServer) -> None:
    task = TaskDefinition.of("ask")
    async with demo(server).tasks.stream(task, timeout=60, answer=lambda _: None) as run:
        await anext(run)
        with pytest.raises(CallTimeoutError, match=r"within 0\.15 s"):
            await run.result(timeout=SHORT)
