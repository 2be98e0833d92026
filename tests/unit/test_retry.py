"""Another try: only where it can do no harm and may help, and after a pause."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
import respx

from llama_deploy_client import ServerError, ServerUnreachableError, StreamInterruptedError
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.core import Session
from llama_deploy_client._failures import request_error, status_error
from llama_deploy_client._gateways import gave_up
from llama_deploy_client._retry import MOMENT, Retries, is_worth_retrying, pause
from llama_deploy_client._servers import API_SERVER
from llama_deploy_client.errors import CallError

BROKEN = httpx.ReadError("reset")
REFUSED = httpx.ConnectError("refused")
SILENT = httpx.ReadTimeout("")
ANSWER = httpx.Response(200, json=[])


class CutShort(httpx.AsyncByteStream):
    """A stream of one event that breaks after it."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'{"n": 1}\n'
        raise BROKEN


def untrusted() -> httpx.ConnectError:
    error = httpx.ConnectError("failed")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
    return error


def failed(
    method: str, why: httpx.RequestError | int, headers: dict[str, str] | None = None
) -> CallError:
    request = httpx.Request(method, "http://one:1/x")
    if isinstance(why, int):
        return status_error(httpx.Response(why, headers=headers, request=request), API_SERVER)
    return request_error(why, request, API_SERVER, 3)


@pytest.mark.parametrize(
    ("method", "why", "again"),
    [
        ("GET", REFUSED, True),
        ("POST", REFUSED, True),  # nothing was sent
        ("GET", untrusted(), False),
        ("GET", BROKEN, True),
        ("HEAD", BROKEN, True),
        ("POST", BROKEN, False),
        ("GET", SILENT, False),  # its time is over
        ("GET", 429, True),
        ("GET", 502, True),
        ("GET", 503, True),
        ("GET", 504, True),
        ("GET", 524, True),
        ("POST", 503, False),
        ("GET", 404, False),
        ("GET", 500, False),
    ],
)
def test_only_what_can_do_no_harm_and_may_help(
    method: str, why: httpx.RequestError | int, again: bool
) -> None:
    assert is_worth_retrying(failed(method, why)) is again


@pytest.mark.parametrize(("why", "again"), [(BROKEN, False), (REFUSED, True), (503, True)])
def test_an_answer_that_cannot_be_had_twice_is_not_asked_for_again(
    why: httpx.RequestError | int, again: bool
) -> None:
    assert is_worth_retrying(failed("GET", why), replayable=False) is again


def test_pauses_grow_up_to_a_limit_and_are_not_all_alike() -> None:
    for attempt, longest in enumerate([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]):
        pauses = {pause(attempt, failed("GET", BROKEN)) for _ in range(100)}
        assert longest / 2 <= min(pauses) < max(pauses) <= longest
    assert 0.05 <= pause(0) <= 0.1
    assert 2.5 <= pause(100_000) <= 5


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("0", 0), ("1", 1), ("29", 29), ("31", 30), ("Mon, 01 Jan 2001 00:00:00 GMT", 0)],
)
def test_a_server_is_given_the_time_that_it_asks_for_within_reason(
    asked: str, seconds: float
) -> None:
    assert pause(0, failed("GET", 503, {"Retry-After": asked})) == seconds


def test_a_server_may_ask_for_time_until_a_date() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    assert 15 < pause(0, failed("GET", 503, {"Retry-After": soon})) <= 20


@pytest.mark.parametrize("asked", ["", "soon", "-5", "1.5", "²", "Mon, 99 Jan 2001 00:00:00 GMT"])
def test_what_is_neither_seconds_nor_a_date_asks_for_nothing(asked: str) -> None:
    headers = [(b"Retry-After", asked.encode())] if asked else []
    response = httpx.Response(503, headers=headers, request=httpx.Request("GET", "http://one:1/"))
    assert pause(0, status_error(response, API_SERVER)) <= 0.1


ITS_OWN = httpx.Response(502, json={"detail": "the queue is away"})


@pytest.mark.parametrize(
    ("why", "is_a_gateway"),
    [
        (BROKEN, True),
        (REFUSED, False),
        (SILENT, False),
        (502, True),
        (504, True),
        (524, True),
        (429, False),
        (500, False),
        (503, False),
    ],
)
def test_a_gateway_gives_up_where_the_server_does_not_answer(
    why: httpx.RequestError | int, is_a_gateway: bool
) -> None:
    assert gave_up(failed("GET", why)) is is_a_gateway


def test_a_502_with_a_reason_is_the_servers() -> None:
    ITS_OWN.request = httpx.Request("GET", "http://one:1/x")
    assert not gave_up(status_error(ITS_OWN, API_SERVER))


