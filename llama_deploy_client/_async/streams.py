"""Event streams: NDJSON as it arrives, until its end or a clear error."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any, Self, TypedDict

import httpx
from llama_deploy_api.api.apiserver import get_openapi_document
from typing_extensions import TypeVar

from .._deadline import Deadline
from .._failures import as_cause
from .._generations import ApiServerDocument, replays_events
from .._ndjson import EventError, EventParser, LineError, ReplayError
from .._polling import Polling
from .._retry import pause
from .._silence import cut_of_09, open_question
from .._texts import shorten
from ..errors import (
    CallError,
    CallTimeoutError,
    ConnectionLostError,
    MalformedResponseError,
    NotFoundError,
    ReplayDiffersError,
    StreamFailedError,
    StreamInterruptedError,
    UnknownEndpointError,
)
from ..events import ReceivedEvent
from ..request import Server as ServerTag
from ..request import StreamRequest
from .doubt import Doubt, Reason, add_hint, no_reason
from .sending import Sender

_log = logging.getLogger("llama_deploy_client")

PATIENCE = 5.0
"""Seconds for which a server that answers "no such path" is asked again."""

T = TypeVar("T")
E = TypeVar("E", default=dict[str, Any])


class Stream(AsyncIterator[T]):
    """What a generator yields, and a way to close it."""

    def __init__(self, items: AsyncGenerator[T, None]) -> None:
        # A generator, because the loop closes one that is dropped half-way.
        self._items = items

    def __aiter__(self) -> AsyncIterator[T]:
        return self._items  # which a loop asks for each item without a detour

    def __anext__(self) -> Awaitable[T]:
        return self._items.__anext__()

    async def aclose(self) -> None:
        """Stop, and give back what it takes: connections, tasks or threads, files."""
        await self._items.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class EventStream(Stream[E]):
    """Events as they arrive.

    Iterate over it. Leaving the loop early gives the connection back when the stream is collected;
    `async with`, or `aclose()`, does so at once.

    Args:
        events: what the server sends.
        read: makes of it what is handed out. An error of it leaves the stream as it is.
        deadline: of the next event.

    Examples:
        >>> async def first(task):
        ...     async with task.events() as events:
        ...         return await anext(events)
    """

    def __init__(
        self,
        events: AsyncGenerator[Any, None],
        read: Callable[[Any], E] | None = None,
        deadline: Deadline | None = None,
    ) -> None:
        super().__init__(events)
        self._read = read
        self._deadline = deadline

    def _limit(self, outer: Deadline | None) -> None:
        """Have each event come before `outer`, too, from now on; None ends that."""
        if self._deadline is not None:
            self._deadline.limit(outer)

    def __aiter__(self) -> AsyncIterator[E]:
        return super().__aiter__() if self._read is None else self

    def __anext__(self) -> Awaitable[E]:
        # Not a generator around the other one: an error ends a generator.
        return super().__anext__() if self._read is None else self._read_next(self._read)

    async def _read_next(self, read: Callable[[Any], E]) -> E:
        return read(await anext(self._items))


Question = Callable[[float | None], Awaitable[bool]]
"""Asks a server something, within so many seconds."""


async def _any_end(_: float | None) -> bool:
    return True


async def read_events(
    sender: Sender,
    request: StreamRequest[Any],
    deadline: Deadline,
    task_ended: Question = _any_end,
    why_silent: Reason = no_reason,
) -> AsyncGenerator[Any, None]:
    """The events that a server streams; on from a cut, where the server sends them again.

    Args:
        sender: what sends, and whose settings count.
        request: the request; it is repeated while the server has no stream yet (404).
        deadline: when the first event is due; each one restarts it for the next.
        task_ended: whether the task did; asked after a stream that ended without a stop event.
            Unless given, whatever the server ends has ended.
        why_silent: why no first event may come.
    """
    deadline.restart()
    parser = EventParser(
        max_line_size=sender.settings.max_line_size,
        max_values=sender.settings.max_values,
        # A last line `{"error": "…"}` of a control plane is its own and no event.
        errors_in_band=request.server == "core",
    )
    attempt, doubt = 0, Doubt(why_silent)
    while True:
        before = parser.delivered
        response = None
        try:
            polling = Polling(sender.settings.poll_interval)
            response = await _open(sender, request, parser, deadline, polling, doubt)
            parser.start()
            async for chunk in _body(response):
                delivered = parser.delivered
                for event in parser.feed(chunk):
                    yield event
                if parser.delivered > delivered:
                    deadline.restart()
            for event in parser.finish(closed=response.extensions.get("ends_by_closing", False)):
                yield event
            await _check_end(parser, deadline, task_ended)
            return
        except (CallError, EventError, httpx.RequestError) as error:
            failure, cause = _explain(error, response, parser, deadline)
        finally:
            if response is not None:
                await response.aclose()
        attempt = 0 if parser.delivered > before else attempt + 1
        if isinstance(failure, CallTimeoutError):
            raise await _of_silence(failure, parser, deadline, doubt) from cause
        is_cut = type(failure) is StreamInterruptedError and attempt <= sender.settings.max_retries
        again = await can_be_read_again(sender, request.server, deadline) if is_cut else None
        if not again:
            raise _of_cut(failure, parser, again) from cause
        _log.info("reading on after %d events: %s", parser.delivered, failure)
        await _rest(attempt, deadline)


async def _rest(attempt: int, deadline: Deadline) -> None:
    """Pause before a stream is read on: not after new events, then longer and longer."""
    if attempt:
        await asyncio.sleep(deadline.within(pause(attempt - 1)))


async def can_be_read_again(sender: Sender, server: ServerTag, deadline: Deadline) -> bool | None:
    """Whether the server sends all events to whoever asks again: 0.6 to 0.8 do.

    Returns:
        None where it does not say.

    Raises:
        CallTimeoutError: no answer within the deadline.
    """
    if server == "core":
        return True
    question = get_openapi_document.request().returning(ApiServerDocument)
    try:
        document = await sender.send(question, Deadline(deadline.remaining()))
    except CallTimeoutError:
        raise
    except Exception:  # whatever is wrong with this question, the cut is what is to be told
        return None
    return replays_events(document.generation())


async def _open(
    sender: Sender,
    request: StreamRequest[Any],
    parser: EventParser,
    deadline: Deadline,
    polling: Polling,
    doubt: Doubt,
) -> httpx.Response:
    while True:
        try:
            return await sender.respond(request, deadline)
        except ConnectionLostError as error:
            raise StreamInterruptedError(
                f"the stream was cut: {error.message}",
                request=error.request,
                delivered=parser.delivered,
            ) from error
        except NotFoundError as error:
            # FastAPI words a 404 without a reason of its own like one of a path that is not there.
            may_come = error.status_code == 404 and polling.waited() <= PATIENCE
            if isinstance(error, UnknownEndpointError) and not may_come:
                raise
            await doubt.grow(deadline)
            await asyncio.sleep(deadline.within(polling.pause()))
            if deadline.expired():
                message = f"no stream within {deadline.timeout} s. The last answer: {error.message}"
                raise CallTimeoutError(message, request=error.request) from error


async def _of_silence(
    failure: CallTimeoutError, parser: EventParser, deadline: Deadline, doubt: Doubt
) -> CallTimeoutError:
    """The error, with what the silence may come of."""
    if parser.delivered:
        return add_hint(failure, open_question(ReceivedEvent.of(parser.last)))
    return await doubt.explain(failure, deadline)


def _of_cut(failure: CallError, parser: EventParser, again: bool | None) -> CallError:
    """The error; that of a cut by a 0.9 server, which sends nothing again, with its cause."""
    if again is not False:
        return failure
    last = ReceivedEvent.of(parser.last) if parser.delivered else None
    why = cut_of_09(last, stopped=parser.delivered > 0 and parser.ended)
    if not why:
        return failure
    said = failure.message.removesuffix(f" ({parser.delivered} events delivered)")
    return StreamInterruptedError(
        f"{why}; {said}", request=failure.request, delivered=parser.delivered
    )


def _body(response: httpx.Response) -> httpx.AsyncByteStream:
    """The bytes as they arrive. httpx's own methods for it also unpack and measure them."""
    assert isinstance(response.stream, httpx.AsyncByteStream)
    return response.stream


