"""An in-memory server with a service of each kind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from llama_deploy_client.testing import FakeServer, InputRequiredEvent, StopEvent
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
