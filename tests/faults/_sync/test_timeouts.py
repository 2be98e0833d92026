# Made by `make generate` from tests/faults/_async/test_timeouts.py: do not edit.
"""`timeout` is the time that a call takes at the most, whatever the server does."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest

from llama_deploy_client import (
    CallError,
    CallTimeoutError,
    ConnectionLostError,
    ServerError,
    ServerUnreachableError,
)
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.core import Session

from .. import hanging
from ..conftest import NewLine
from ..machine import watched
from ..tally import Line
from ..together import together
from ..wire import Connection, RawServer
from .helpers import STREAMS, client_of, collect, deployment_of, task_of

TIMEOUT = 0.1
LATE = 0.1
"""Seconds that a call may be late: less, or 2 %."""

SIDE_BY_SIDE = 10

Expected = type[CallError] | tuple[type[CallError], ...]


def hundred_times(
    tried: Line, call: Callable[[], Any], expected: Expected = CallTimeoutError
) -> None:
    """Make the call 100 times; each has to end with `expected`, in time."""
    trials = tried.trials
    for _ in range(100 // SIDE_BY_SIDE):
        all_in_time(tried, [call] * SIDE_BY_SIDE, TIMEOUT, LATE, expected)
    tried.kept(trials + 100)


def all_in_time(
    tried: Line,
    calls: list[Callable[[], Any]],
    timeout: float,
    late: float,
    expected: Expected = CallTimeoutError,
) -> None:
    """Make the calls at once. None may end before its time; nor after it by `late` seconds, on top
    of those by which the machine was late."""
    took: list[float] = []

    def one(number: int) -> None:
        with tried.trial():
            start = time.monotonic()
            with pytest.raises(expected) as caught:
                calls[number]()
            seconds = time.monotonic() - start
            took.append(seconds)
            assert seconds >= timeout or not isinstance(caught.value, CallTimeoutError)

    with watched() as stalls:
        together(one, len(calls))
    for seconds in took:
        over = f"{seconds - timeout:.3f} s late, the machine {stalls.longest:.3f} s"
        with tried.verdict():
            assert seconds - timeout - stalls.longest < late, over


@pytest.mark.parametrize("server_that", hanging.CALLS)
def test_a_call_ends_in_time(server_that: str, line: NewLine) -> None:
    tried = line("Time-outs", f"a server that {server_that}: late by less than 100 ms")
    with RawServer(hanging.CALLS[server_that]) as server:
        hundred_times(tried, client_of(server, timeout=TIMEOUT).apiserver.deployments.list)


@pytest.mark.parametrize("server_that", hanging.TLS)
def test_a_call_over_tls_ends_in_time(server_that: str, line: NewLine) -> None:
    tried = line("Time-outs", f"a server that {server_that}: late by less than 100 ms")
    with RawServer(hanging.TLS[server_that](hanging.tls_context())) as server:
        client = tls_client_of(server, timeout=TIMEOUT)
        hundred_times(tried, client.apiserver.deployments.list)


def tls_client_of(server: RawServer, **settings: Any) -> SyncClient:
    client = client_of(server, **settings)
    client.api_server_url = server.url.replace("http:", "https:")
    client.disable_ssl = True
    client.settings._tls()()  # reading the certificate authorities takes long the first time
    return client


@pytest.mark.parametrize("server_that", hanging.STREAMS)
def test_a_silent_stream_ends_in_time(server_that: str, line: NewLine) -> None:
    tried = line("Time-outs", f"a stream that {server_that}: late by less than 100 ms")
    with RawServer(hanging.STREAMS[server_that]) as server:
        client = client_of(server, timeout=TIMEOUT, poll_interval=0.04)
        hundred_times(tried, lambda: collect(STREAMS["control plane"](client)))


def test_a_poll_for_a_result_ends_in_time(line: NewLine) -> None:
    tried = line("Time-outs", "a result that never comes: late by less than 100 ms")
    with RawServer(hanging.has_no_result_yet) as server:
        client = client_of(server, timeout=TIMEOUT, poll_interval=0.04)
        hundred_times(tried, lambda: Session(client=client, id="s").run("echo"))


def test_waiting_for_a_connection_counts(line: NewLine) -> None:
    tried = line("Time-outs", "all connections busy: late by less than 100 ms")
    with RawServer(hanging.no_answer) as server:
        client = client_of(server, timeout=TIMEOUT, max_connections=2)
        hundred_times(tried, lambda: deployment_of(client).tasks.run({}))
        assert server.peak == 2


def test_tries_that_fail_end_in_time(line: NewLine) -> None:
    """What comes out is the last failure, once no further pause fits into the time; a time-out if
    the time was over in the middle of a try."""
    tried = line("Time-outs", "max_retries=1000, each try refused, cut or 503: in time, and told")
    with (
        RawServer(hanging.asks_to_come_again) as busy,
        RawServer(hanging.cuts) as cutting,
        RawServer(hanging.cuts) as away,
    ):
        away.stop()
        for failure, server in (
            (ServerError, busy),
            (ConnectionLostError, cutting),
            (ServerUnreachableError, away),
        ):
            client = client_of(server, max_retries=1000, timeout=TIMEOUT)
            expected = (failure, CallTimeoutError)
            hundred_times(tried, client.apiserver.deployments.list, expected)


def test_a_long_timeout_is_kept_as_exactly(line: NewLine) -> None:
    tried = line("Time-outs", "a timeout of 10 s, all servers of above at once: late by up to 2 %")
    timeout = 10.0
    certificate = hanging.tls_context()
    calls: list[Callable[[], Any]] = []
    with ExitStack() as servers:

        def start(script: Callable[[Connection], None]) -> RawServer:
            return servers.enter_context(RawServer(script))

        for script in hanging.CALLS.values():
            calls.append(client_of(start(script), timeout=timeout).apiserver.deployments.list)
        for make in hanging.TLS.values():
            client = tls_client_of(start(make(certificate)), timeout=timeout)
            calls.append(client.apiserver.deployments.list)
        for script in hanging.STREAMS.values():
            stream = STREAMS["control plane"](client_of(start(script), timeout=timeout))
            calls.append(partial(collect, stream))
        client = client_of(start(hanging.has_no_result_yet), timeout=timeout)
        calls.append(partial(Session(client=client, id="s").run, "echo"))
        all_in_time(tried, calls, timeout, late=0.02 * timeout)
    tried.kept(len(calls))


def test_a_time_that_is_over_at_any_moment_is_a_timeout(line: NewLine) -> None:
    tried = line("Time-outs", "a timeout of 0 to 2 ms, over in the middle of anything")
    with RawServer(hanging.no_answer) as server:
        client = client_of(server)
        for number in range(1000):
            with tried.trial(), pytest.raises(CallTimeoutError):
                deployment_of(client).tasks.run({}, timeout=number * 2e-6)
    tried.kept(1000)


def test_a_call_that_was_late_leaves_its_connection_to_others(line: NewLine) -> None:
    tried = line("Time-outs", "a call that ran out of time gives its connection back, closed")
    for hang in (hanging.hangs_after_the_headers, hanging.trickles_the_body):
        with RawServer(hang) as server:
            client = client_of(server, max_connections=2)
            for calls in range(1, 11):
                with tried.trial():
                    with pytest.raises(CallTimeoutError):
                        task_of(client).results(timeout=0.05)
                    assert server.all_closed()
                    assert server.accepted == calls
    tried.kept(20)
