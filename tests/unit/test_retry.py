"""A retry: only if it is safe and may help, and after a pause."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
import respx

from llama_deploy_client import ServerError, ServerUnreachableError, StreamInterruptedError
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.core import Session
from llama_deploy_client._failures import request_error, status_error
from llama_deploy_client._retry import MOMENT, Retries, is_worth_retrying, pause
from llama_deploy_client._servers import API_SERVER
from llama_deploy_client.errors import CallError

from .clock import Clock

Failure = httpx.RequestError | int
LOST = httpx.ReadError("reset")
REFUSED = httpx.ConnectError("refused")
SILENT = httpx.ReadTimeout("")
UNTRUSTED = httpx.ConnectError("failed")
UNTRUSTED.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")


def failed(method: str, failure: Failure, **response: Any) -> CallError:
    request = httpx.Request(method, "http://one:1/x")
    if isinstance(failure, int):
        return status_error(httpx.Response(failure, request=request, **response), API_SERVER)
    return request_error(failure, request, API_SERVER, 3)


@pytest.mark.parametrize(
    ("method", "failure", "retried"),
    [
        ("GET", REFUSED, True),
        ("POST", REFUSED, True),  # nothing was sent
        ("GET", UNTRUSTED, False),
        ("GET", LOST, True),
        ("HEAD", LOST, True),
        ("POST", LOST, False),
        ("GET", SILENT, False),  # its time is over
        *(("GET", status, True) for status in (429, 502, 503, 504, 524)),
        ("POST", 503, False),
        ("GET", 404, False),
        ("GET", 500, False),
    ],
)
def test_a_call_is_retried_if_that_is_safe_and_may_help(
    method: str, failure: Failure, retried: bool
) -> None:
    assert is_worth_retrying(failed(method, failure)) is retried


@pytest.mark.parametrize(("failure", "retried"), [(LOST, False), (REFUSED, True), (503, True)])
def test_events_that_a_server_sends_once_are_not_requested_again(
    failure: Failure, retried: bool
) -> None:
    assert is_worth_retrying(failed("GET", failure), replayable=False) is retried


def test_a_list_that_fails_while_a_task_ends_is_requested_again() -> None:
    assert is_worth_retrying(failed("GET", 500), operation="list_deployment_tasks")
    assert not is_worth_retrying(failed("GET", 501), operation="list_deployment_tasks")
    assert not is_worth_retrying(failed("GET", 500), operation="list_deployments")


async def test_tasks_are_listed_although_one_ends_meanwhile(
    wire: respx.MockRouter, clock: Clock
) -> None:
    responses = [httpx.Response(500), httpx.Response(200, json=[])]
    wire.get(path="/deployments/one/tasks").mock(side_effect=responses)
    deployment = Deployment(client=AsyncClient(max_retries=1), id="one")
    assert await deployment.tasks.list() == []


def test_pauses_grow_up_to_a_limit_and_differ() -> None:
    for attempt, longest in enumerate([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]):
        pauses = {pause(attempt, failed("GET", LOST)) for _ in range(100)}
        assert longest / 2 <= min(pauses) < max(pauses) <= longest
    assert 0.05 <= pause(0) <= 0.1
    assert 2.5 <= pause(100_000) <= 5


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        *(("0", 0, 0), ("1", 1, 1), ("29", 29, 29), ("31", 30, 30)),
        *(("9" * 400, 30, 30), ("Fri, 31 Dec 9999 23:59:59 GMT", 30, 30)),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 0, 0),
        (f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT", 0.05, 0.1),
        ("Mon, 01 Jan 2001 00:00:00 +9999", 0, 0.1),
        # neither seconds nor a date
        *((text, 0.05, 0.1) for text in ("soon", "-5", "1.5", "²", "Mon, 99 Jan 2001 00:00:00")),
    ],
)
def test_a_server_gets_the_pause_that_it_requests_within_reason(
    header: str, least: float, most: float
) -> None:
    headers = [(b"Retry-After", header.encode())]
    assert least <= pause(0, failed("GET", 503, headers=headers)) <= most


def test_a_server_can_request_a_pause_until_a_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_000_000.0)
    date = format_datetime(datetime.fromtimestamp(1_000_020, UTC), usegmt=True)
    assert pause(0, failed("GET", 503, headers={"Retry-After": date})) == 20


def retries_of(
    *failures: tuple[Failure, float],
    replayable: bool = True,
    waits: bool = False,
    patient: bool = False,
) -> int:
    """How many of these failures, each after some seconds, are retried with max_retries=1."""
    retries = Retries(replayable=replayable, waits=waits, patient=patient)
    for number, (failure, seconds) in enumerate(failures):
        if retries.pause(failed("GET", failure), seconds, 1) is None:
            return number
    return len(failures)


@pytest.mark.parametrize("failure", [502, 504, 524, LOST])
@pytest.mark.parametrize("seconds", [0.0, 60.0])
def test_a_poll_outlasts_gateways(failure: Failure, seconds: float) -> None:
    assert retries_of(*[(failure, seconds)] * 9, patient=True) == 9
    assert retries_of(*[(failure, seconds)] * 9) == 1


@pytest.mark.parametrize("failure", [503, 429, REFUSED])
def test_other_failures_of_a_poll_count(failure: Failure) -> None:
    assert retries_of(*[(failure, 60)] * 9, patient=True) == 1
    assert retries_of((504, 0), (failure, 0), (504, 0), (failure, 0), patient=True) == 3


def test_a_request_that_was_held_open_did_not_fail() -> None:
    held, at_once = (504, MOMENT * 2), (504, MOMENT / 2)
    assert retries_of(*[held] * 9, waits=True) == 9
    assert retries_of(*[at_once] * 9, waits=True) == 1
    assert retries_of(at_once, held, at_once, held, at_once, at_once, waits=True) == 5
    assert retries_of((LOST, 60), waits=True, replayable=False) == 0
    assert retries_of(*[(504, 60)] * 9, waits=True, replayable=False) == 9


def test_pauses_grow_while_a_gateway_gives_up_at_once() -> None:
    retries = Retries(replayable=True, waits=False, patient=True)
    pauses = [retries.pause(failed("GET", 504), 0, 0) or 0 for _ in range(9)]
    assert pauses[0] <= 0.1
    assert 2.5 <= pauses[-1] <= 5
    assert (retries.pause(failed("GET", 504), 60, 0) or 0) <= 0.1


def grow(pauses: list[float]) -> bool:
    return all(0.05 * 2**n <= pause <= 0.1 * 2**n for n, pause in enumerate(pauses))


async def test_a_call_is_retried_after_growing_pauses_up_to_max_retries(
    wire: respx.MockRouter, clock: Clock
) -> None:
    failures: list[Any] = [REFUSED, LOST, httpx.Response(504)]
    wire.get().mock(side_effect=[*failures, httpx.Response(200, json=[]), REFUSED, REFUSED])
    assert await AsyncClient(max_retries=3).apiserver.deployments.list() == []
    assert len(clock.pauses) == 3
    assert grow(clock.pauses)
    with pytest.raises(ServerUnreachableError):
        await AsyncClient(max_retries=1).apiserver.deployments.list()
    assert len(clock.pauses) == 4


@pytest.mark.parametrize(("timeout", "retried"), [(6, False), (8, True), (None, True)])
async def test_a_call_waits_as_long_as_the_server_requests_if_it_has_the_time(
    wire: respx.MockRouter, clock: Clock, timeout: float | None, retried: bool
) -> None:
    busy = httpx.Response(503, headers={"Retry-After": "7"})
    wire.get().mock(side_effect=[busy, httpx.Response(200, json=[])])
    deployments = AsyncClient(timeout=timeout).apiserver.deployments
    if retried:
        assert await deployments.list() == []
        assert clock.pauses == [7]
    else:
        with pytest.raises(ServerError):
            await deployments.list()
        assert clock.pauses == []


async def test_a_stream_is_resumed_at_once_and_then_after_growing_pauses(
    wire: respx.MockRouter, clock: Clock
) -> None:
    async def one_event() -> AsyncIterator[bytes]:
        yield b'{"n": 1}\n'
        raise LOST

    wire.get().mock(side_effect=lambda request: httpx.Response(200, content=one_event()))
    client = AsyncClient(max_retries=3)
    stream = Session(client=client, id="s").get_task_result_stream("t")
    assert await anext(stream) == {"n": 1}
    with pytest.raises(StreamInterruptedError):
        await anext(stream)
    assert wire.calls.call_count == 5  # one brought an event, and so the next one came at once
    assert len(clock.pauses) == 3
    assert grow(clock.pauses)
