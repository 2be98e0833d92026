"""An in-memory server with a service of each kind."""

from __future__ import annotations

import asyncio
import selectors
import threading
from collections.abc import AsyncIterator, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel

from llama_deploy_client import _concurrency
from llama_deploy_client._transport.clock import monotonic
from llama_deploy_client.testing import (
    FakeServer,
    InputRequiredEvent,
    StopEvent,
    changes,
    driving,
    transport,
)
from llama_deploy_client.testing.generations import GENERATIONS


class Step(BaseModel):
    """What services here yield."""

    n: int


class Confirm(InputRequiredEvent):
    """A question of a class of the workflow's own."""

    n: int = 0


class Waiting:
    """A service that is an object."""

    async def __call__(self, seconds: float = 0.0) -> str:
        await asyncio.sleep(seconds)
        return "waited"


def add_services(server: FakeServer) -> FakeServer:
    @server.service("shout")
    def shout(message: str = "") -> str:
        return message.upper()

    @server.service("count")
    def count(to: int) -> Iterator[Step]:
        for n in range(to):
            yield Step(n=n)
        return f"{to} steps"  # type: ignore[return-value]

    @server.service("ask")
    def ask(question: str = "Your name?") -> Any:
        reply = yield InputRequiredEvent(prefix=question)
        return f"Hello {reply.fields['response']}"

    @server.service("confirm")
    def confirm() -> Any:
        reply = yield Confirm(prefix="ok?", n=2)
        return reply.fields["response"]

    @server.service("fail")
    def fail() -> None:
        raise ValueError("no luck")

    @server.service("async")
    async def wait(seconds: float = 0.0) -> str:
        await asyncio.sleep(seconds)
        return "waited"

    server.service("async object")(Waiting())

    @server.service("async count")
    async def count_async(to: int) -> AsyncIterator[Step | StopEvent]:
        for n in range(to):
            yield Step(n=n)
            await asyncio.sleep(0)
        yield StopEvent(f"{to} steps")

    return server


def add_deaf(server: FakeServer) -> None:
    """Add a service that asks, and does nothing with the reply."""

    @server.service("deaf")
    async def deaf() -> AsyncIterator[InputRequiredEvent]:
        yield InputRequiredEvent(prefix="number?")
        await asyncio.Event().wait()


@pytest.fixture(params=GENERATIONS)
def server(request: pytest.FixtureRequest) -> FakeServer:
    return add_services(FakeServer(request.param))


@pytest.fixture
def newest() -> FakeServer:
    return add_services(FakeServer())


class Clock:
    """Time that passes where client and server wait, at once, and nowhere else."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds + 1e-6  # a wait is never too short

    def select(self, selector: Any, timeout: float | None = None) -> Any:
        """Do as the selector of a loop without other threads."""
        ready = SELECT(selector, None if timeout is None else 0)
        if timeout and not ready:
            self.sleep(timeout)
        return ready


SELECT = selectors.DefaultSelector.select


class Event(threading.Event):
    """An event that no other thread sets."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        if not self.is_set():
            self.clock.sleep(timeout or 0)
        return self.is_set()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """No time passes while the machine is busy: for tests in which nothing is real."""
    clock = Clock()
    monkeypatch.setattr(asyncio.SelectorEventLoop, "time", clock)  # freezegun leaves one there
    monkeypatch.setattr(selectors.DefaultSelector, "select", lambda *args: clock.select(*args))
    for module in (_concurrency, driving, transport):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=clock, sleep=clock.sleep))
    for module in (changes, transport):
        threads = SimpleNamespace(Event=partial(Event, clock), Lock=threading.Lock)
        monkeypatch.setattr(module, "threading", threads)
    everywhere: Any = monotonic  # also where it is imported later
    usual = everywhere.__reduce__()[2]
    everywhere.__setstate__((clock, (), {}, {}))
    yield clock
    everywhere.__setstate__(usual)
