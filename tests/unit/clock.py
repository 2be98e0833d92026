"""A clock that moves only while somebody sleeps: no test depends on the speed of its machine."""

from __future__ import annotations

from asyncio import sleep as sleep_async
from time import sleep as sleep_sync

import pytest

_FACADE = ("handler_events", "http", "sending", "task_events")
_READERS = [
    *("_polling", "_transport.deadline"),
    *(f"{side}.{module}" for side in ("_async", "_sync") for module in _FACADE),
]


class Clock:
    """The time, in seconds, and the pauses that were made, which nobody waits for."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def _pass(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += max(seconds, 0.001)  # to poll without a pause takes time, too

    async def _sleep_async(self, seconds: float) -> None:
        self._pass(seconds)
        await sleep_async(0)

    def _sleep_sync(self, seconds: float) -> None:
        self._pass(seconds)
        sleep_sync(0)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Be the clock of the package, and of all that sleep."""
        for module in _READERS:
            patch.setattr(f"llama_deploy_client.{module}.monotonic", self)
        patch.setattr("asyncio.sleep", self._sleep_async)
        patch.setattr("time.sleep", self._sleep_sync)