async def _check_end(parser: EventParser, deadline: Deadline, task_ended: Question) -> None:
    """Servers before 0.9 lose stop events at times, and workflows may have one of their own."""
    try:
        ended = parser.ended or await task_ended(deadline.remaining())
    except NotFoundError:  # session or deployment were deleted, and nobody can tell any more
        return
    except AssertionError:  # of a mock of the server, which has the stream alone
        return
    if not ended:
        raise EventError("it ended before its task")


def _explain(
    error: Exception, response: httpx.Response | None, parser: EventParser, deadline: Deadline
) -> tuple[CallError, BaseException | None]:
    """Why a stream ended before its end, and what that came of."""
    if isinstance(error, CallError):
        return error, error.__cause__
    assert response is not None  # before, all errors are ours
    failure = _failure(error, response, parser, deadline)
    return failure, as_cause(error, failure.request)


def _failure(
    error: Exception, response: httpx.Response, parser: EventParser, deadline: Deadline
) -> CallError:
    told = f"({parser.delivered} events delivered)"
    where: _Where = {"request": response.request, "delivered": parser.delivered}
    if isinstance(error, LineError):
        return MalformedResponseError(f"{error} {told}", response=response)
    if isinstance(error, httpx.TimeoutException):
        message = f"no event for {deadline.timeout} s {told}"
        return CallTimeoutError(message, request=response.request)
    if isinstance(error, ReplayError):
        return ReplayDiffersError(str(error), **where)
    if parser.failure is not None:
        return StreamFailedError(shorten(parser.failure), **where)
    why = shorten(str(error)) or type(error).__name__
    return StreamInterruptedError(f"the stream was cut: {why}", **where)


class _Where(TypedDict):
    request: httpx.Request
    delivered: int
