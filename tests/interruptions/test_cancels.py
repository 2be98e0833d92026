"""Async calls, streams and batches that are cancelled, or time out, at random moments."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections import Counter

import pytest

from llama_deploy_client import BatchError, CallTimeoutError
from llama_deploy_client._async.client import AsyncClient

from .. import share
from ._async.caller import TIMEOUT, Caller, Work
from .conftest import Echo

CONNECTIONS = 4
CALLERS = 12
"""Tasks that call: most of them wait for a connection."""


async def _cancel(work: Work, delay: float) -> bool:
    task = asyncio.ensure_future(work(TIMEOUT))
    await asyncio.wait([task], timeout=delay)
    cancelled = task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        assert cancelled
        return True
    assert not cancelled
    return False


async def _wait_for(work: Work, delay: float) -> bool:
    try:
        await asyncio.wait_for(work(TIMEOUT), delay)
    except TimeoutError:
        return True
    return False


async def _timeout(work: Work, delay: float) -> bool:
    try:
        async with asyncio.timeout(delay):
            await work(TIMEOUT)
    except TimeoutError:
        return True
    return False


async def _time_out(work: Work, delay: float) -> bool:
    try:
        await work(delay)
    except CallTimeoutError:
        return True
    except BatchError as error:
        if error.split(CallTimeoutError)[1] is not None:
            raise
        return True
    return False


WAYS = (_cancel, _wait_for, _timeout, _time_out)
"""Ways to interrupt a call after a delay. They return whether it was, or had ended before."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("scheme", ["plain", "TLS"])
async def test_cancelled_calls_give_their_connections_back(echo: Echo, scheme: str) -> None:
    calls = share.of(500, 3000)
    chance = random.Random(1)
    outcomes: Counter[bool] = Counter()
    async with AsyncClient(
        api_server_url=echo.urls[scheme],
        ssl_context=ssl.create_default_context(cafile=echo.ca_bundle),
        timeout=TIMEOUT,
        max_connections=CONNECTIONS,
        max_retries=0,
    ) as client:
        caller = Caller(client, seed=1)

        # Seconds within which a call is interrupted, such that some half of them are, however busy
        # the machine is.
        reach = 0.05

        async def work() -> None:
            nonlocal reach
            while outcomes.total() < calls:
                delay = chance.uniform(0, reach)
                interrupted = await chance.choice(WAYS)(caller.choose(), delay)
                outcomes[interrupted] += 1
                reach = min(reach * (1.05 if interrupted else 0.95), 5.0)

        await asyncio.gather(*(work() for _ in range(CALLERS)))
        await asyncio.gather(*(caller.call(f"meet-4-{n}") for n in range(CONNECTIONS)))
        async with asyncio.timeout(TIMEOUT):  # the server may yet have to see some of them close
            while await caller.count_open() > CONNECTIONS:
                await asyncio.sleep(0.01)
    assert min(outcomes[True], outcomes[False]) > calls / 10, outcomes
