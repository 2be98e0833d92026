# Made by `make generate` from tests/faults/_async/test_timeouts.py: do not edit.
"""`timeout` is the time that a call takes at the most, whatever the server does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from llama_deploy_client import (
    CallError,
    CallTimeoutError,
    ConnectionLostError,
    ServerError,
    ServerUnreachableError,
)
from scripts.servers import free_port

from .. import hanging
from ..conftest import Tried
from ..together import together
from ..wire import RawServer
from .helpers import STREAMS, client_of, collect, deployment_of, session_of

TIMEOUT = 0.1
LATE = 0.1
"""Seconds by which a call may be late."""

AT_ONCE = 10
TIMES = 30
AGAIN = 50
"""How often a call that came late is made again: a busy machine makes some of them late."""


def all_in_time(call: Callable[[], Any], *expected: type[CallError]) -> None:
    """Make the call many times; each has to end with an expected error, in time and not before."""

    def one(_: int) -> None:
        late = 0
        while late < AGAIN:
            start = time.monotonic()
            with pytest.raises(expected or CallTimeoutError) as caught:
                call()
            seconds = time.monotonic() - start
            assert seconds >= TIMEOUT or not isinstance(caught.value, CallTimeoutError)
            if seconds < TIMEOUT + LATE:
                return
            late += 1
        pytest.fail(f"late {late} times in a row")

    for _ in range(TIMES // AT_ONCE):
        together(one, AT_ONCE)


@pytest.mark.parametrize("server_that", hanging.CALLS)
def test_a_call_ends_in_time(server_that: str, tried: Tried) -> None:
    with RawServer(hanging.CALLS[server_that]) as server:
        all_in_time(client_of(server, timeout=TIMEOUT).apiserver.deployments.list)
    tried("Time-outs", f"a server that {server_that}: late by less than 100 ms", TIMES)


@pytest.mark.parametrize("server_that", hanging.TLS)
def test_a_call_over_tls_ends_in_time(server_that: str, tried: Tried) -> None:
    with RawServer(hanging.TLS[server_that](hanging.tls_context())) as server:
        client = client_of(server, timeout=TIMEOUT, disable_ssl=True)
        client.api_server_url = server.url.replace("http:", "https:")
        client.settings._tls()()  # reading the certificate authorities takes long the first time
        all_in_time(client.apiserver.deployments.list)
    tried("Time-outs", f"a server that {server_that}: late by less than 100 ms", TIMES)


@pytest.mark.parametrize("server_that", hanging.STREAMS)
def test_a_silent_stream_ends_in_time(server_that: str, tried: Tried) -> None:
    with RawServer(hanging.STREAMS[server_that]) as server:
        client = client_of(server, timeout=TIMEOUT, poll_interval=0.04)
        all_in_time(lambda: collect(STREAMS["control plane"](client)))
    tried("Time-outs", f"a stream that {server_that}: late by less than 100 ms", TIMES)


def test_a_poll_for_a_result_ends_in_time(tried: Tried) -> None:
    with RawServer(hanging.has_no_result_yet) as server:
        client = client_of(server, timeout=TIMEOUT, poll_interval=0.04)
        all_in_time(lambda: session_of(client).run("echo"))
    tried("Time-outs", "a result that never comes: late by less than 100 ms", TIMES)


def test_waiting_for_a_connection_counts(tried: Tried) -> None:
    with RawServer(hanging.sends_nothing) as server:
        client = client_of(server, timeout=TIMEOUT, max_connections=2)
        all_in_time(lambda: deployment_of(client).tasks.run({}))
        assert server.peak <= 2
    tried("Time-outs", "all connections busy: late by less than 100 ms", TIMES)


@pytest.mark.parametrize(
    ("script", "failure"),
    [
        (hanging.asks_to_come_again, ServerError),
        (hanging.cuts, ConnectionLostError),
        (None, ServerUnreachableError),
    ],
    ids=["503", "cut", "refused"],
)
def test_attempts_that_fail_end_in_time(
    script: Callable[..., None] | None, failure: type[CallError], tried: Tried
) -> None:
    """What comes out is the last failure, once no further pause fits into the time; a time-out if
    the time was over in the middle of an attempt."""
    with RawServer(script or hanging.cuts, port=free_port()) as server:
        if script is None:
            server.stop()
        client = client_of(server, max_retries=1000, timeout=TIMEOUT)
        all_in_time(client.apiserver.deployments.list, failure, CallTimeoutError)
    tried("Time-outs", f"max_retries=1000, each attempt a {failure.__name__}: in time", TIMES)


def test_a_time_that_is_over_at_any_moment_is_a_timeout(tried: Tried) -> None:
    with RawServer(hanging.sends_nothing) as server:
        client = client_of(server)
        for number in range(500):
            with pytest.raises(CallTimeoutError):
                deployment_of(client).tasks.run({}, timeout=number * 4e-6)
    tried("Time-outs", "a timeout of 0 to 2 ms, over in the middle of anything", 500)
