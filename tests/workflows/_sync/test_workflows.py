# Made by `make generate` from tests/workflows/_async/test_workflows.py: do not edit.
"""Workflows and handlers of a real server."""

from __future__ import annotations

import time
from typing import Any

import pytest
from llama_agents_api.api.workflows import get_handler, stream_handler_events
from pydantic import BaseModel

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
from tests.faults._sync.helpers import collect

from ..sse import hurry


class Progress(BaseModel):
    """Events as programs that use the example workflows define them."""

    step: int
    text: str


class InputRequiredEvent(BaseModel):
    prefix: str


class Question(InputRequiredEvent):
    number: int


class Greeting(BaseModel):
    greeting: str
    count: int


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
def test_a_workflow_runs(client: SyncClient, task: Any) -> None:
    assert workflow(client, "echo").run(task) == "HELLO"
    result = workflow(client, "structured").run(task)
    assert result["message"] == "hello"
    assert result["nested"] == {"flag": True, "nothing": None}


def test_a_definition_names_the_workflow_as_a_service(client: SyncClient) -> None:
    progress, task = workflow(client, "progress"), TaskDefinition.of("progress", **QUICK)
    assert progress.run(task) == "3 steps done"
    assert progress.create(task) != progress.create(task)
    with pytest.raises(ValueError, match="the task names the service 'echo'"):
        progress.create(TaskDefinition.of("echo"))
    with pytest.raises(ValueError, match="session 's', but workflow servers have no"):
        progress.run(TaskDefinition(input="{}", session_id="s"))


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
def test_arguments_may_have_any_name(client: SyncClient) -> None:
    odd = dict.fromkeys(["value", "data", "type", "qualified_name", "kwargs"], "x")
    result = workflow(client, "greeting").run({"name": "Ada", **odd})
    assert result == {"greeting": "hello Ada", "count": 1}
    for name in odd:
        assert workflow(client, "echo").run({"message": "a", name: "x"}) == "A"


def test_a_handler_while_it_runs_and_after(client: SyncClient) -> None:
    handler = workflow(client, "slow").create({"seconds": 600})
    assert (handler.status()).status == "running"
    assert handler.results() is None
    with pytest.raises(CallTimeoutError, match=r"within 0\.2 s"):
        handler.wait(timeout=0.2)
    handler.cancel()
    handler = workflow(client, "progress").create(QUICK)
    result = handler.wait()
    assert (result.task_id, result.result) == (handler.id, "3 steps done")
    assert handler.results() == result
    state = handler.status()
    names = (state.status, state.handler_id, state.workflow_name)
    assert names == ("completed", handler.id, "progress")


def test_a_failed_handler(client: SyncClient) -> None:
    failing = workflow(client, "failing")
    handler = failing.create({"message": "boom"})
    for call in (handler.wait, handler.results):
        with pytest.raises(TaskFailedError, match="boom") as caught:
            call()
        assert (caught.value.reason, caught.value.detail) == ("boom", "boom")
    state = handler.status()
    assert (state.status, state.error) == ("failed", "boom")
    with pytest.raises(TaskFailedError, match="its exception has no message"):
        failing.run({"message": ""})
    with failing.stream({"message": "boom"}) as run:
        with pytest.raises(TaskFailedError, match="boom"):
            collect(run)
        with pytest.raises(TaskFailedError, match="boom"):
            run.result()


def test_a_reason_may_be_long(client: SyncClient) -> None:
    failing, text = workflow(client, "failing"), "x" * 200_000
    handler = failing.create({"message": text})
    for call in (
        lambda: collect(handler.events()),
        handler.wait,
        handler.results,
        lambda: failing.run({"message": text}),
    ):
        with pytest.raises(TaskFailedError) as caught:
            call()
        assert caught.value.reason == text
        assert len(str(caught.value)) < 500
    assert (handler.status()).error == text


@only_real
def test_a_handler_that_took_too_long_failed(client: SyncClient) -> None:
    handler = workflow(client, "hasty").create({"seconds": 5})
    with pytest.raises(TaskFailedError, match=r"timed out after 0\.2s"):
        collect(handler.events())


def test_a_cancelled_handler(client: SyncClient) -> None:
    handler = workflow(client, "slow").create({"seconds": 600})
    handler.cancel()
    assert (handler.status()).status == "cancelled"
    with pytest.raises(TaskFailedError, match="cancelled"):
        handler.wait()
    with pytest.raises(TaskFailedError, match="cancelled"):
        collect(handler.events())
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


def test_events_arrive_up_to_the_stop_event(client: SyncClient) -> None:
    handler = workflow(client, "progress").create({"steps": 3, "interval": 0.05})
    stop = {"result": "3 steps done"}
    assert collect(handler.events()) == [*STEPS, stop]
    assert collect(handler.events()) == [*STEPS, stop]  # later readers get them as well


def test_events_after_one(client: SyncClient) -> None:
    handler = workflow(client, "progress").create(QUICK)
    handler.wait()
    seen = collect(handler.events(types=[]))
    assert [type(event) for event in seen] == [WorkflowEvent] * 4
    second, last = seen[1].sequence, seen[-1].sequence
    assert collect(handler.events(after=second)) == [STEPS[2], {"result": "3 steps done"}]
    assert collect(handler.events(after=last)) == []
    assert collect(handler.events(after="now")) == []
    assert (handler.status()).status == "completed"  # although its connection is closed


