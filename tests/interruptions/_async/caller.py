"""What is interrupted: calls, streams and batches, each of which has to get its own result."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.tasks import Task, TaskCollection

from ..echoing import EVENTS

TIMEOUT = 60.0
"""Seconds for a call that is not interrupted."""

Work = Callable[[float], Awaitable[Any]]
"""A call with a time-out."""

_NUMBERS = count()


class Caller:
    """Makes calls with ids of their own."""

    def __init__(self, client: AsyncClient, seed: int) -> None:
        self._client = client
        self._random = random.Random(seed)

    def choose(self) -> Work:
        """A call, stream or batch, with a response at once or some milliseconds later."""
        id = f"t-{self._random.choice((0, 0, 1, 5))}-{next(_NUMBERS)}"
        use = self._random.choice((self.call, self.call, self.stream, self.leave, self.batch))
        return lambda timeout: use(id, timeout)

    async def call(self, id: str, timeout: float = TIMEOUT) -> None:
        result = await self._task(id).results(timeout=timeout)
        assert result is not None
        assert result.result == id, result

    async def stream(self, id: str, timeout: float) -> None:
        received = []
        async with self._task(id).events(timeout=timeout) as events:
            async for event in events:
                received.append(event)
        assert received == [*({"id": id, "n": n} for n in range(EVENTS)), {"result": id}], id

    async def leave(self, id: str, timeout: float) -> None:
        """Read the beginning of a stream, and close it."""
        async with self._task(id).events(timeout=timeout) as events:
            event = await anext(events)
            assert event == {"id": id, "n": 0}, (id, event)

    async def batch(self, id: str, timeout: float) -> None:
        """Run three tasks, two at a time."""
        ids = [f"{id}{end}" for end in "abc"]
        inputs = ({"id": each} for each in ids)
        tasks = TaskCollection(client=self._client, deployment_id="d")
        results = await tasks.run_many(inputs, concurrency=2, timeout=timeout).results()
        assert results == ids, results

    async def count_open(self) -> int:
        """The server's connections."""
        result = await self._task("open").results()
        assert result is not None
        return int(result.result)

    def _task(self, id: str) -> Task:
        return Task(client=self._client, deployment_id="d", session_id="s", id=id)
