"""What the test servers of llama-agents run: the example workflows and a few of their own.

`scripts/serve_workflows.py` serves what is in `WORKFLOWS`, each under its name here.
"""

import asyncio

from example_workflows import (
    Question,
    echo,
    failing,
    human,
    interview,
    progress,
    slow,
    structured,
)
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, StartEvent, StopEvent

TIMEOUT = 120.0


class Order(StartEvent):
    """A start event of its own: what it lacks, the server refuses."""

    name: str
    count: int = 1


class Greeting(StopEvent):
    """A stop event of its own: its fields are the result."""

    greeting: str
    count: int


class GreetingWorkflow(Workflow):
    """Greets `name`, `count` times."""

    @step
    async def greet(self, ev: Order) -> Greeting:
        """Read `name`, which is required, and `count` (1 by default)."""
        return Greeting(greeting=f"hello {ev.name}", count=ev.count)


class UnserializableWorkflow(Workflow):
    """Ends with a result that no server can write as JSON."""

    @step
    async def answer(self, ev: StartEvent) -> StopEvent:
        """Read nothing."""
        return StopEvent(result=object())


class Line(Event):
    """A line of text, as it was given."""

    text: str


class RecitingWorkflow(Workflow):
    """Streams `lines` as they are, and returns how many there were."""

    @step
    async def recite(self, ctx: Context, ev: StartEvent) -> StopEvent:
        """Read `lines`, a list of strings, and `interval`, seconds between them (none)."""
        lines = list(ev.get("lines", []))
        for text in lines:
            ctx.write_event_to_stream(Line(text=text))
            await asyncio.sleep(float(ev.get("interval", 0.0)))
        return StopEvent(result=len(lines))


class CountingWorkflow(Workflow):
    """Counts how often it ran, in this process."""

    runs = 0

    @step
    async def count(self, ev: StartEvent) -> StopEvent:
        """Read nothing; with `only_tell` it does not count."""
        type(self).runs += not ev.get("only_tell", False)
        return StopEvent(result=type(self).runs)


# Events that steps do not name have to be declared, or the server does not take them.
DECLARED = {"human": [HumanResponseEvent], "interview": [Question, HumanResponseEvent]}

WORKFLOWS = {
    "echo": echo,
    "progress": progress,
    "human": human,
    "interview": interview,
    "failing": failing,
    "slow": slow,
    "structured": structured,
    "greeting": GreetingWorkflow(timeout=TIMEOUT),
    "unserializable": UnserializableWorkflow(timeout=TIMEOUT),
    "reciting": RecitingWorkflow(timeout=TIMEOUT),
    "counting": CountingWorkflow(timeout=TIMEOUT),
    "hasty": type(slow)(timeout=0.2),
}