def test_a_class_stands_for_those_derived_from_it(client: SyncClient) -> None:
    handler = workflow(client, "interview").create({})
    with handler.events(types=(InputRequiredEvent,)) as events:
        assert next(events) == InputRequiredEvent(prefix="Your name?")
    with handler.events(types=(InputRequiredEvent, Question)) as both:
        assert next(both) == Question(prefix="Your name?", number=1)
    handler.cancel()


def test_an_event_that_does_not_fit_leaves_the_stream_usable(client: SyncClient) -> None:
    class Other(Progress):
        missing: int

    Other.__name__ = "Progress"
    handler = workflow(client, "progress").create(QUICK)
    with handler.events(types=[Other]) as events:
        for _ in STEPS:
            with pytest.raises(EventMismatchError):
                next(events)
        stop = next(events)
        assert isinstance(stop, WorkflowEvent)
        assert stop.is_last


def test_text_arrives_unchanged(client: SyncClient) -> None:
    lines = ["\u2028", "\u2029", "\u0085", "a\nb\rc", "ä🎉", "\x1c"]
    handler = workflow(client, "reciting").create({"lines": lines})
    events = collect(handler.events())
    assert events[:-1] == [{"text": text} for text in lines]


def test_a_question_gets_a_reply(client: SyncClient) -> None:
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


def test_a_run_replies_to_questions_of_derived_classes(client: SyncClient) -> None:
    questions: list[ReceivedEvent] = []

    def reply(question: ReceivedEvent) -> str:
        questions.append(question)
        time.sleep(0)
        return str(question.fields["prefix"]).upper()

    run = workflow(client, "interview").stream({}, types=[Progress], answer=reply)
    with run:
        seen = [event for event in run if isinstance(event, Progress)]
        assert (run.result()).result == "YOUR NAME?, YOUR AGE?"
    assert [event.text for event in seen] == ["heard YOUR NAME?", "heard YOUR AGE?"]
    assert [event.name for event in questions] == ["Question", "Question"]
    assert run.last_event is not None
    assert run.last_event.is_last
    assert (run.result()).task_id == run.handler.id


def test_the_time_for_a_result_is_for_all_of_it(client: SyncClient) -> None:
    run = workflow(client, "human").stream({}, answer=lambda question: None)
    with run:
        with pytest.raises(CallTimeoutError, match=r"no result within 0\.3 s"):
            run.result(timeout=0.3)
        run.handler.cancel()


def test_is_question_is_called_again_if_it_raised(client: SyncClient) -> None:
    calls: list[ReceivedEvent] = []

    def is_question(event: ReceivedEvent) -> bool:
        calls.append(event)
        if len(calls) == 1:
            raise ArithmeticError
        return event.name == "InputRequiredEvent"

    human = workflow(client, "human")
    with human.stream({}, answer=lambda question: "Ada", is_question=is_question) as run:
        with pytest.raises(ArithmeticError):
            next(run)
        assert (run.result()).result == "The human said: Ada"


def test_a_silence_behind_a_question_is_explained(client: SyncClient) -> None:
    handler = workflow(client, "interview").create({})
    events = handler.events()
    next(events)
    hurry(events)
    with pytest.raises(CallTimeoutError, match=r"Question, asks a human.*handler\.send_event"):
        next(events)
    handler.cancel()
    with workflow(client, "human").stream({}, is_question=None) as run:
        next(run)
        hurry(run._entered()[1])
        with pytest.raises(CallTimeoutError, match="is a question, and there is no answer="):
            next(run)
        run.handler.cancel()


def test_arguments_of_a_stream_are_checked_at_once(client: SyncClient) -> None:
    with pytest.raises(ValueError, match="must be a JSON object"):
        workflow(client, "echo").stream("hello")
    with pytest.raises(TypeError, match="answer must be a function or None, got str"):
        workflow(client, "echo").stream({}, answer="Ada")  # type: ignore[call-overload]


def test_many_runs(client: SyncClient) -> None:
    batch = workflow(client, "echo").run_many([{"message": text} for text in "abc"], concurrency=2)
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
    with pytest.raises(ValueError, match=r"status must be one of running, .*, got 'done'"):
        human.handlers(status="done")


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
    with pytest.raises(CallTimeoutError, match="no event for 1 s"):  # with heartbeats meanwhile
        collect(handler.events(timeout=1.0))
    with pytest.raises(CallTimeoutError, match=r"no (result|response) within 1 s"):
        workflow(client, "unserializable").run({}, timeout=1.0)


def test_a_server_that_is_silent_for_longer_than_a_time_out(client: SyncClient) -> None:
    handler = workflow(client, "human").create({})
    events = handler.events()
    question = next(events)
    hurry(events)
    with pytest.raises(CallTimeoutError, match=r"no event for 0\.3 s"):
        next(events)
    handler.send_event(HumanResponseEvent(response="Ada"))
    assert collect(handler.events()) == [question, {"result": "The human said: Ada"}]


def test_requests_of_the_document_can_be_sent(client: SyncClient) -> None:
    handler = workflow(client, "progress").create(QUICK)
    state = client.send(get_handler.request(handler.id))
    assert state.handler_id == handler.id
    handler.wait()
    request = stream_handler_events.request(handler.id, after_sequence="-1")
    names = []
    for event in client.send(request):
        names.append(event["type"])
    assert names == ["Progress"] * 3 + ["StopEvent"]
