"""`timeout` is the time that a call takes at the most, whatever the server does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from llama_deploy_client import CallError, CallTimeoutError, ServerError
from llama_deploy_client._async.core import Session

from .. import hanging
from ..conftest import NewLine
from ..tally import Line
from ..together import together
from ..wire import RawServer
from .helpers import STREAMS, client_of, collect, deployment_of, task_of

TIMEOUT = 0.15
LATE = 0.1
"""Seconds that a call may be late: less, or 2 %."""

SIDE_BY_SIDE = 20


async def hundred_times(
    tried: Line,
    call: Callable[[], Any],
    expected: type[CallError] | tuple[type[CallError], ...] = CallTimeoutError,
) -> None:
    """Make the call 100 times; each has to end with `expected`, in time."""

    async def one(_: int) -> None:
        with tried.trial():
            start = time.monotonic()
            with pytest.raises(expected):
                await call()
            took = time.monotonic() - start
            assert took < TIMEOUT + LATE, f"{took:.3f} s"

    for _ in range(100 // SIDE_BY_SIDE):
        await together(one, SIDE_BY_SIDE)
    tried.kept(100)


@pytest.mark.parametrize("server_that", hanging.CALLS)
async def test_a_call_ends_in_time(server_that: str, line: NewLine) -> None:
    tried = line("Time-outs", f"a server that {server_that}: late by less than 100 ms")
    # Where there was time for a whole answer, that is told.
    expected = (CallTimeoutError, ServerError) if "503" in server_that else CallTimeoutError
    with RawServer(hanging.CALLS[server_that]) as server:
        client = client_of(server, max_retries=1000, timeout=TIMEOUT)
        await hundred_times(tried, client.apiserver.deployments.list, expected)


@pytest.mark.parametrize("server_that", hanging.TLS)
async def test_a_call_over_tls_ends_in_time(server_that: str, line: NewLine) -> None:
    tried = line("Time-outs", f"a server that {server_that}: late by less than 100 ms")
    with RawServer(hanging.TLS[server_that](hanging.tls_context())) as server:
        client = client_of(server, timeout=TIMEOUT)
        client.api_server_url = server.url.replace("http:", "https:")
        client.disable_ssl = True
        client.tls()()  # reading the certificate authorities takes long the first time
        await hundred_times(tried, client.apiserver.deployments.list)


@pytest.mark.parametrize("server_that", hanging.STREAMS)
async def test_a_silent_stream_ends_in_time(server_that: str, line: NewLine) -> None:
    tried = line("Time-outs", f"a stream that {server_that}: late by less than 100 ms")
    with RawServer(hanging.STREAMS[server_that]) as server:
        client = client_of(server, timeout=TIMEOUT, poll_interval=0.07)
        await hundred_times(tried, lambda: collect(STREAMS["control plane"](client)))


async def test_a_poll_for_a_result_ends_in_time(line: NewLine) -> None:
    tried = line("Time-outs", "a result that never comes: late by less than 100 ms")
    with RawServer(hanging.has_no_result_yet) as server:
        client = client_of(server, timeout=TIMEOUT, poll_interval=0.07)
        await hundred_times(tried, lambda: Session(client=client, id="s").run("echo"))


async def test_waiting_for_a_connection_counts(line: NewLine) -> None:
    tried = line("Time-outs", "all connections busy: late by less than 100 ms")
    with RawServer(hanging.no_answer) as server:
        client = client_of(server, timeout=TIMEOUT, max_connections=2)
        await hundred_times(tried, lambda: deployment_of(client).tasks.run({}))


async def test_a_time_that_is_over_at_any_moment_is_a_timeout(line: NewLine) -> None:
    tried = line("Time-outs", "a timeout of 0 to 2 ms, over in the middle of anything")
    with RawServer(hanging.no_answer) as server:
        client = client_of(server)
        for number in range(1000):
            with tried.trial(), pytest.raises(CallTimeoutError):
                await deployment_of(client).tasks.run({}, timeout=number * 2e-6)
    tried.kept(1000)


async def test_a_call_that_was_late_leaves_its_connection_to_others(line: NewLine) -> None:
    tried = line("Time-outs", "a call that ran out of time gives its connection back, closed")
    for hang in (hanging.hangs_after_the_headers, hanging.trickles_the_body):
        with RawServer(hang) as server:
            client = client_of(server, max_connections=2)
            for calls in range(1, 11):
                with tried.trial():
                    with pytest.raises(CallTimeoutError):
                        await task_of(client).results(timeout=0.05)
                    assert server.all_closed()
                    assert server.accepted == calls
    tried.kept(20)
