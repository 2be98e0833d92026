# Made by `make generate` from tests/unit/_async/test_gateways.py: do not edit.
"""Gateways that give up on a request that takes long, while the server goes on with it."""

from __future__ import annotations

from itertools import count, repeat
from typing import Any

import httpx
import pytest
from respx import MockRouter, Route

from llama_deploy_client import (
    BatchError,
    CallTimeoutError,
    ConnectionLostError,
    ServerError,
    StreamInterruptedError,
)
from llama_deploy_client._sync.client import SyncClient

from ..clock import Clock
from .calls import RESULT_JSON, deployment, task
from .one_task import DONE, FAILED, RUNNING, STEP, Server, run_of
from .streaming import CUT, broken

PAGE = "<html><head><title>504 Gateway Time-out</title></head><body>nginx</body></html>"
TIMEOUT = httpx.Response(504, html=PAGE)


@pytest.fixture(autouse=True)
def one_retry(client: SyncClient) -> None:
    client.max_retries = 1


@pytest.mark.parametrize("end", [TIMEOUT, CUT], ids=["504", "cut"])
def test_polling_for_a_result_outlasts_a_gateway(
    client: SyncClient, wire: MockRouter, end: Any, clock: Clock
) -> None:
    results = wire.get(path__regex="/results?$")
    results.mock(side_effect=[end] * 5 + [RUNNING] + [end] * 5 + [DONE])
    assert (task(client).wait()).result == RESULT_JSON["result"]
    assert results.call_count == 12
    assert len(clock.pauses) == 11


def test_so_does_the_result_after_a_cut_stream(client: SyncClient, server: Server) -> None:
    server.streams(STEP, CUT)
    server.results.mock(side_effect=[*[TIMEOUT] * 5, DONE])
    with run_of(client) as run:
        events, error = broken(run, StreamInterruptedError, "sends each event once")
        assert events == [{"step": 1}]
        assert error.delivered == 1
        assert (run.result()).result == RESULT_JSON["result"]


def test_no_longer_than_its_timeout(client: SyncClient, wire: MockRouter) -> None:
    wire.get().mock(side_effect=repeat(TIMEOUT))
    message = r"within 0\.2 s\. The last attempt: .*504 Gateway"
    with pytest.raises(CallTimeoutError, match=message) as caught:
        task(client).wait(timeout=0.2)
    assert isinstance(caught.value.__cause__, ServerError)
    assert "<" not in str(caught.value)


@pytest.mark.parametrize(
    ("response", "requests"),
    [
        (httpx.Response(503), 2),
        (httpx.Response(500), 1),
        (httpx.Response(502, json={"detail": "no queue"}), 2),
    ],
    ids=["503", "500", "502 of the server"],
)
def test_other_failures_are_failures(
    client: SyncClient, wire: MockRouter, response: httpx.Response, requests: int
) -> None:
    wire.get().mock(side_effect=repeat(response))
    with pytest.raises(ServerError):
        task(client).wait()
    assert wire.calls.call_count == requests


class TestARun:
    """The request is open while the workflow runs."""

    @pytest.mark.parametrize("status", [502, 503, 504, 524])
    def test_that_a_gateway_gives_up_on_says_what_to_do(
        self, client: SyncClient, wire: MockRouter, status: int
    ) -> None:
        wire.post().respond(status, html=PAGE)
        with pytest.raises(ServerError) as caught:
            deployment(client).tasks.run({})
        message = str(caught.value)
        for words in ("time limit", "may still be running", "tasks.create", "task.wait"):
            assert words in message
        assert "<" not in message
        assert caught.value.status_code == status
        assert wire.calls.call_count == 1

    def test_that_is_cut_says_so(self, client: SyncClient, wire: MockRouter) -> None:
        wire.post().mock(side_effect=CUT)
        with pytest.raises(ConnectionLostError, match=r"incomplete.*may still be running.*create"):
            deployment(client).tasks.run({})
        assert wire.calls.call_count == 1

    @pytest.mark.parametrize(
        "response", [FAILED, httpx.Response(503, json={"detail": "busy"}), httpx.Response(404)]
    )
    def test_that_the_server_refuses_does_not(
        self, client: SyncClient, wire: MockRouter, response: httpx.Response
    ) -> None:
        wire.post().mock(return_value=response)
        with pytest.raises(httpx.HTTPStatusError) as caught:
            deployment(client).tasks.run({})
        assert "tasks.create" not in str(caught.value)


class TestABatch:
    @pytest.fixture
    def created(self, wire: MockRouter) -> Route:
        ids = ({"task_id": f"t{number}", "session_id": "s"} for number in count())
        responses = (httpx.Response(200, json=each) for each in ids)
        return wire.post(path__regex="/tasks/create$").mock(side_effect=responses)

    def test_creates_tasks_and_waits_for_them_with_create_and_wait(
        self, client: SyncClient, wire: MockRouter, created: Route
    ) -> None:
        for number in range(5):
            done = httpx.Response(200, json={**RESULT_JSON, "result": f"{number}"})
            results = wire.get(path__regex=f"/tasks/t{number}/results$")
            results.mock(side_effect=[*[TIMEOUT] * 3, done])
        batch = deployment(client).tasks.run_many([{}] * 5, concurrency=1, create_and_wait=True)
        assert batch.results() == ["0", "1", "2", "3", "4"]
        assert created.call_count == 5

    def test_has_the_timeout_of_each_task_for_both(
        self, client: SyncClient, wire: MockRouter, created: Route
    ) -> None:
        wire.get().respond(text="null")
        tasks = deployment(client).tasks
        [outcome] = tasks.run_many([{}], create_and_wait=True, timeout=0.1).outcomes()
        assert isinstance(outcome.error, CallTimeoutError)

    def test_runs_each_by_default(self, client: SyncClient, wire: MockRouter) -> None:
        wire.post(path__regex="/tasks/run$").mock(return_value=TIMEOUT)
        with pytest.raises(BatchError, match="create_and_wait=True"):
            deployment(client).tasks.run_many([{}]).results()
