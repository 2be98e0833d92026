"""A task from its input to its answer: what is asked, what is handed out, what goes wrong."""

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
from llama_deploy_client._async.client import AsyncClient

from .calls import deployment
from .one_task import END, FAILED, RESULT, Server, prefix, run_of
from .streaming import CUT, STOP, Progress, raw, received


async def test_the_task_is_submitted_on_entering(client: AsyncClient, server: Server) -> None:
    run = run_of(client)
    assert not server.created.called
    with pytest.raises(RuntimeError, match=r"^the task is created on entering"):
        _ = run.task
    async with run:
        assert (run.task.id, run.task.session_id, run.task.service_id) == ("t", "s", "human")
        assert json.loads(server.created.calls.last.request.content)["input"] == '{"steps": 3}'
    with pytest.raises(RuntimeError, match=r"^a TaskRun can be entered only once"):
        await run.__aenter__()
    assert server.created.call_count == 1


async def test_no_deployment_is_an_error_on_entering(client: AsyncClient, server: Server) -> None:
    server.created.respond(404, json={"detail": "Deployment not found"})
    with pytest.raises(NotFoundError, match="Deployment not found"):
        async with run_of(client):
            raise AssertionError("entered")


@pytest.mark.parametrize("read", [0, 1, 3])
async def test_the_result_comes_however_many_events_were_read(
    client: AsyncClient, server: Server, read: int
) -> None:
    body = server.streams(raw("Progress", {"step": 1}), raw("Other", {"n": 1}), END)
    async with run_of(client, types=[Progress]) as run:
        events = [await anext(run) for _ in range(read)]
        assert await run.result() == RESULT
    expected = [Progress(step=1), ReceivedEvent("workflow.Other", {"n": 1}), STOP]
    assert events == expected[:read]
    assert body.closed or not read
    assert await run.result() == RESULT


async def test_without_types_events_are_dicts(client: AsyncClient, server: Server) -> None:
    server.streams(raw("Progress", {"step": 1}), END)
    async with run_of(client) as run:
        assert await received(run, []) == [{"step": 1}, {}]


async def test_events_can_be_read_after_the_result(client: AsyncClient, server: Server) -> None:
    server.streams(raw("Progress", {"step": 1}), END)
    async with run_of(client) as run:
        assert await run.result() == RESULT
        assert await received(run, []) == [{"step": 1}, {}]


async def test_a_result_that_is_not_there_yet_is_asked_for_again(
    client: AsyncClient, server: Server
) -> None:
    answers = [httpx.Response(200, text="null")] * 2
    server.results.mock(side_effect=[*answers, httpx.Response(200, json=RESULT.model_dump())])
    async with run_of(client) as run:
        assert await run.result() == RESULT
    assert server.results.call_count == 3


async def test_a_result_that_never_comes_is_waited_for_until_the_timeout(
    client: AsyncClient, server: Server
) -> None:
    server.results.respond(text="null")
    async with run_of(client) as run:
        with pytest.raises(CallTimeoutError, match=r"no result within 0\.05 s"):
            await run.result(timeout=0.05)


async def test_a_cut_stream_says_so_itself_and_the_result_still_comes(
    client: AsyncClient, server: Server
) -> None:
    server.streams(raw("Progress", {"step": 1}), CUT)
    events: list[Any] = []
    async with run_of(client) as run:
        with pytest.raises(StreamInterruptedError):
            await received(run, events)
        assert events == [{"step": 1}]
        assert await run.result() == RESULT


async def test_an_event_that_does_not_fit_is_not_an_end(
    client: AsyncClient, server: Server
) -> None:
    server.streams(raw("Progress", {"step": "one"}), raw("Progress", {"step": 2}), END)
    async with run_of(client, types=[Progress]) as run:
        with pytest.raises(EventMismatchError):
            await anext(run)
        assert await received(run, []) == [Progress(step=2), STOP]


class TestAFailedWorkflow:
    """0.9 sends a stop event, cuts the stream, and responds 500 to requests for the result."""

    async def test_the_stream_raises_it(self, client: AsyncClient, server: Server) -> None:
        server.streams(raw("Progress", {"step": 1}), END, CUT)
        server.results.mock(return_value=FAILED)
        events: list[Any] = []
        async with run_of(client) as run:
            with pytest.raises(TaskFailedError, match=r"^The workflow failed: Llama.*log\. 500 "):
                await received(run, events)
        assert events == [{"step": 1}, {}]

    @pytest.mark.parametrize("answer", [None, prefix])
    async def test_the_result_raises_it(
        self, client: AsyncClient, server: Server, answer: Any
    ) -> None:
        server.streams(raw("Progress", {"step": 1}), END, CUT)
        server.results.mock(return_value=FAILED)
        async with run_of(client, answer=answer) as run:
            for _ in range(2):
                with pytest.raises(TaskFailedError):
                    await run.result()

    async def test_is_not_seen_in_a_result_that_cannot_be_sent(
        self, client: AsyncClient, server: Server
    ) -> None:
        server.streams(END)
        server.results.mock(return_value=FAILED)
        async with run_of(client) as run:
            for _ in range(2):
                with pytest.raises(
                    ServerError, match=r"^The workflow ended with a result that is not text"
                ) as caught:
                    await run.result()
                assert type(caught.value) is ServerError

    @pytest.mark.parametrize(
        "pieces", [(CUT,), (raw("Progress", {"step": 1}), CUT)], ids=["cut", "step"]
    )
    async def test_is_not_seen_in_a_cut_without_a_stop_event(
        self, client: AsyncClient, server: Server, pieces: tuple[bytes | Exception, ...]
    ) -> None:
        server.streams(*pieces)
        server.results.mock(return_value=FAILED)
        async with run_of(client) as run:
            with pytest.raises(ServerError) as caught:
                await run.result()
        assert type(caught.value) is ServerError
        assert "no text" not in str(caught.value)

    @pytest.mark.parametrize(
        "answer", [httpx.Response(200, json=RESULT.model_dump()), httpx.Response(404)]
    )
    async def test_is_not_seen_in_a_cut_of_the_network(
        self, client: AsyncClient, server: Server, answer: httpx.Response
    ) -> None:
        server.streams(END, CUT)
        server.results.mock(return_value=answer)
        async with run_of(client) as run:
            assert await anext(run) == {}
            with pytest.raises(StreamInterruptedError):
                await anext(run)

    async def test_stays_in_doubt_if_the_stream_was_left(
        self, client: AsyncClient, server: Server
    ) -> None:
        server.streams(END, CUT)
        server.results.mock(return_value=FAILED)
        async with run_of(client) as run:
            pass
        with pytest.raises(ServerError) as caught:
            await run.result()
        assert type(caught.value) is ServerError
        assert "no text" not in str(caught.value)


async def test_a_definition_is_submitted_as_it_is(client: AsyncClient, server: Server) -> None:
    definition = TaskDefinition(input={}, service_id="human", session_id="mine")
    async with deployment(client).tasks.stream(definition):
        request = server.created.calls.last.request
        assert json.loads(request.content)["service_id"] == "human"
        assert request.url.params["session_id"] == "mine"
