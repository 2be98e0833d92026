# Made by `make generate` from tests/unit/_async/test_runs.py: do not edit.
"""A task from its input to its answer: what is asked, what is handed out, what goes wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import respx
from pydantic import BaseModel

from llama_deploy_client import (
    AnswerTimeoutError,
    CallTimeoutError,
    EventMismatchError,
    NotFoundError,
    ReceivedEvent,
    ServerError,
    ServerEvent,
    StreamInterruptedError,
    TaskDefinition,
    TaskFailedError,
    TaskResult,
)
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.runs import TaskRun

from .calls import API_SERVER, deployment
from .test_streams import CUT, EVENTS_OF_0_9, Pieces, document, received
from .test_typed_events import STOP, Progress, raw

TASKS = f"{API_SERVER}/deployments/d/tasks"
RESULT = TaskResult(task_id="t", result="done")
FAILED = httpx.Response(500, text="Internal Server Error")
FIRST = raw("InputRequiredEvent", {"_data": {"prefix": "Name?"}})
SECOND = raw("InputRequiredEvent", {"_data": {"prefix": "Age?"}})
END = raw("StopEvent", {})


class Server:
    """An API server of generation 0.9 with one task."""

    def __init__(self, wire: respx.MockRouter) -> None:
        ids = {"task_id": "t", "session_id": "s", "service_id": "human"}
        self.created = wire.post(f"{TASKS}/create").respond(json=ids)
        self.events = wire.get(f"{TASKS}/t/events")
        self.results = wire.get(f"{TASKS}/t/results")
        self.results.respond(json=RESULT.model_dump())
        self.sent = wire.post(f"{TASKS}/t/events")
        self.sent.mock(side_effect=lambda request: httpx.Response(200, content=request.content))
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document(EVENTS_OF_0_9))

    def streams(self, *pieces: bytes | Exception) -> Pieces:
        body = Pieces(*pieces)
        self.events.mock(return_value=httpx.Response(200, stream=body))
        return body

    @property
    def answers(self) -> list[Any]:
        """What was sent to the task: the service, the class, and the fields."""
        found = []
        for call in self.sent.calls:
            body = json.loads(call.request.content)
            event = json.loads(body["event_obj_str"])
            found.append((body["service_id"], event["qualified_name"], event["value"]))
        return found


@pytest.fixture
def server(wire: respx.MockRouter) -> Server:
    return Server(wire)


def run_of(client: SyncClient, **options: Any) -> TaskRun[Any]:
    return deployment(client).tasks.stream({"steps": 3}, **options)


def response(text: str) -> tuple[str, str, Any]:
    name = "llama_index.core.workflow.events.HumanResponseEvent"
    return "human", name, {"_data": {"response": text}}


def prefix(event: ReceivedEvent) -> str:
    """Answers a question with its own words."""
    return str(event.fields["prefix"])


def prefix_later(event: ReceivedEvent) -> str:
    return prefix(event)


def test_the_task_is_submitted_on_entering(client: SyncClient, server: Server) -> None:
    run = run_of(client)
    assert not server.created.called
    with pytest.raises(RuntimeError, match=r"^the task is submitted on entering"):
        _ = run.task
    with run:
        assert (run.task.id, run.task.session_id, run.task.service_id) == ("t", "s", "human")
        assert json.loads(server.created.calls.last.request.content)["input"] == '{"steps": 3}'
    with pytest.raises(RuntimeError, match=r"^a TaskRun is entered once"):
        run.__enter__()
    assert server.created.call_count == 1


def test_the_timeout_is_that_of_each_request(client: SyncClient, server: Server) -> None:
    server.streams(FIRST, END, CUT)
    server.results.mock(return_value=FAILED)
    with run_of(client, answer=prefix, timeout=7) as run:
        with pytest.raises(TaskFailedError):
            received(run, [])
    for route in (server.created, server.events, server.sent, server.results):
        assert route.calls.last.request.extensions["deadline"].timeout == 7


def test_no_deployment_is_an_error_on_entering(client: SyncClient, server: Server) -> None:
    server.created.respond(404, json={"detail": "Deployment not found"})
    with pytest.raises(NotFoundError, match="Deployment not found"):
        with run_of(client):
            raise AssertionError("entered")


@pytest.mark.parametrize("read", [0, 1, 3])
def test_the_result_comes_however_many_events_were_read(
    client: SyncClient, server: Server, read: int
) -> None:
    body = server.streams(raw("Progress", {"step": 1}), raw("Other", {"n": 1}), END)
    with run_of(client, types=[Progress]) as run:
        events = [next(run) for _ in range(read)]
        assert run.result() == RESULT
    expected = [Progress(step=1), ReceivedEvent("workflow.Other", {"n": 1}), STOP]
    assert events == expected[:read]
    assert body.closed or not read
    assert run.result() == RESULT


def test_without_types_events_are_dicts(client: SyncClient, server: Server) -> None:
    server.streams(raw("Progress", {"step": 1}), END)
    with run_of(client) as run:
        assert received(run, []) == [{"step": 1}, {}]


def test_events_can_be_read_after_the_result(client: SyncClient, server: Server) -> None:
    server.streams(raw("Progress", {"step": 1}), END)
    with run_of(client) as run:
        assert run.result() == RESULT
        assert received(run, []) == [{"step": 1}, {}]


def test_a_result_that_is_not_there_yet_is_asked_for_again(
    client: SyncClient, server: Server
) -> None:
    answers = [httpx.Response(200, text="null")] * 2
    server.results.mock(side_effect=[*answers, httpx.Response(200, json=RESULT.model_dump())])
    with run_of(client) as run:
        assert run.result() == RESULT
    assert server.results.call_count == 3


def test_a_result_that_never_comes_is_waited_for_until_the_timeout(
    client: SyncClient, server: Server
) -> None:
    server.results.respond(text="null")
    with run_of(client) as run:
        with pytest.raises(CallTimeoutError, match=r"no result within 0\.05 s"):
            run.result(timeout=0.05)


def test_a_cut_stream_says_so_itself_and_the_result_still_comes(
    client: SyncClient, server: Server
) -> None:
    server.streams(raw("Progress", {"step": 1}), CUT)
    events: list[Any] = []
    with run_of(client) as run:
        with pytest.raises(StreamInterruptedError):
            received(run, events)
        assert events == [{"step": 1}]
        assert run.result() == RESULT


def test_an_event_that_does_not_fit_is_no_end(client: SyncClient, server: Server) -> None:
    server.streams(raw("Progress", {"step": "one"}), raw("Progress", {"step": 2}), END)
    with run_of(client, types=[Progress]) as run:
        with pytest.raises(EventMismatchError):
            next(run)
        assert received(run, []) == [Progress(step=2), STOP]


class TestAFailedWorkflow:
    """0.9 sends a stop event, cuts the stream, and answers 500 to who asks for the result."""

    def test_is_told_by_the_stream(self, client: SyncClient, server: Server) -> None:
        server.streams(raw("Progress", {"step": 1}), END, CUT)
        server.results.mock(return_value=FAILED)
        events: list[Any] = []
        with run_of(client) as run:
            with pytest.raises(
                TaskFailedError, match=r"Error\. The workflow failed\. Llama.*else\.$"
            ):
                received(run, events)
        assert events == [{"step": 1}, {}]

    @pytest.mark.parametrize("answer", [None, prefix])
    def test_is_told_by_the_result(self, client: SyncClient, server: Server, answer: Any) -> None:
        server.streams(raw("Progress", {"step": 1}), END, CUT)
        server.results.mock(return_value=FAILED)
        with run_of(client, answer=answer) as run:
            for _ in range(2):
                with pytest.raises(TaskFailedError):
                    run.result()

    @pytest.mark.parametrize(
        "pieces", [(END,), (CUT,), (raw("Progress", {"step": 1}), CUT)], ids=["end", "cut", "step"]
    )
    def test_is_not_seen_in_a_result_that_cannot_be_sent(
        self, client: SyncClient, server: Server, pieces: tuple[bytes | Exception, ...]
    ) -> None:
        server.streams(*pieces)
        server.results.mock(return_value=FAILED)
        with run_of(client) as run:
            with pytest.raises(ServerError) as caught:
                run.result()
        assert type(caught.value) is ServerError

    @pytest.mark.parametrize(
        "answer", [httpx.Response(200, json=RESULT.model_dump()), httpx.Response(404)]
    )
    def test_is_not_seen_in_a_cut_of_the_network(
        self, client: SyncClient, server: Server, answer: httpx.Response
    ) -> None:
        server.streams(END, CUT)
        server.results.mock(return_value=answer)
        with run_of(client) as run:
            assert next(run) == {}
            with pytest.raises(StreamInterruptedError):
                next(run)

    def test_stays_in_doubt_if_the_stream_was_left(
        self, client: SyncClient, server: Server
    ) -> None:
        server.streams(END, CUT)
        server.results.mock(return_value=FAILED)
        with run_of(client) as run:
            pass
        with pytest.raises(ServerError) as caught:
            run.result()
        assert type(caught.value) is ServerError


class TestAQuestion:
    @pytest.mark.parametrize("answer", [prefix, prefix_later])
    def test_is_handed_out_and_answered(
        self, client: SyncClient, server: Server, answer: Any
    ) -> None:
        server.streams(FIRST, raw("Progress", {"step": 1}), SECOND, END)
        with run_of(client, answer=answer) as run:
            assert next(run) == {"_data": {"prefix": "Name?"}}
            assert server.answers == []  # it is put when the next event is asked for
            assert received(run, []) == [{"step": 1}, {"_data": {"prefix": "Age?"}}, {}]
        assert server.answers == [response("Name?"), response("Age?")]

    def test_is_answered_if_nobody_reads(self, client: SyncClient, server: Server) -> None:
        server.streams(FIRST, SECOND, END)
        with run_of(client, answer=prefix) as run:
            assert run.result() == RESULT
        assert server.answers == [response("Name?"), response("Age?")]

    def test_is_answered_if_the_reader_stopped_at_it(
        self, client: SyncClient, server: Server
    ) -> None:
        server.streams(FIRST, END)
        with run_of(client, answer=prefix) as run:
            next(run)
            assert run.result() == RESULT
        assert server.answers == [response("Name?")]

    def test_may_be_answered_by_an_event(self, client: SyncClient, server: Server) -> None:
        class Reply(BaseModel):
            text: str

        replies = iter([Reply(text="hi"), ServerEvent("workflow.Reply", {"text": "ho"})])
        server.streams(FIRST, SECOND, END)
        with run_of(client, answer=lambda event: next(replies)) as run:
            run.result()
        name = f"{__name__}.Reply"
        assert server.answers == [
            ("human", name, {"text": "hi"}),
            ("human", "workflow.Reply", {"text": "ho"}),
        ]

    def test_may_be_answered_elsewhere(self, client: SyncClient, server: Server) -> None:
        server.streams(FIRST, END)
        with run_of(client, answer=lambda event: None) as run:
            assert len(received(run, [])) == 2
        assert server.answers == []

    def test_is_what_the_caller_says(self, client: SyncClient, server: Server) -> None:
        server.streams(FIRST, raw("Ask", {"prefix": "Really?"}), END)
        with run_of(client, answer=prefix, is_question=lambda e: e.name == "Ask") as run:
            run.result()
        assert server.answers == [response("Really?")]

    def test_is_told_by_its_prefix_where_there_are_no_names(
        self, client: SyncClient, server: Server
    ) -> None:
        server.streams(b'{"step": 1}\n{"_data": {"prefix": "Name?"}}\n{}\n')
        with run_of(client, answer=prefix) as run:
            run.result()
        assert server.answers == [response("Name?")]

    def test_is_no_question_without_an_answer_function(
        self, client: SyncClient, server: Server
    ) -> None:
        server.streams(FIRST, END)
        with run_of(client) as run:
            assert len(received(run, [])) == 2
        assert server.answers == []

    def test_goes_to_the_service_that_the_server_named(
        self, client: SyncClient, server: Server
    ) -> None:
        # 0.6 names it in its own way, the default one too; 0.9 needs no name, but a string.
        for ids, service in (({"agent_id": "echo"}, "echo"), ({"service_id": None}, "")):
            server.created.respond(json={"task_id": "t", "session_id": "s", **ids})
            server.streams(FIRST, END)
            with run_of(client, answer=prefix) as run:
                run.result()
            assert server.answers[-1][0] == service

    def test_that_is_refused_stays_open(self, client: SyncClient, server: Server) -> None:
        # After an exception of the function it is put again, and what came behind it is there.
        def fail_once(event: ReceivedEvent) -> str:
            if not failures:
                failures.append(event)
                raise KeyError("not now")
            return prefix(event)

        failures: list[ReceivedEvent] = []
        body = server.streams(FIRST, raw("Progress", {"step": 1}), END)
        with run_of(client, answer=fail_once) as run:
            next(run)
            with pytest.raises(KeyError, match="not now"):
                next(run)
            assert server.answers == []
            assert received(run, []) == [{"step": 1}, {}]
        assert server.answers == [response("Name?")]
        assert body.closed

    def test_whose_answer_was_not_sent_stays_open(self, client: SyncClient, server: Server) -> None:
        server.streams(FIRST, END)
        echo = server.sent.side_effect
        server.sent.mock(return_value=FAILED)
        with run_of(client, answer=prefix) as run:
            next(run)
            with pytest.raises(ServerError):
                next(run)
            server.sent.mock(side_effect=echo)
            assert received(run, []) == [{}]
        assert server.answers == [response("Name?")] * 2

    def test_an_exception_of_the_function_gives_the_connection_back(
        self, client: SyncClient, server: Server
    ) -> None:
        def fail(event: ReceivedEvent) -> str:
            raise KeyError("no answer")

        body = server.streams(FIRST, END)
        with pytest.raises(KeyError, match="no answer"):
            with run_of(client, answer=fail) as run:
                run.result()
        assert body.closed

    def test_a_cut_of_a_stream_that_the_function_reads_is_its_own(
        self, client: SyncClient, server: Server
    ) -> None:
        elsewhere = httpx.Request("GET", "http://elsewhere.test")

        def read_on(event: ReceivedEvent) -> str:
            raise StreamInterruptedError("the stream was cut", request=elsewhere, delivered=7)

        server.streams(FIRST, END)
        with run_of(client, answer=read_on) as run:
            with pytest.raises(StreamInterruptedError, match=r"elsewhere.*7 events"):
                run.result()

    def test_what_ends_a_loop_does_not_end_this_one(
        self, client: SyncClient, server: Server
    ) -> None:
        answers: Iterator[str] = iter([])
        server.streams(FIRST, END)
        with run_of(client, answer=lambda event: next(answers)) as run:
            with pytest.raises(RuntimeError, match="StopIteration"):
                received(run, [])

    def test_an_answer_of_another_kind_is_refused(self, client: SyncClient, server: Server) -> None:
        server.streams(FIRST, END)
        with run_of(client, answer=lambda event: 42) as run:
            with pytest.raises(TypeError, match="a pydantic model or a ServerEvent, not int"):
                run.result()

    def test_the_time_for_an_answer_is_over(self, client: SyncClient, server: Server) -> None:
        def think(event: ReceivedEvent) -> str:
            time.sleep(0.2)
            return "too late"

        server.streams(FIRST, END)
        with run_of(client, answer=think, answer_timeout=0.05) as run:
            next(run)
            with pytest.raises(AnswerTimeoutError, match=r"within 0\.05 s") as caught:
                next(run)
        assert caught.value.event.fields == {"prefix": "Name?"}
        assert server.answers == []

    def test_a_time_out_of_the_function_is_its_own(
        self, client: SyncClient, server: Server
    ) -> None:
        def fail(event: ReceivedEvent) -> str:
            raise TimeoutError("mine")

        server.streams(FIRST, END)
        with run_of(client, answer=fail, answer_timeout=60) as run:
            with pytest.raises(TimeoutError, match="mine"):
                run.result()

    def test_thinking_is_no_time_without_an_event(self, client: SyncClient, server: Server) -> None:
        def think(event: ReceivedEvent) -> str:
            time.sleep(0.3)
            return "late, but in time"

        server.streams(FIRST, raw("Progress", {"step": 1}), END)
        with run_of(client, answer=think, timeout=0.2) as run:
            assert len(received(run, [])) == 3
        assert server.answers == [response("late, but in time")]


def test_a_definition_is_submitted_as_it_is(client: SyncClient, server: Server) -> None:
    definition = TaskDefinition(input={}, service_id="human", session_id="mine")
    with deployment(client).tasks.stream(definition):
        request = server.created.calls.last.request
        assert json.loads(request.content)["service_id"] == "human"
        assert request.url.params["session_id"] == "mine"
