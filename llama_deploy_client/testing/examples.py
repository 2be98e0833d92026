"""Example services, equal to the workflows of the real test servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator, Sequence
from typing import Any

from pydantic import BaseModel

from ..events import ReceivedEvent
from .events import InputRequiredEvent, StopEvent
from .server import FakeServer


class Progress(BaseModel):
    """One step of `progress`."""

    step: int
    text: str


def echo(message: str = "") -> str:
    """Return the message in upper case."""
    return message.upper()


async def progress(
    steps: int | str = 3, interval: float = 0.2
) -> AsyncIterator[Progress | StopEvent]:
    """Yield an event per step, `interval` seconds apart, and return their number."""
    steps = int(steps)  # a form, such as that of the chat recipe, sends text
    for step in range(1, steps + 1):
        yield Progress(step=step, text=f"step {step} of {steps}")
        await asyncio.sleep(interval)
    yield StopEvent(f"{steps} steps done")


def human(
    question: str = "What is your name?",
) -> Generator[InputRequiredEvent, ReceivedEvent, str]:
    """Ask a question, and return the human's reply."""
    reply = yield InputRequiredEvent(prefix=question)
    return f"The human said: {reply.fields.get('response', '')}"


class Question(InputRequiredEvent):
    """A question of `interview`, with its own class name."""

    __module__ = "example_workflows"  # its module on real servers

    number: int


def interview(
    questions: Sequence[str] = ("Your name?", "Your age?"),
) -> Generator[Question | Progress, ReceivedEvent, str]:
    """Ask several questions in turn, and return the human's replies."""
    replies: list[str] = []
    for number, question in enumerate(questions, 1):
        reply = yield Question(number=number, prefix=question)
        replies.append(str(reply.fields.get("response", "")))
        yield Progress(step=number, text=f"heard {replies[-1]}")
    return ", ".join(replies)


def failing(message: str = "the workflow failed on purpose") -> None:
    """Fail."""
    raise ValueError(message)


async def slow(seconds: float = 1.0) -> str:
    """Return after a while."""
    await asyncio.sleep(seconds)
    return f"slept {seconds:g} s"


def structured(message: str = "") -> dict[str, Any]:
    """Return JSON rather than a string."""
    nested = {"flag": True, "nothing": None}
    return {"message": message, "numbers": [1, 2.5], "nested": nested}


SERVICES = (echo, progress, human, interview, failing, slow, structured)
"""The functions, each a service under its own name."""


def example_server(generation: str) -> FakeServer:
    """Return a server with a deployment of all these services."""
    server = FakeServer(generation)
    for function in SERVICES:
        server.service(function.__name__)(function)
    return server
