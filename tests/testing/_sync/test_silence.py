# Made by `make generate` from tests/testing/_async/test_silence.py: do not edit.
"""Where nothing comes, or a stream is cut, the error says what that may come of."""

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
from llama_deploy_client._sync.apiserver import Deployment
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client.testing import FakeServer, InputRequiredEvent, StopEvent, faults

from ..conftest import add_deaf, add_services

SHORT = 0.15


def connect(server: FakeServer) -> SyncClient:
    return SyncClient(transport=server.transport, poll_interval=0.01, timeout=5)


def demo(server: FakeServer) -> Deployment:
    return Deployment(client=connect(server), id="demo")


@pytest.fixture(params=["0.6", "0.8"])
def old(request: pytest.FixtureRequest) -> FakeServer:
    return add_services(FakeServer(request.param))


class TestAnUnknownService:
    def test_is_named_by_the_control_plane(self, old: FakeServer) -> None:
        client = connect(old).with_options(timeout=SHORT)
        session = client.core.sessions.create()
        said = r"^no result within .*The control plane has no service 'nobody'; it has .*'shout'"
        with pytest.raises(CallTimeoutError, match=said):
            session.run("nobody", message="hi")

    def test_is_named_for_a_stream(self, old: FakeServer) -> None:
        session = connect(old).core.sessions.create()
        task_id = session.run_nowait("nobody")
        with pytest.raises(
            CallTimeoutError, match=r"^no stream .*The control plane has no service 'nobody'"
        ):
            next(session.get_task_result_stream(task_id, timeout=SHORT))
        with pytest.raises(CallTimeoutError, match=r"^no stream .*The session has no task 'other'"):
            next(session.get_task_result_stream("other", timeout=SHORT))

    def test_is_looked_for_again_if_the_control_plane_fails(self, old: FakeServer) -> None:
        session = connect(old).with_options(max_retries=0).core.sessions.create()
        task_id = session.run_nowait("nobody")
        old.inject(faults.Status(500), path="/sessions/*/tasks")
        with pytest.raises(CallTimeoutError, match="The control plane has no service 'nobody'"):
            next(session.get_task_result_stream(task_id, timeout=SHORT))

    def test_is_asked_about_where_nobody_can_tell(self, old: FakeServer) -> None:
        task = demo(old).tasks.create(TaskDefinition.of("nobody"))
        said = "Does the deployment have a service 'nobody'"
        with pytest.raises(CallTimeoutError, match=said):
            task.wait(timeout=SHORT)
        with pytest.raises(CallTimeoutError, match=said):
            next(task.events(timeout=SHORT))

    def test_a_known_one_is_not_suspected(self, old: FakeServer) -> None:
        client = connect(old).with_options(timeout=SHORT)
        session = client.core.sessions.create()
        with pytest.raises(CallTimeoutError, match=r"^no result within 0\.15 s \(GET"):
            session.run("ask")


class TestAnOpenQuestion:
    def test_is_named_by_a_run_that_cannot_reply(self, server: FakeServer) -> None:
        with demo(server).tasks.stream(TaskDefinition.of("confirm"), timeout=SHORT) as run:
            next(run)
            with pytest.raises(CallTimeoutError, match=r"is a question.*no answer=.*is_question="):
                next(run)

    def test_is_named_if_nothing_was_sent(self, server: FakeServer) -> None:
        task = TaskDefinition.of("confirm")
        tasks = demo(server).tasks
        with tasks.stream(task, timeout=SHORT, answer=lambda _: None) as run:
            next(run)
            with pytest.raises(CallTimeoutError, match="the answer function sent nothing"):
                next(run)

    def test_that_got_a_useless_reply_names_the_reply(self, server: FakeServer) -> None:
        add_deaf(server)
        task = TaskDefinition.of("deaf")
        message = "got the reply HumanResponseEvent: if .* of another class, return ServerEvent"
        tasks = demo(server).tasks
        with tasks.stream(task, timeout=SHORT, answer=lambda _: "5") as run:
            next(run)
            with pytest.raises(CallTimeoutError, match=message):
                next(run)

    def test_is_supposed_where_it_was_not_recognised(self, newest: FakeServer) -> None:
        class Plain(InputRequiredEvent):
            pass

        @newest.service("plain")
        def plain() -> Any:
            answer = yield Plain(text="ok?")
            return answer.fields["response"]

        task, answer = TaskDefinition.of("plain"), lambda _: "yes"
        with demo(newest).tasks.stream(task, timeout=SHORT, answer=answer) as run:
            next(run)
            with pytest.raises(CallTimeoutError, match="If the last event, Plain, is a question"):
                next(run)
        typed = demo(newest).tasks.stream(task, types=[Plain], answer=answer)
        with typed as known:
            assert (known.result()).result == "yes"  # told by the base of its class

    def test_is_named_by_a_stream_of_events(self, server: FakeServer) -> None:
        task = demo(server).tasks.create(TaskDefinition.of("confirm"))
        events = task.events(timeout=SHORT)
        next(events)
        with pytest.raises(CallTimeoutError, match=r"asks a human.*send_event.*is_question="):
            next(events)


