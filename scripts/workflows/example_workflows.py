"""The workflows that the test servers and the demo run, alike on every generation of LlamaDeploy.

A service is one instance at the end of this module. Each takes its input from the run's keyword
arguments, uses no model and no network, and behaves the same each time it runs.
"""

import asyncio

try:
    from workflows import Context, Workflow, step
    from workflows.events import (
        Event,
        HumanResponseEvent,
        InputRequiredEvent,
        StartEvent,
        StopEvent,
    )
except ImportError:  # servers whose llama-index-core still carries the workflow library itself
    from llama_index.core.workflow import (
        Context,
        Event,
        HumanResponseEvent,
        InputRequiredEvent,
        StartEvent,
        StopEvent,
        Workflow,
        step,
    )

# Seconds until a workflow gives up. Servers before 0.9 run at most eight tasks of a service at
# once, so a question without a reply must free its place some day.
TIMEOUT = 120.0


class Progress(Event):
    """One step of `ProgressWorkflow`, sent to the readers of the task's events."""

    step: int
    text: str


class EchoWorkflow(Workflow):
    """Returns `message` in upper case."""

    @step
    async def echo(self, ev: StartEvent) -> StopEvent:
        """Read `message` (a string, empty by default)."""
        return StopEvent(result=str(ev.get("message", "")).upper())


class ProgressWorkflow(Workflow):
    """Streams `steps` events, `interval` seconds apart, then returns how many it sent."""

    @step
    async def work(self, ctx: Context, ev: StartEvent) -> StopEvent:
        """Read `steps` (3 by default) and `interval` (0.2 s by default).

        Servers before 0.9 can lose one of two events that are published at the same moment, so the
        pause comes after every event, the last one included.
        """
        steps = int(ev.get("steps", 3))
        interval = float(ev.get("interval", 0.2))
        for number in range(1, steps + 1):
            ctx.write_event_to_stream(Progress(step=number, text=f"step {number} of {steps}"))
            await asyncio.sleep(interval)
        return StopEvent(result=f"{steps} steps done")


class HumanWorkflow(Workflow):
    """Asks a question and returns the human's reply."""

    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        """Read `question` (has a default) and put it into the event's `prefix`."""
        return InputRequiredEvent(prefix=str(ev.get("question", "What is your name?")))

    @step
    async def answer(self, ev: HumanResponseEvent) -> StopEvent:
        """Read the event's `response`."""
        return StopEvent(result=f"The human said: {ev.get('response', '')}")


class Question(InputRequiredEvent):
    """A question of `InterviewWorkflow`, under a name of its own."""

    number: int


class InterviewWorkflow(Workflow):
    """Asks several questions in turn, and returns the human's replies."""

    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> Question | StopEvent:
        """Read `questions`, a list of strings (two by default), and ask the first one."""
        await ctx.store.set("questions", list(ev.get("questions", ["Your name?", "Your age?"])))
        await ctx.store.set("replies", [])
        return await self._go_on(ctx)

    @step
    async def hear(self, ctx: Context, ev: HumanResponseEvent) -> Question | StopEvent:
        """Read the event's `response`, stream it, and ask the next question."""
        replies = [*await ctx.store.get("replies"), str(ev.get("response", ""))]
        await ctx.store.set("replies", replies)
        ctx.write_event_to_stream(Progress(step=len(replies), text=f"heard {replies[-1]}"))
        await asyncio.sleep(0.2)  # servers before 0.9 can lose one of two events at one moment
        return await self._go_on(ctx)

    async def _go_on(self, ctx: Context) -> Question | StopEvent:
        questions = await ctx.store.get("questions")
        replies = await ctx.store.get("replies")
        if len(replies) == len(questions):
            return StopEvent(result=", ".join(replies))
        return Question(number=len(replies) + 1, prefix=questions[len(replies)])


class FailingWorkflow(Workflow):
    """Always fails."""

    @step
    async def fail(self, ev: StartEvent) -> StopEvent:
        """Raise a ValueError that says `message` (has a default)."""
        raise ValueError(str(ev.get("message", "the workflow failed on purpose")))


class SlowWorkflow(Workflow):
    """Returns after a while, and streams nothing meanwhile."""

    @step
    async def sleep(self, ev: StartEvent) -> StopEvent:
        """Read `seconds` (1 by default)."""
        seconds = float(ev.get("seconds", 1.0))
        await asyncio.sleep(seconds)
        return StopEvent(result=f"slept {seconds:g} s")


class StructuredWorkflow(Workflow):
    """Returns JSON rather than a string."""

    @step
    async def answer(self, ev: StartEvent) -> StopEvent:
        """Read `message` (a string, empty by default) into the result's `message`."""
        return StopEvent(
            result={
                "message": str(ev.get("message", "")),
                "numbers": [1, 2.5],
                "nested": {"flag": True, "nothing": None},
            }
        )


echo = EchoWorkflow(timeout=TIMEOUT)
progress = ProgressWorkflow(timeout=TIMEOUT)
human = HumanWorkflow(timeout=TIMEOUT)
interview = InterviewWorkflow(timeout=TIMEOUT)
failing = FailingWorkflow(timeout=TIMEOUT)
slow = SlowWorkflow(timeout=TIMEOUT)
structured = StructuredWorkflow(timeout=TIMEOUT)
