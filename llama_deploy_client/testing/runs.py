"""One run of a service: its events, events sent to it, and its result. No I/O, no loop."""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Mapping
from functools import cached_property
from types import coroutine
from typing import Any

from attrs import frozen
from pydantic import BaseModel

from ..events import ReceivedEvent, ServerEvent
from .changes import Changes
from .events import MODULE, bases_of, is_a, published

_log = logging.getLogger(__name__)
_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
STOP = ServerEvent(f"{MODULE}.StopEvent").to_json()


@frozen
class Service:
    """A service: a name and the function that is its workflow."""

    name: str
    function: Callable[..., Any]

    @property
    def needs_loop(self) -> bool:
        """Whether it may await something that needs a running event loop."""
        called = (self.function, type(self.function).__call__)  # an object's `__call__` is a method
        return any(
            inspect.iscoroutinefunction(part) or inspect.isasyncgenfunction(part) for part in called
        )

    def call(self, arguments: Mapping[str, Any]) -> Any:
        """Call the function with the arguments that it accepts; workflows ignore others as well."""
        parameters = inspect.signature(self.function).parameters
        if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
            return self.function(**arguments)
        names = {name for name, parameter in parameters.items() if parameter.kind in _BY_NAME}
        return self.function(**{name: arguments[name] for name in arguments if name in names})


class Run:
    """A running service.

    `steps` is a coroutine. A loop can run it as a task. Unless the service needs a loop, a waiting
    caller can also run it step by step: it yields None after each event, and while `asking`.

    Attributes:
        events: the events that the service has yielded, as JSON with their classes.
        bases: the names of the base classes of each.
        sent: how many events were sent, on a server that sends each once.
        asking: whether it waits for an event.
        changes: counts every change of these attributes.
        task: the asyncio task that runs it, if any.
        needs_loop: whether it may await something that needs a running event loop.
        lock: held while a step is taken.
    """

    def __init__(self, service: Service, arguments: Mapping[str, Any]) -> None:
        self.service = service
        self.events: list[str] = []
        self.bases: list[tuple[str, ...]] = []
        self.sent = 0
        self.result: Any = None
        self.failure: str | None = None
        self.asking = False
        self.changes = Changes()
        self.task: asyncio.Task[None] | None = None
        self.needs_loop = service.needs_loop
        self.lock = threading.Lock()
        self._arguments = arguments
        self._inbox: deque[ReceivedEvent] = deque()

    @property
    def ended(self) -> bool:
        """Whether there is a result or a failure: the stop event is among the events."""
        return bool(self.events) and self.events[-1] is STOP

    @property
    def text(self) -> str:
        """The result as text, as servers before 0.9 return it, also for a failure."""
        if self.failure is not None:
            return self.failure
        return self.result if isinstance(self.result, str) else str(self.result)

    def send(self, event: ReceivedEvent) -> None:
        """Receive an event that a client sent; it becomes the reply to the next question."""
        self._inbox.append(event)
        self.asking = False
        self.changes.announce()

    @cached_property
    def steps(self) -> Coroutine[Any, Any, None]:
        """Return the coroutine of the whole run."""
        return self._run()

    async def _run(self) -> None:
        try:
            self.result = await self._follow(self.service.call(self._arguments))
        except Exception as error:
            _log.warning("The service %r failed", self.service.name, exc_info=error)
            self.failure = f"Error in step '{self.service.name}': {_text(error)}"
        except BaseException:
            self.failure = "cancelled"
            raise
        finally:
            self.events.append(STOP)
            self.changes.announce()

    async def _follow(self, outcome: Any) -> Any:
        if isinstance(outcome, Generator):
            return await self._follow_generator(outcome)
        is_generator = isinstance(outcome, AsyncGenerator)
        if self.task is None and (is_generator or inspect.isawaitable(outcome)):
            self.needs_loop = True  # a decorator hid that the function is a generator
            await _pause()
        if is_generator:
            return await self._follow_async_generator(outcome)
        return await outcome if inspect.isawaitable(outcome) else outcome

    async def _follow_generator(self, events: Generator[Any, Any, Any]) -> Any:
        reply = None
        while True:
            try:
                event = events.send(reply)
            except StopIteration as stop:
                return stop.value
            if is_a(event, "StopEvent"):
                events.close()
                return getattr(event, "result", None)
            reply = await self._publish(event)

    async def _follow_async_generator(self, events: AsyncGenerator[Any, Any]) -> Any:
        reply = None
        while True:
            try:
                event = await events.asend(reply)
            except StopAsyncIteration:
                return None
            if is_a(event, "StopEvent"):
                await events.aclose()
                return getattr(event, "result", None)
            reply = await self._publish(event)

    async def _publish(self, event: BaseModel | ServerEvent) -> ReceivedEvent | None:
        """Publish an event; if it is a question, wait for the reply."""
        self.bases.append(bases_of(event))
        self.events.append(published(event))
        question = is_a(event, "InputRequiredEvent")
        self.asking = question and not self._inbox
        self.changes.announce()
        await _pause()
        while question and not self._inbox:
            count = self.changes.count
            await (self.changes.wait_async(count) if self.task else _pause())
        return self._inbox.popleft() if question else None


def _text(error: Exception) -> str:
    try:
        return str(error)
    except Exception as why:  # real servers also send this text then
        return str(why)


@coroutine
def _pause() -> Generator[None, None, None]:
    """Give control back to the event loop, or to the caller that takes the steps."""
    yield