class TestRetries:
    """What counts against max_retries, here 1, and what does not."""

    def tries(
        self,
        *failures: tuple[httpx.RequestError | int, float],
        replayable: bool = True,
        waits: bool = False,
        patient: bool = False,
    ) -> int:
        """How many of these failures, each after some seconds, are followed by another try."""
        retries = Retries(replayable=replayable, waits=waits, patient=patient)
        for number, (why, open_for) in enumerate(failures):
            if retries.pause(failed("GET", why), open_for, 1) is None:
                return number
        return len(failures)

    @pytest.mark.parametrize("why", [502, 504, 524, BROKEN])
    @pytest.mark.parametrize("open_for", [0.0, 60.0])
    def test_a_request_that_polls_outlasts_gateways(
        self, why: httpx.RequestError | int, open_for: float
    ) -> None:
        assert self.tries(*[(why, open_for)] * 9, patient=True) == 9
        assert self.tries(*[(why, open_for)] * 9) == 1

    @pytest.mark.parametrize("why", [503, 429, REFUSED])
    def test_other_failures_of_it_count(self, why: httpx.RequestError | int) -> None:
        assert self.tries(*[(why, 60)] * 9, patient=True) == 1
        assert self.tries((504, 0), (why, 0), (504, 0), (why, 0), patient=True) == 3

    def test_a_request_that_was_held_open_did_not_fail(self) -> None:
        held, at_once = (504, MOMENT * 2), (504, MOMENT / 2)
        assert self.tries(*[held] * 9, waits=True) == 9
        assert self.tries(*[at_once] * 9, waits=True) == 1
        assert self.tries(at_once, held, at_once, held, at_once, at_once, waits=True) == 5

    def test_events_that_may_be_lost_are_not_asked_for_again(self) -> None:
        assert self.tries((BROKEN, 60), waits=True, replayable=False) == 0
        assert self.tries(*[(504, 60)] * 9, waits=True, replayable=False) == 9

    def test_pauses_grow_while_a_gateway_gives_up_at_once(self) -> None:
        retries = Retries(replayable=True, waits=False, patient=True)
        pauses = [retries.pause(failed("GET", 504), 0, 0) or 0 for _ in range(9)]
        assert pauses[0] <= 0.1
        assert 2.5 <= pauses[-1] <= 5
        assert (retries.pause(failed("GET", 504), 60, 0) or 0) <= 0.1


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that are slept, which no test waits for."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("asyncio.sleep", sleep)
    return slept


def grow(pauses: list[float]) -> bool:
    return all(0.05 * 2**n <= pause <= 0.1 * 2**n for n, pause in enumerate(pauses))


async def test_a_call_is_tried_again_after_growing_pauses(
    wire: respx.MockRouter, pauses: list[float]
) -> None:
    wire.get().mock(side_effect=[REFUSED, BROKEN, httpx.Response(504), ANSWER])
    assert await AsyncClient(max_retries=3).apiserver.deployments.list() == []
    assert len(pauses) == 3
    assert grow(pauses)


async def test_a_call_is_tried_no_more_often_than_max_retries(
    wire: respx.MockRouter, pauses: list[float]
) -> None:
    wire.get().mock(side_effect=REFUSED)
    with pytest.raises(ServerUnreachableError):
        await AsyncClient(max_retries=2).apiserver.deployments.list()
    assert wire.calls.call_count == 3
    assert len(pauses) == 2


@pytest.mark.parametrize(("timeout", "is_tried_again"), [(6, False), (8, True), (None, True)])
async def test_a_call_waits_as_long_as_the_server_asks_for_if_it_has_the_time(
    wire: respx.MockRouter, pauses: list[float], timeout: float | None, is_tried_again: bool
) -> None:
    busy = httpx.Response(503, headers={"Retry-After": "7"})
    wire.get().mock(side_effect=[busy, ANSWER])
    deployments = AsyncClient(timeout=timeout).apiserver.deployments
    if is_tried_again:
        assert await deployments.list() == []
        assert pauses == [7]
    else:
        with pytest.raises(ServerError):
            await deployments.list()
        assert pauses == []


async def test_a_stream_is_resumed_at_once_and_then_after_growing_pauses(
    wire: respx.MockRouter, pauses: list[float]
) -> None:
    wire.get().mock(side_effect=lambda request: httpx.Response(200, stream=CutShort()))
    client = AsyncClient(max_retries=3)
    stream = Session(client=client, id="s").get_task_result_stream("t")
    assert await anext(stream) == {"n": 1}
    with pytest.raises(StreamInterruptedError):
        await anext(stream)
    assert wire.calls.call_count == 5  # one brought an event, and so the next one came at once
    assert len(pauses) == 3
    assert grow(pauses)


def test_a_list_that_races_with_the_end_of_a_task_is_asked_for_again() -> None:
    def failed(method: str, status: int) -> ServerError:
        return ServerError(httpx.Response(status, request=httpx.Request(method, "http://one")))

    assert is_worth_retrying(failed("GET", 500), operation="list_deployment_tasks")
    assert not is_worth_retrying(failed("GET", 501), operation="list_deployment_tasks")
    assert not is_worth_retrying(failed("GET", 500), operation="list_deployments")
