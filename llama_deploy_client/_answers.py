"""Call a user's answer function with a workflow's question: async and blocking.

A coroutine is cancelled when its time is over. A plain function cannot be stopped; a reply that it
returns too late is not sent.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable

from pydantic import BaseModel

from ._concurrency import need_loop
from ._texts import seconds
from ._transport.deadline import Deadline
from .errors import AnswerTimeoutError
from .events import HumanResponseEvent, ReceivedEvent, ServerEvent

Reply = str | BaseModel | ServerEvent | None
"""Text (sent as a `HumanResponseEvent`), an event (sent as it is), or None (nothing is sent)."""

SyncAnswer = Callable[[ReceivedEvent], Reply]
AsyncAnswer = Callable[[ReceivedEvent], Reply | Awaitable[Reply]]


async def ask_async(
    answer: AsyncAnswer, event: ReceivedEvent, timeout: float | None
) -> BaseModel | ServerEvent | None:
    """Return the event to send in reply to `event`, or None.

    Raises:
        AnswerTimeoutError: the function took more than `timeout` seconds.
        TypeError: the function returned neither a reply nor None.
    """
    need_loop("Answer functions need one: under trio, send the reply with task.send_event")
    deadline = Deadline(timeout)
    limit = asyncio.timeout(timeout)
    try:
        async with limit:
            reply = answer(event)
            if inspect.isawaitable(reply):
                reply = await reply
    except StopAsyncIteration as error:
        raise _stop_iteration_error(error) from error
    except TimeoutError:
        if limit.expired():
            raise _too_late(event, timeout) from None
        raise  # the function's own
    if deadline.expired():
        raise _too_late(event, timeout)
    return _to_event(reply)


def ask_sync(
    answer: SyncAnswer, event: ReceivedEvent, timeout: float | None
) -> BaseModel | ServerEvent | None:
    """Return the event to send in reply to `event`, or None.

    Raises:
        AnswerTimeoutError: the function took more than `timeout` seconds.
        TypeError: the function is async, or returned neither a reply nor None.
    """
    deadline = Deadline(timeout)
    try:
        reply = answer(event)
    except StopIteration as error:
        raise _stop_iteration_error(error) from error
    if inspect.iscoroutine(reply):
        reply.close()  # else Python warns that nobody awaited it
        raise TypeError("the answer function is async: only Client takes one, SyncClient does not")
    if deadline.expired():
        raise _too_late(event, timeout)
    return _to_event(reply)


def _to_event(reply: Reply) -> BaseModel | ServerEvent | None:
    if isinstance(reply, str):
        return HumanResponseEvent(response=reply)
    if reply is None or isinstance(reply, BaseModel | ServerEvent):
        return reply
    raise TypeError(
        f"the answer function returned {type(reply).__name__}: it must return a string, an event "
        "(a pydantic model or a ServerEvent), or None"
    )


def _too_late(event: ReceivedEvent, timeout: float | None) -> AnswerTimeoutError:
    return AnswerTimeoutError(f"no reply to a question within {seconds(timeout)}", event=event)


def _stop_iteration_error(error: Exception) -> RuntimeError:
    """Wrap a StopIteration: it would end the caller's loop over the events silently."""
    return RuntimeError(f"the answer function raised {type(error).__name__}")
