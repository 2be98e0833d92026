"""Services to try things with: those that the test servers of LlamaDeploy's own workflows have."""

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
    """Answers the message in upper case."""
    return message.upper()


async def progress(steps: int = 3, interval: float = 0.2) -> AsyncIterator[Progress | StopEvent]:
    """Yields an event a step, some seconds apart, and answers how many there were."""
    for step in range(1, steps + 1):
        yield Progress(step=step, text=f"step {step} of {steps}")
        await asyncio.sleep(interval)
    yield StopEvent(f"{steps} steps done")


def human(
    question: str = "What is your name?",
) -> Generator[InputRequiredEvent, ReceivedEvent, str]:
    """Asks, and answers with what the human said."""
    answer = yield InputRequiredEvent(prefix=question)
    return f"The human said: {answer.fields.get('response', '')}"


class Question(InputRequiredEvent):
    """A question of `interview`, under a name of its own."""

    __module__ = "example_workflows"  # where real servers have it

    number: int


def interview(
    questions: Sequence[str] = ("Your name?", "Your age?"),
) -> Generator[Question | Progress, ReceivedEvent, str]:
    """Asks several questions in turn, and answers with what the human said to each."""
    answers: list[str] = []
    for number, question in enumerate(questions, 1):
        answer = yield Question(number=number, prefix=question)
        answers.append(str(answer.fields.get("response", "")))
        yield Progress(step=number, text=f"heard {answers[-1]}")
    return ", ".join(answers)


def failing(message: str = "the workflow failed on purpose") -> None:
    """Always fails."""
    raise ValueError(message)


async def slow(seconds: float = 1.0) -> str:
    """Answers after a while."""
    await asyncio.sleep(seconds)
    return f"slept {seconds:g} s"


def structured(message: str = "") -> dict[str, Any]:
    """Answers JSON rather than a string."""
    nested = {"flag": True, "nothing": None}
    return {"message": message, "numbers": [1, 2.5], "nested": nested}


SERVICES = (echo, progress, human, interview, failing, slow, structured)
"""Each is a service of its own name."""


def example_server(generation: str) -> FakeServer:
    """A server with a deployment of all these services."""
    server = FakeServer(generation)
    for function in SERVICES:
        server.service(function.__name__)(function)
    return server
