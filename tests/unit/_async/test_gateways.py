"""Gateways that give up on a request that takes long, while the server goes on with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import cycle
from typing import Any

import httpx
import pytest
import respx

from llama_deploy_client import (
    BatchError,
    CallTimeoutError,
    ConnectionLostError,
    ServerError,
    StreamInterruptedError,
    TaskFailedError,
)
from llama_deploy_client._async.client import AsyncClient

from .calls import RESULT_JSON, deployment, session, task
from .one_task import END, FAILED, Server, run_of
from .streaming import CUT, raw, received

PAGE = "<html><head><title>504 Gateway Time-out</title></head><body>nginx</body></html>"
TIMEOUT = httpx.Response(504, html=PAGE)
GIVES_UP: dict[str, Any] = {
    "504": TIMEOUT,
    "524": httpx.Response(524, html=PAGE),
    "502": httpx.Response(502, html="<html>"),
    "cut": CUT,
    "reset": httpx.ReadError("reset"),
}
each_end = pytest.mark.parametrize("end", GIVES_UP)
RUNNING = httpx.Response(200, text="null")
DONE = httpx.Response(200, json=RESULT_JSON)


@pytest.fixture
async def client(pauses: list[float]) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(max_retries=1) as client:
        yield client


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that are slept, which no test waits for."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("asyncio.sleep", sleep)
    return slept


@each_end
async def test_who_waits_for_a_result_outlasts_it(
    client: AsyncClient, wire: respx.MockRouter, end: str, pauses: list[float]
) -> None:
    gives_up = GIVES_UP[end]
    results = wire.get(path__regex="/results?$")
    results.mock(side_effect=[gives_up] * 5 + [RUNNING] + [gives_up] * 5 + [DONE])
    assert (await task(client).wait()).result == RESULT_JSON["result"]
    assert results.call_count == 12
    assert len(pauses) == 11


@each_end
async def test_so_does_a_run_of_a_session(
    client: AsyncClient, wire: respx.MockRouter, end: str
) -> None:
    wire.post().respond(json="t")
    wire.get().mock(side_effect=[RUNNING] + [GIVES_UP[end]] * 5 + [DONE])
    assert await session(client).run("echo") == RESULT_JSON["result"]


async def test_so_does_the_result_of_a_run_whose_stream_was_cut(
    client: AsyncClient, server: Server
) -> None:
    server.streams(raw("Progress", {"step": 1}), CUT)
    server.results.mock(side_effect=[TIMEOUT] * 5 + [DONE])
    async with run_of(client) as run:
        with pytest.raises(StreamInterruptedError, match="sends each event once") as caught:
            await received(run, [])
        assert caught.value.delivered == 1
        assert (await run.result()).result == RESULT_JSON["result"]


async def test_no_longer_than_its_timeout(client: AsyncClient, wire: respx.MockRouter) -> None:
    wire.get().mock(side_effect=cycle([TIMEOUT]))
    with pytest.raises(
        CallTimeoutError, match=r"within 0\.2 s\. The last attempt: .*504 Gateway"
    ) as e:
        await task(client).wait(timeout=0.2)
    assert isinstance(e.value.__cause__, ServerError)
    assert "<" not in str(e.value)


@pytest.mark.parametrize("status", [503, 500])
async def test_other_failures_are_failures(
    client: AsyncClient, wire: respx.MockRouter, status: int
) -> None:
    wire.get().mock(side_effect=cycle([httpx.Response(status)]))
    with pytest.raises(ServerError):
        await task(client).wait()
    assert wire.calls.call_count == (2 if status == 503 else 1)


async def test_a_502_of_the_server_is_its_answer(
    client: AsyncClient, wire: respx.MockRouter
) -> None:
    wire.get().respond(502, json={"detail": "no queue"})
    with pytest.raises(ServerError, match="no queue"):
        await task(client).wait()
    assert wire.calls.call_count == 2


async def test_a_gateway_does_not_tell_whether_a_workflow_failed(
    client: AsyncClient, server: Server
) -> None:
    server.streams(END, CUT)
    for answer in (httpx.Response(503, html=PAGE), FAILED):
        server.results.mock(return_value=answer)
        async with run_of(client) as run:
            with pytest.raises(ServerError) as caught:
                await run.result()
        assert (type(caught.value) is TaskFailedError) is (answer is FAILED)


class TestARun:
    """The request is open while the workflow runs."""

    @pytest.mark.parametrize("status", [502, 503, 504, 524])
    async def test_that_a_gateway_gives_up_on_says_what_to_do(
        self, client: AsyncClient, wire: respx.MockRouter, status: int
    ) -> None:
        wire.post().respond(status, html=PAGE)
        with pytest.raises(ServerError) as caught:
            await deployment(client).tasks.run({})
        message = str(caught.value)
        for words in ("time limit", "may still be running", "tasks.create", "task.wait"):
            assert words in message
        assert "<" not in message
        assert caught.value.status_code == status
        assert wire.calls.call_count == 1

    async def test_that_is_cut_says_so(self, client: AsyncClient, wire: respx.MockRouter) -> None:
        wire.post().mock(side_effect=CUT)
        with pytest.raises(ConnectionLostError, match=r"incomplete.*may still be running.*create"):
            await deployment(client).tasks.run({})

    @pytest.mark.parametrize(
        "answer", [FAILED, httpx.Response(503, json={"detail": "busy"}), httpx.Response(404)]
    )
    async def test_that_the_server_answered_does_not(
        self, client: AsyncClient, wire: respx.MockRouter, answer: httpx.Response
    ) -> None:
        wire.post().mock(return_value=answer)
        with pytest.raises(httpx.HTTPStatusError) as caught:
            await deployment(client).tasks.run({})
        assert "tasks.create" not in str(caught.value)


def ids() -> Iterator[httpx.Response]:
    for number in range(100):
        yield httpx.Response(200, json={"task_id": f"t{number}", "session_id": "s"})


class TestABatch:
    async def test_is_created_and_waited_for_if_so_asked(
        self, client: AsyncClient, wire: respx.MockRouter
    ) -> None:
        created = wire.post(path__regex="/tasks/create$").mock(side_effect=ids())
        for number in range(5):
            answers = [TIMEOUT] * 3 + [
                httpx.Response(200, json={**RESULT_JSON, "result": f"{number}"})
            ]
            wire.get(path__regex=f"/tasks/t{number}/results$").mock(side_effect=answers)
        batch = deployment(client).tasks.run_many([{}] * 5, concurrency=1, create_and_wait=True)
        assert await batch.results() == ["0", "1", "2", "3", "4"]
        assert created.call_count == 5

    async def test_creates_no_task_twice(self, client: AsyncClient, wire: respx.MockRouter) -> None:
        created = wire.post(path__regex="/tasks/create$").mock(return_value=TIMEOUT)
        batch = deployment(client).tasks.run_many([{}] * 3, create_and_wait=True)
        with pytest.raises(BatchError):
            await batch.results()
        assert created.call_count == 3

    async def test_has_the_timeout_of_each_task_for_both(
        self, client: AsyncClient, wire: respx.MockRouter
    ) -> None:
        wire.post(path__regex="/tasks/create$").mock(side_effect=ids())
        wire.get().respond(text="null")
        tasks = deployment(client).tasks
        [outcome] = await tasks.run_many([{}], create_and_wait=True, timeout=0.1).outcomes()
        assert isinstance(outcome.error, CallTimeoutError)

    async def test_runs_each_unless_asked(
        self, client: AsyncClient, wire: respx.MockRouter
    ) -> None:
        wire.post(path__regex="/tasks/run$").mock(return_value=TIMEOUT)
        with pytest.raises(BatchError, match="create_and_wait=True"):
            await deployment(client).tasks.run_many([{}]).results()