class TestACutOf09:
    def test_after_a_stop_event_is_a_failed_workflow(self, newest: FakeServer) -> None:
        for types in (None, list[type[BaseModel]]()):
            task = demo(newest).tasks.create(TaskDefinition.of("fail"))
            events = task.events(types=types)
            next(events)
            with pytest.raises(StreamInterruptedError, match=r"^the workflow failed: "):
                next(events)

    def test_before_any_event_is_a_reader_too_late(self, newest: FakeServer) -> None:
        task = demo(newest).tasks.create(TaskDefinition.of("shout"))
        assert next(task.events()) == {}
        with pytest.raises(
            StreamInterruptedError, match=r"^LlamaDeploy 0.9 sends each event once.*another reader"
        ):
            next(task.events())


class TestAReaderBesideAnotherOne:
    """0.9 sends each event to one of its readers: the task is done, and one of them has no end."""

    def test_is_told_so_after_an_event(self, newest: FakeServer) -> None:
        task = demo(newest).tasks.create(TaskDefinition.of("confirm"))
        events = task.events(timeout=SHORT)
        next(events)  # the question
        task.send_event(HumanResponseEvent(response="yes"), "confirm")
        for _event in task.events():
            pass
        with pytest.raises(
            CallTimeoutError,
            match=r"^LlamaDeploy 0.9 sends each event once.*; no event for 0\.15 s",
        ):
            next(events)

    def test_is_told_so_by_a_run(self, newest: FakeServer) -> None:
        with demo(newest).tasks.stream(TaskDefinition.of("confirm"), timeout=SHORT) as run:
            next(run)
            run.task.send_event(HumanResponseEvent(response="yes"), "confirm")
            for _event in run.task.events():
                pass
            with pytest.raises(CallTimeoutError, match=r"^LlamaDeploy 0.9 sends each event once"):
                next(run)

    def test_is_told_so_without_retries(self, newest: FakeServer) -> None:
        client = connect(newest).with_options(max_retries=0)
        task = Deployment(client=client, id="demo").tasks.create(TaskDefinition.of("shout"))
        assert next(task.events()) == {}
        with pytest.raises(StreamInterruptedError, match=r"^LlamaDeploy 0.9 sends each event once"):
            next(task.events())

    def test_is_not_supposed_while_the_task_runs(self, newest: FakeServer) -> None:
        task = demo(newest).tasks.create(TaskDefinition.of("confirm"))
        next(task.events())
        with pytest.raises(
            CallTimeoutError, match=r"^no event for 0\.15 s \(0 events delivered\) \("
        ):
            next(task.events(timeout=SHORT))


class TestDone:
    def test_is_told_without_waiting(self, server: FakeServer) -> None:
        task = demo(server).tasks.create(TaskDefinition.of("ask"))
        state = task.done()
        assert not state
        assert state.result is None
        assert state.error is None
        with demo(server).tasks.stream(TaskDefinition.of("ask"), answer=lambda _: "Ada") as run:
            run.result()
        state = run.task.done()
        assert state
        assert state.result is not None
        assert state.result.result == "Hello Ada"

    def test_a_failed_task_is_done(self, server: FakeServer) -> None:
        task = demo(server).tasks.create(TaskDefinition.of("fail"))
        if server.has_control_plane:
            task.wait()
        state = task.done()
        assert state.done
        if server.has_control_plane:
            assert state.result is not None
            assert "no luck" in state.result.result
        else:
            assert isinstance(state.error, ServerError)

    def test_looking_disturbs_nothing(self, newest: FakeServer) -> None:
        tasks = demo(newest).tasks
        with tasks.stream(TaskDefinition.of("ask"), answer=lambda _: "Ada") as run:
            assert not run.task.done()
            events = [next(run)]
            assert not run.task.done()
            assert (run.result()).result == "Hello Ada"
            assert events


def test_a_stop_event_of_its_own_is_in_the_last_event(newest: FakeServer) -> None:
    @newest.service("fails late")
    def fails_late() -> Any:
        yield StopEvent({"no": "text"})

    with demo(newest).tasks.stream(TaskDefinition.of("fails late")) as run:
        with pytest.raises(
            ServerError, match=r"^The workflow ended with a result that is not text"
        ):
            run.result()
        assert run.last_event is not None
        assert run.last_event.name == "StopEvent"
    with demo(newest).tasks.stream(TaskDefinition.of("fail")) as run:
        with pytest.raises(TaskFailedError, match=r"^The workflow failed: "):
            run.result()


def test_the_result_reports_a_failure_after_all_events_were_read(
    newest: FakeServer,
) -> None:
    with demo(newest).tasks.stream(TaskDefinition.of("fail")) as run:
        with pytest.raises(TaskFailedError):
            for _event in run:
                pass
        for _ in range(2):
            with pytest.raises(TaskFailedError):
                run.result()
