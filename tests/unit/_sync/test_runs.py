# Made by `make generate` from tests/unit/_async/test_runs.py: do not edit.
"""A task from its input to its result, in one block."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from llama_deploy_client import (
    CallTimeoutError,
    EventMismatchError,
    NotFoundError,
    ReceivedEvent,
    ServerError,
    StreamInterruptedError,
    TaskDefinition,
    TaskFailedError,
)
from llama_deploy_client._sync.client import SyncClient

from .calls import RESULT, deployment
from .one_task import DONE, END, FAILED, STEP, Server, prefix, run_of
from .streaming import CUT, STOP, Progress, broken, raw, received


def test_the_task_is_created_on_entering(client: SyncClient, server: Server) -> None:
    run = run_of(client)
    assert not server.created.called
    with pytest.raises(RuntimeError, match=r"^the task is created on entering"):
        _ = run.task
    with run:
        assert (run.task.id, run.task.session_id, run.task.service_id) == ("t", "s", "human")
        assert json.loads(server.created.calls.last.request.content)["input"] == '{"steps": 3}'
    with pytest.raises(RuntimeError, match=r"^a TaskRun can be entered only once"):
        run.__enter__()
    assert server.created.call_count == 1


def test_no_deployment_is_an_error_on_entering(client: SyncClient, server: Server) -> None:
    server.created.respond(404, json={"detail": "Deployment not found"})
    with pytest.raises(NotFoundError, match="Deployment not found"):
        with run_of(client):
            raise AssertionError("entered")


def test_a_definition_is_sent_as_it_is(client: SyncClient, server: Server) -> None:
    definition = TaskDefinition(input={}, service_id="human", session_id="mine")
    with deployment(client).tasks.stream(definition):
        request = server.created.calls.last.request
        assert json.loads(request.content)["service_id"] == "human"
        assert request.url.params["session_id"] == "mine"


@pytest.mark.parametrize("read", [0, 1, 3])
def test_the_result_comes_however_many_events_were_read(
    client: SyncClient, server: Server, read: int
) -> None:
    body = server.streams(STEP, raw("Other", {"n": 1}), END)
    expected = [Progress(step=1), ReceivedEvent("workflow.Other", {"n": 1}), STOP]
    with run_of(client, types=[Progress]) as run:
        assert [next(run) for _ in range(read)] == expected[:read]
        assert run.result() == RESULT
        if read == 1:  # the result took no event away
            assert next(run) == expected[1]
    assert body.closed or not read
    assert run.result() == RESULT


def test_a_result_that_never_comes_is_a_timeout(client: SyncClient, server: Server) -> None:
    server.results.respond(text="null")
    with run_of(client) as run:
        with pytest.raises(CallTimeoutError, match=r"no result within 0\.05 s"):
            run.result(timeout=0.05)


def test_reading_goes_on_after_a_bad_event(client: SyncClient, server: Server) -> None:
    server.streams(raw("Progress", {"step": "one"}), raw("Progress", {"step": 2}), END)
    with run_of(client, types=[Progress]) as run:
        with pytest.raises(EventMismatchError):
            next(run)
        assert received(run) == [Progress(step=2), STOP]


class TestAFailedWorkflow:
    """0.9 sends a stop event, cuts the stream, and responds 500 to requests for the result."""

    def test_is_raised_by_the_stream(self, client: SyncClient, server: Server) -> None:
        server.streams(STEP, END, CUT)
        server.results.mock(return_value=FAILED)
        message = r"^The workflow failed: Llama.*log\. 500 "
        with run_of(client) as run:
            events, _ = broken(run, TaskFailedError, message)
        assert events == [{"step": 1}, {}]

    @pytest.mark.parametrize("answer", [None, prefix])
    def test_is_raised_by_each_request_for_the_result(
        self, client: SyncClient, server: Server, answer: Any
    ) -> None:
        server.streams(STEP, END, CUT)
        server.results.mock(return_value=FAILED)
        with run_of(client, answer=answer) as run:
            for _ in range(2):
                with pytest.raises(TaskFailedError):
                    run.result()

    @pytest.mark.parametrize(
        ("pieces", "message"),
        [
            ([END], "^The workflow ended with a result that is not text"),
            ([CUT], r"^On 0\.9, the workflow raised"),
            ([STEP, CUT], r"^On 0\.9, the workflow raised"),
        ],
        ids=["a stop event", "a cut", "a step and a cut"],
    )
    def test_is_not_seen_in_a_stream_that_ended_otherwise(
        self, client: SyncClient, server: Server, pieces: list[Any], message: str
    ) -> None:
        server.streams(*pieces)
        server.results.mock(return_value=FAILED)
        with run_of(client) as run:
            for _ in range(2):
                with pytest.raises(ServerError, match=message) as caught:
                    run.result()
                assert type(caught.value) is ServerError

    @pytest.mark.parametrize("response", [DONE, httpx.Response(404), httpx.Response(503)])
    def test_is_not_seen_in_a_cut_of_the_network(
        self, client: SyncClient, server: Server, response: httpx.Response
    ) -> None:
        server.streams(END, CUT)
        server.results.mock(return_value=response)
        with run_of(client) as run:
            if response.status_code == 503:  # of a gateway, which does not know
                with pytest.raises(ServerError) as caught:
                    run.result()
                assert type(caught.value) is ServerError
            assert (broken(run, StreamInterruptedError))[0] == [{}]

    def test_is_unknown_if_nothing_was_read(self, client: SyncClient, server: Server) -> None:
        server.streams(END, CUT)
        server.results.mock(return_value=FAILED)
        with run_of(client) as run:
            pass
        with pytest.raises(ServerError, match=r"^On 0\.9, the workflow raised") as caught:
            run.result()
        assert type(caught.value) is ServerError
