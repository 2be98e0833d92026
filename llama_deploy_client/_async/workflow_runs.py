"""A handler from its start to its result, with everything on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Self

from typing_extensions import TypeVar

from .._answers import AsyncAnswer, ask_async
from .._timeout import UNSET, Timeout
from .._workflows import WorkflowEvent, WorkflowResult
from ..events import ReceivedEvent
from .handlers import Handler
from .streams import EventStream

E = TypeVar("E", default=dict[str, Any])


class WorkflowRun(AsyncIterator[E]):
    """A handler that is started on entering, its events, its questions and its result.

    Made by `Workflow.stream`, which says what it does. Use it with `async with`, once, and read it
    in one place at a time. A read that is cancelled ends the stream, as an error of it does.
    Experimental.
    """

    def __init__(
        self,
        create: Callable[[], Awaitable[Handler]],
        *,
        read: Callable[[WorkflowEvent], E],
        answer: AsyncAnswer | None,
        is_question: Callable[[ReceivedEvent], bool],
        answer_timeout: float | None,
        timeout: Timeout,
    ) -> None:
        if not (answer is None or callable(answer)):
            raise TypeError(f"answer must be a function or None, got {type(answer).__name__}")
        self._create = create
        self._read = read
        self._answer = answer
        self._is_question = is_question
        self._answer_timeout = answer_timeout
        self._timeout = timeout
        self._started: tuple[Handler, EventStream[WorkflowEvent]] | None = None
        self._question: WorkflowEvent | None = None
        self._last: WorkflowEvent | None = None

    @property
    def handler(self) -> Handler:
        """The handler, from the moment of entering."""
        return self._entered()[0]

    @property
    def task(self) -> Handler:
        """The handler, under the name that `TaskRun` has for its task."""
        return self.handler

    @property
    def last_event(self) -> WorkflowEvent | None:
        """The event that was read last; None before the first one."""
        return self._last

    async def result(self, *, timeout: Timeout = UNSET) -> WorkflowResult:
        """The result, once there is one.

        It can be asked for at any time: before, while or after events are read, more than once,
        after the stream broke, and after the block. Inside the block, where there is an answer
        function, it first reads the stream to its end for questions; what it reads there is not
        handed out any more.

        Args:
            timeout: seconds to wait for the result, once no question can come.

        Raises:
            TaskFailedError: the workflow failed or was cancelled; `reason` is its own message.
            CallTimeoutError: no result within `timeout` seconds.
        """
        if self._answer is not None:
            try:
                while True:
                    await self._next()
            except StopAsyncIteration:
                pass
        return await self.handler.wait(timeout=timeout)

    async def __aenter__(self) -> Self:
        if self._started is not None:
            raise RuntimeError("a WorkflowRun can be entered only once")
        handler = await self._create()
        self._started = handler, handler.events(types=[], timeout=self._timeout)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._entered()[1].aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> E:
        return self._read(await self._next())

    def _entered(self) -> tuple[Handler, EventStream[WorkflowEvent]]:
        if self._started is None:
            raise RuntimeError("the handler is started on entering: use async with … as run")
        return self._started

    async def _next(self) -> WorkflowEvent:
        """The next event, after the open question has been answered."""
        handler, events = self._entered()
        if self._question is not None and self._answer is not None:
            reply = await ask_async(self._answer, self._question, self._answer_timeout)
            if reply is not None:
                await handler.send_event(reply, timeout=self._timeout)
            self._question = None  # not before: what went wrong can be tried again
        self._last = event = await anext(events)
        if self._answer is not None and self._is_question(event):
            self._question = event
        return event
