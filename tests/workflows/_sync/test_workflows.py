# Made by `make generate` from tests/workflows/_async/test_workflows.py: do not edit.
"""Workflows and handlers of a real server."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import pytest
from llama_agents_api.api.workflows import get_handler, stream_handler_events

from llama_deploy_client import (
    CallTimeoutError,
    EventMismatchError,
    HumanResponseEvent,
    InvalidRequestError,
    NotFoundError,
    ServerEvent,
    StatusEnum,
    StatusError,
    TaskDefinition,
    TaskFailedError,
)
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.handlers import Handler
from llama_deploy_client._sync.workflows import Workflow
from llama_deploy_client._workflows import WorkflowEvent
from llama_deploy_client.events import ReceivedEvent

from ..kinds import Greeting, InputRequiredEvent, Progress, Question
from .helpers import collect

STEPS = [{"step": step, "text": f"step {step} of 3"} for step in (1, 2, 3)]
only_real = pytest.mark.parametrize("client", ["real"], indirect=True)
"""The server in memory has functions: no classes of events, and no time-outs."""
QUICK = {"steps": 3, "interval": 0}


def workflow(client: SyncClient, name: str) -> Workflow:
    return Workflow(client=client, id=name)


def test_the_server_is_healthy_and_lists_its_workflows(client: SyncClient) -> None:
    assert (client.workflows.health()).status is StatusEnum.HEALTHY
    assert workflow(client, "echo") in client.workflows.list()
    assert client.workflows.get("echo") == workflow(client, "echo")


def test_an_unknown_workflow_is_not_found(client: SyncClient) -> None:
    with pytest.raises(NotFoundError, match="Workflow not found"):
        client.workflows.get("nobody")
    with pytest.raises(NotFoundError, match="Workflow not found"):
        workflow(client, "nobody").create({})


@pytest.mark.parametrize(
    "task", [{"message": "hello"}, '{"message": "hello"}', TaskDefinition.of(message="hello")]
)
def test_a_workflow_runs(echo: Workflow, task: Any) -> None:
    assert echo.run(task) == "HELLO"


def test_a_definition_names_the_workflow_as_a_service(progress: Workflow) -> None:
    task = TaskDefinition.of("progress", **QUICK)
    assert progress.run(task) == "3 steps done"
    with pytest.raises(ValueError, match="the task is for 'echo'"):
        progress.create(TaskDefinition.of("echo"))


def test_a_task_of_a_session_is_refused(echo: Workflow) -> None:
    with pytest.raises(ValueError, match="session 's', and workflow servers have none"):
        echo.run(TaskDefinition(input="{}", session_id="s"))


def test_one_definition_can_be_run_again(progress: Workflow) -> None:
    task = TaskDefinition.of("progress", **QUICK)
    assert progress.create(task) != progress.create(task)


def test_results_can_be_any_json(client: SyncClient) -> None:
    result = workflow(client, "structured").run({"message": "hi"})
    assert result["message"] == "hi"
    assert result["nested"] == {"flag": True, "nothing": None}


@only_real
def test_a_stop_event_of_its_own_is_the_result(client: SyncClient) -> None:
    handler = workflow(client, "greeting").create({"name": "Ada"})
    result = handler.wait()
    assert result.result == {"greeting": "hello Ada", "count": 1}
    assert result.event is not None
    assert result.event.is_a("StopEvent")
    assert result.event.parse_as(Greeting) == Greeting(greeting="hello Ada", count=1)
    assert workflow(client, "greeting").run({"name": "Ada"}) == result.result


@only_real
def test_the_reason_for_which_a_start_is_refused_is_in_the_error(client: SyncClient) -> None:
    for call in (workflow(client, "greeting").run, workflow(client, "greeting").create):
        with pytest.raises(InvalidRequestError, match="name Field required"):
            call({"count": 2})


@only_real
@pytest.mark.parametrize("name", ["value", "data", "type", "qualified_name", "kwargs"])
def test_arguments_may_have_any_name(client: SyncClient, name: str) -> None:
    arguments = {"name": "Ada", name: "x", "type": "y", "value": "z", "qualified_name": "w"}
    result = workflow(client, "greeting").run(arguments)
    assert result == {"greeting": "hello Ada", "count": 1}
    assert workflow(client, "echo").run({"message": "a", name: "x"}) == "A"


def test_a_running_handler_has_no_result_yet(client: SyncClient) -> None:
    handler = workflow(client, "slow").create({"seconds": 30})
    assert (handler.status()).status == "running"
    assert handler.results() is None
    with pytest.raises(CallTimeoutError, match=r"within 0\.2 s"):
        handler.wait(timeout=0.2)
    handler.cancel()


def test_a_handler_that_completed(progress: Workflow) -> None:
    handler = progress.create(QUICK)
    result = handler.wait()
    assert result.task_id == handler.id
    assert result.result == "3 steps done"
    assert handler.results() == result
    state = handler.status()
    assert (state.status, state.handler_id, state.workflow_name) == (
        "completed",
        handler.id,
        "progress",
    )


def test_the_state_of_a_failed_handler_is_a_value(client: SyncClient) -> None:
    handler = workflow(client, "failing").create({"message": "boom"})
    for call in (handler.wait, handler.results):
        with pytest.raises(TaskFailedError, match="boom") as caught:
            call()
        assert (caught.value.reason, caught.value.detail) == ("boom", "boom")
    state = handler.status()
    assert (state.status, state.error) == ("failed", "boom")
    with pytest.raises(TaskFailedError, match="boom"):
        workflow(client, "failing").run({"message": "boom"})


def test_a_reason_may_be_long(client: SyncClient) -> None:
    text = "x" * 200_000
    handler = workflow(client, "failing").create({"message": text})
    run = partial(workflow(client, "failing").run, {"message": text})
    for call in (partial(collect, handler), handler.wait, handler.results, run):
        with pytest.raises(TaskFailedError) as caught:
            call()
        assert caught.value.reason == text
        assert len(str(caught.value)) < 500
    assert (handler.status()).error == text


def test_an_exception_may_have_no_message(client: SyncClient) -> None:
    with pytest.raises(TaskFailedError, match="its exception has no message"):
        workflow(client, "failing").run({"message": ""})


@only_real
def test_a_handler_that_took_too_long_failed(client: SyncClient) -> None:
    handler = workflow(client, "hasty").create({"seconds": 5})
    with pytest.raises(TaskFailedError, match=r"timed out after 0\.2s"):
        collect(handler)


def test_a_cancelled_handler(client: SyncClient) -> None:
    handler = workflow(client, "slow").create({"seconds": 30})
    handler.cancel()
    assert (handler.status()).status == "cancelled"
    with pytest.raises(TaskFailedError, match="cancelled"):
        handler.wait()
    with pytest.raises(TaskFailedError, match="cancelled"):
        collect(handler)
    with pytest.raises(NotFoundError, match="Or it has ended"):
        handler.cancel()
    handler.cancel(purge=True)
    with pytest.raises(NotFoundError, match="Handler not found") as caught:
        handler.cancel(purge=True)
    assert "Or it has ended" not in str(caught.value)
    with pytest.raises(NotFoundError, match="Handler not found"):
        handler.status()


def test_a_handler_that_is_removed_while_it_is_read(client: SyncClient) -> None:
    handler = workflow(client, "human").create({})
    with handler.events() as events:
        next(events)
        handler.cancel(purge=True)
        with pytest.raises(TaskFailedError, match="cancelled"):
            next(events)


def test_the_state_of_a_handler_that_ended_stays(echo: Workflow) -> None:
    handler = echo.create({})
    handler.wait()
    assert handler.status() == handler.status()


def test_events_arrive_up_to_the_stop_event(progress: Workflow) -> None:
    handler = progress.create({"steps": 3, "interval": 0.05})
    stop = {"result": "3 steps done"}
    assert collect(handler) == [*STEPS, stop]
    assert collect(handler) == [*STEPS, stop]  # later readers get them as well


def test_events_after_one(progress: Workflow) -> None:
    handler = progress.create(QUICK)
    handler.wait()
    seen = collect(handler, types=[])
    assert [type(event) for event in seen] == [WorkflowEvent] * 4
    second = seen[1].sequence
    assert second is not None
    assert collect(handler, after=second) == [STEPS[2], {"result": "3 steps done"}]
    last = seen[-1].sequence
    assert last is not None
    assert collect(handler, after=last) == []
    assert collect(handler, after="now") == []
    assert (handler.status()).status == "completed"  # over a connection that is no more


def test_typed_events(progress: Workflow) -> None:
    handler = progress.create(QUICK)
    seen = collect(handler, types=[Progress])
    assert seen[:3] == [Progress(**step) for step in STEPS]  # type: ignore[arg-type]
    assert isinstance(seen[3], WorkflowEvent)
    assert seen[3].name == "StopEvent"


def test_a_class_stands_for_those_derived_from_it(client: SyncClient) -> None:
    handler = workflow(client, "interview").create({})
    with handler.events(types=(InputRequiredEvent,)) as events:
        assert next(events) == InputRequiredEvent(prefix="Your name?")
    with handler.events(types=(InputRequiredEvent, Question)) as both:
        assert next(both) == Question(prefix="Your name?", number=1)
    handler.cancel()


def test_an_event_that_does_not_fit_leaves_the_stream_usable(progress: Workflow) -> None:
    class Other(Progress):
        missing: int

    Other.__name__ = "Progress"
    handler = progress.create(QUICK)
    with handler.events(types=[Other]) as events:
        for _ in STEPS:
            with pytest.raises(EventMismatchError):
                next(events)
        stop = next(events)
        assert isinstance(stop, WorkflowEvent)
        assert stop.is_last


def test_the_events_of_a_failed_handler_end_with_its_error(client: SyncClient) -> None:
    handler = workflow(client, "failing").create({"message": "boom"})
    with pytest.raises(TaskFailedError, match="boom") as caught:
        collect(handler)
    assert caught.value.reason == "boom"


@pytest.mark.parametrize("text", ["\u2028", "\u2029", "\u0085", "a\nb\rc", "ä🎉", "\x1c"])
def test_text_is_kept(client: SyncClient, text: str) -> None:
    handler = workflow(client, "reciting").create({"lines": [text]})
    assert (collect(handler))[0] == {"text": text}


def test_a_question_is_answered(client: SyncClient) -> None:
    handler = workflow(client, "human").create({})
    handler.send_event(HumanResponseEvent(response="Ada"), "human")
    assert (handler.wait()).result == "The human said: Ada"
    with pytest.raises(StatusError, match="409 Conflict: Workflow already completed"):
        handler.send_event(HumanResponseEvent(response="Ada"))


@only_real
def test_an_event_that_is_not_declared_is_refused_with_a_list(client: SyncClient) -> None:
    handler = workflow(client, "human").create({})
    with pytest.raises(InvalidRequestError, match=r"Nobody\. Expected one of .*HumanResponseEvent"):
        handler.send_event(ServerEvent("any.Nobody", {}))
    with pytest.raises(TypeError, match="an event must be"):
        handler.send_event("hello")  # type: ignore[arg-type]
    handler.cancel()


def test_a_run_answers_questions_of_derived_classes(client: SyncClient) -> None:
    asked: list[ReceivedEvent] = []

    def answer(question: ReceivedEvent) -> str:
        asked.append(question)
        time.sleep(0)
        return str(question.fields["prefix"]).upper()

    run = workflow(client, "interview").stream({}, types=[Progress], answer=answer)
    with run:
        seen = [event for event in run if isinstance(event, Progress)]
        assert (run.result()).result == "YOUR NAME?, YOUR AGE?"
    assert [event.text for event in seen] == ["heard YOUR NAME?", "heard YOUR AGE?"]
    assert [event.name for event in asked] == ["Question", "Question"]
    assert run.last_event is not None
    assert run.last_event.is_last
    assert (run.result()).task_id == run.handler.id


def test_the_result_of_a_run_reads_the_questions(client: SyncClient) -> None:
    with workflow(client, "human").stream({}, answer=lambda question: "Ada") as run:
        assert (run.result()).result == "The human said: Ada"


def test_a_run_of_a_failing_workflow(client: SyncClient) -> None:
    with workflow(client, "failing").stream({"message": "boom"}) as run:
        with pytest.raises(TaskFailedError, match="boom"):
            for _ in run:
                pass
        with pytest.raises(TaskFailedError, match="boom"):
            run.result()


def test_the_time_for_a_result_is_for_all_of_it(client: SyncClient) -> None:
    run = workflow(client, "human").stream({}, answer=lambda question: None)
    with run:
        with pytest.raises(CallTimeoutError, match=r"no result within 0\.3 s"):
            run.result(timeout=0.3)
        run.handler.cancel()


def test_an_event_that_could_not_be_judged_is_judged_again(client: SyncClient) -> None:
    judged: list[ReceivedEvent] = []

    def is_question(event: ReceivedEvent) -> bool:
        judged.append(event)
        if len(judged) == 1:
            raise ArithmeticError
        return event.name == "InputRequiredEvent"

    human = workflow(client, "human")
    with human.stream({}, answer=lambda question: "Ada", is_question=is_question) as run:
        with pytest.raises(ArithmeticError):
            next(run)
        assert (run.result()).result == "The human said: Ada"


def test_a_silence_behind_a_question_is_explained(client: SyncClient) -> None:
    handler = workflow(client, "interview").create({})
    with pytest.raises(CallTimeoutError, match=r"Question, asks a human.*handler\.send_event"):
        collect(handler, timeout=0.5)
    handler.cancel()
    run = workflow(client, "human").stream({}, is_question=None, timeout=0.5)
    with run:
        with pytest.raises(CallTimeoutError, match="is a question, and there is no answer="):
            for _ in run:
                pass
        run.handler.cancel()


def test_arguments_of_a_stream_are_checked_at_once(echo: Workflow) -> None:
    with pytest.raises(ValueError, match="must be a JSON object"):
        echo.stream("hello")
    with pytest.raises(TypeError, match="answer must be a function or None, got str"):
        echo.stream({}, answer="Ada")  # type: ignore[call-overload]


def test_many_runs(echo: Workflow) -> None:
    batch = echo.run_many([{"message": text} for text in "abc"], concurrency=2)
    assert batch.results() == ["A", "B", "C"]


def test_handlers_are_found_by_status_and_by_id(client: SyncClient) -> None:
    failing, human = workflow(client, "failing"), workflow(client, "human")
    handler = human.create({})
    assert handler in human.handlers(status="running")
    assert handler not in failing.handlers()
    assert human.handler(handler.id) == handler
    handler.cancel()
    assert handler in human.handlers(status="cancelled")
    with pytest.raises(NotFoundError):
        human.handler("nobody")


def test_an_id_of_ones_own(client: SyncClient) -> None:
    human = workflow(client, "human")
    handler = human.create({}, handler_id="mine")
    assert handler == Handler(client=client, id="mine", workflow_id="human")
    with pytest.raises(StatusError, match="409 Conflict: Handler 'mine' is already running"):
        human.create({}, handler_id="mine")
    handler.cancel(purge=True)
    with pytest.raises(ValueError, match="cannot be an id"):
        human.create({}, handler_id="..")


def test_a_result_without_a_json_form_never_comes(client: SyncClient) -> None:
    handler = workflow(client, "unserializable").create({})
    with pytest.raises(CallTimeoutError):
        handler.wait(timeout=0.3)
    with pytest.raises(CallTimeoutError, match=r"no event for 0\.3 s"):  # with heartbeats meanwhile
        collect(handler, timeout=0.3)
    with pytest.raises(CallTimeoutError, match=r"no (result|response) within 1 s"):
        workflow(client, "unserializable").run({}, timeout=1.0)


def test_a_server_that_is_silent_for_longer_than_a_time_out(client: SyncClient) -> None:
    handler = workflow(client, "slow").create({"seconds": 1.5})
    with pytest.raises(CallTimeoutError, match=r"no event for 0\.5 s"):
        collect(handler, timeout=0.5)
    assert collect(handler, timeout=20) == [{"result": "slept 1.5 s"}]


def test_requests_of_the_document_can_be_sent(client: SyncClient, progress: Workflow) -> None:
    handler = progress.create(QUICK)
    state = client.send(get_handler.request(handler.id))
    assert state.handler_id == handler.id
    handler.wait()
    request = stream_handler_events.request(handler.id, after_sequence="-1")
    names = []
    for event in client.send(request):
        names.append(event["type"])
    assert names == ["Progress"] * 3 + ["StopEvent"]
