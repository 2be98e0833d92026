# Made by `make generate` from tests/interruptions/_async/caller.py: do not edit.
"""What is interrupted: calls, streams and batches, each of which has to get its own result."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import count
from typing import Any

from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.tasks import Task, TaskCollection

from ..echoing import EVENTS

TIMEOUT = 60.0
"""Seconds for a call that is not interrupted."""

Work = Callable[[float], Any]
"""A call with a time-out."""

_NUMBERS = count()


class Caller:
    """Makes calls with ids of their own."""

    def __init__(self, client: SyncClient, seed: int) -> None:
        self._client = client
        self._random = random.Random(seed)

    def choose(self) -> Work:
        """A call, stream or batch, with a response at once or some milliseconds later."""
        id = f"t-{self._random.choice((0, 0, 1, 5))}-{next(_NUMBERS)}"
        use = self._random.choice((self.call, self.call, self.stream, self.leave, self.batch))
        return lambda timeout: use(id, timeout)

    def call(self, id: str, timeout: float = TIMEOUT) -> None:
        result = self._task(id).results(timeout=timeout)
        assert result is not None
        assert result.result == id, result

    def stream(self, id: str, timeout: float) -> None:
        received = []
        with self._task(id).events(timeout=timeout) as events:
            for event in events:
                received.append(event)
        assert received == [*({"id": id, "n": n} for n in range(EVENTS)), {"result": id}], id

    def leave(self, id: str, timeout: float) -> None:
        """Read the beginning of a stream, and close it."""
        with self._task(id).events(timeout=timeout) as events:
            event = next(events)
            assert event == {"id": id, "n": 0}, (id, event)

    def batch(self, id: str, timeout: float) -> None:
        """Run three tasks, two at a time."""
        ids = [f"{id}{end}" for end in "abc"]
        inputs = ({"id": each} for each in ids)
        tasks = TaskCollection(client=self._client, deployment_id="d")
        results = tasks.run_many(inputs, concurrency=2, timeout=timeout).results()
        assert results == ids, results

    def count_open(self) -> int:
        """The server's connections."""
        result = self._task("open").results()
        assert result is not None
        return int(result.result)

    def _task(self, id: str) -> Task:
        return Task(client=self._client, deployment_id="d", session_id="s", id=id)
