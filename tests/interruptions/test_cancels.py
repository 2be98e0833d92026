"""Async calls, streams and batches that are cancelled, or time out, at random moments."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import count

import pytest

from llama_deploy_client import BatchError, CallTimeoutError
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.tasks import Task, TaskCollection

from .. import share
from .conftest import Echo
from .echoing import EVENTS

CONNECTIONS = 4
CALLERS = 12
"""Tasks that call: most of them wait for a connection."""
TIMEOUT = 10.0

Work = Callable[[float | None], Awaitable[None]]
"""A call with a time-out."""


class Caller:
    """Makes calls, and looks that each has its own answer."""

    def __init__(self, client: AsyncClient, seed: int) -> None:
        self._client = client
        self._random = random.Random(seed)
        self._numbers = count()
        self.outcomes: Counter[str] = Counter()

    async def call(self, id: str, timeout: float | None = TIMEOUT) -> None:
        result = await self._task(id).results(timeout=timeout)
        assert result is not None
        assert result.result == id

    async def stream(self, id: str, timeout: float | None = TIMEOUT) -> None:
        async with self._task(id).events(timeout=timeout) as events:
            received = [event async for event in events]
        assert received == [*({"id": id, "n": n} for n in range(EVENTS)), {"result": id}]

    async def leave(self, id: str, timeout: float | None = TIMEOUT) -> None:
        async with self._task(id).events(timeout=timeout) as events:
            assert await anext(events) == {"id": id, "n": 0}

    async def batch(self, id: str, timeout: float | None = TIMEOUT) -> None:
        """Run three tasks, two at a time."""
        ids = [f"{id}{end}" for end in "abc"]
        inputs = ({"id": each} for each in ids)
        tasks = TaskCollection(client=self._client, deployment_id="d")
        assert await tasks.run_many(inputs, concurrency=2, timeout=timeout).results() == ids

    async def interrupted(self) -> None:
        """One of them, interrupted in one of the ways there are, or over before."""
        id = f"t-{self._random.choice((0, 0, 1, 5))}-{next(self._numbers)}"
        use = self._random.choice((self.call, self.call, self.stream, self.leave, self.batch))
        way = self._random.choice((self._cancel, self._wait_for, self._timeout, self._time_out))
        delay = self._random.uniform(0, self._random.choice((0.02, 0.2)))
        outcome = await way(lambda timeout: use(id, timeout), delay)
        self.outcomes[f"{way.__name__}: {outcome}"] += 1

    async def _cancel(self, work: Work, delay: float) -> str:
        task = asyncio.ensure_future(work(TIMEOUT))
        await asyncio.wait([task], timeout=delay)
        cancelled = task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            assert cancelled
            return "interrupted"
        assert not cancelled
        return "whole"

    async def _wait_for(self, work: Work, delay: float) -> str:
        try:
            await asyncio.wait_for(work(TIMEOUT), delay)
        except TimeoutError:
            return "interrupted"
        return "whole"

    async def _timeout(self, work: Work, delay: float) -> str:
        try:
            async with asyncio.timeout(delay):
                await work(TIMEOUT)
        except TimeoutError:
            return "interrupted"
        return "whole"

    async def _time_out(self, work: Work, delay: float) -> str:
        try:
            await work(delay)
        except CallTimeoutError:
            return "interrupted"
        except BatchError as error:
            if error.split(CallTimeoutError)[1] is not None:
                raise
            return "interrupted"
        return "whole"

    async def count_open(self) -> int:
        result = await self._task("open").results()
        assert result is not None
        return int(result.result)

    def _task(self, id: str) -> Task:
        return Task(client=self._client, deployment_id="d", session_id="s", id=id)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("scheme", ["plain", "TLS"])
async def test_cancelled_calls_give_their_connections_back(echo: Echo, scheme: str) -> None:
    calls = share.of(500, 7250)
    async with AsyncClient(
        api_server_url=echo.urls[scheme],
        ssl_context=ssl.create_default_context(cafile=echo.ca_bundle),
        timeout=TIMEOUT,
        max_connections=CONNECTIONS,
        max_retries=0,
    ) as client:
        caller = Caller(client, seed=1)

        async def work() -> None:
            while caller.outcomes.total() < calls:
                await caller.interrupted()

        await asyncio.gather(*(work() for _ in range(CALLERS)))
        await asyncio.gather(*(caller.call(f"meet-4-{n}") for n in range(CONNECTIONS)))
        async with asyncio.timeout(TIMEOUT):  # the server may yet have to see some of them close
            while await caller.count_open() > CONNECTIONS:
                await asyncio.sleep(0.01)
    for outcome in ("whole", "interrupted"):
        seen = sum(n for name, n in caller.outcomes.items() if name.endswith(outcome))
        assert seen > calls / 10, caller.outcomes
