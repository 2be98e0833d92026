"""The events of a task: NDJSON as it arrives, on from a cut, until its end or a clear error."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, TypedDict

import httpx
from llama_deploy_api.api.apiserver import get_openapi_document

from .._concurrency import sleep_async
from .._failures import as_cause
from .._generations import ApiServerDocument, replays_events
from .._ndjson import EventError, EventParser, LineError, ReplayError
from .._polling import Polling
from .._retry import MOMENT, pause
from .._silence import FAILED, LOST, SENT_ONCE, open_question
from .._texts import seconds, shorten
from .._transport.clock import monotonic
from .._transport.deadline import Deadline
from ..errors import (
    CallError,
    CallTimeoutError,
    ConnectionLostError,
    LlamaDeployError,
    MalformedResponseError,
    NotFoundError,
    ReadTimeoutError,
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
"""Seconds for which the client repeats a request that gets "no such path"."""

A_WHILE = 0.1
"""Seconds. What ends a stream sooner is a failure; what ends one that was open for longer may be a
gateway, which closes a stream that is silent for too long. Some send its headers no sooner: from
the request on, it is a `MOMENT`."""

QUESTION = 5.0
"""Seconds that a question to the server may take once a stream was cut: the cut is to be told."""

Question = Callable[[float], Awaitable[bool]]
"""Asks a server something, within so many seconds."""


async def _any_end(_: float) -> bool:
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
        why_silent: why no event may come.
    """
    deadline.restart()
    parser = EventParser(
        max_line_size=sender.settings.max_line_size,
        max_values=sender.settings.max_values,
        # A last line `{"error": "…"}` of a control plane is its own and no event.
        errors_in_band=request.server == "core",
    )
    cuts = _Cuts(sender, request.server, parser, deadline, Doubt(why_silent))
    while True:
        response = failure = cause = None
        try:
            response = await _open(sender, request, parser, deadline, cuts)
            parser.start()
            async for chunk in _body(response):
                delivered = parser.delivered
                for event in parser.feed(chunk):
                    yield event
                if parser.delivered > delivered:
                    deadline.restart()
            for event in parser.finish(closed=response.extensions.get("ends_by_closing", False)):
                yield event
        except (CallError, EventError, httpx.RequestError) as error:
            failure, cause = _explain(error, response, parser, deadline)
        finally:
            if response is not None:
                await response.aclose()
        cuts.close()
        if failure is None:
            problem = await _find_cut(parser, deadline, task_ended)
            if problem is None:
                return
            failure, cause = _explain(problem, response, parser, deadline)
        await cuts.mend(failure, cause)
        _log.info("reading on after %d events: %s", parser.delivered, failure)


class _Cuts:
    """Whether a stream that was cut can be read on, and when; and why it cannot."""

    def __init__(
        self,
        sender: Sender,
        server: ServerTag,
        parser: EventParser,
        deadline: Deadline,
        doubt: Doubt,
    ) -> None:
        self.doubt = doubt
        self._sender = sender
        self._server: ServerTag = server
        self._parser = parser
        self._deadline = deadline
        self._failed = 0
        self._delivered = 0
        self._asked = self._began = monotonic()
        self._was_open = False
        self._replays: bool | None = None

    def ask(self) -> None:
        """The stream is asked for."""
        self._asked = self._began = monotonic()

    def open(self) -> None:
        """The stream begins."""
        self._began = monotonic()

    def close(self) -> None:
        """The stream ended, however it did."""
        now = monotonic()
        self._was_open = now - self._began > A_WHILE or now - self._asked > MOMENT

    async def mend(self, failure: CallError, cause: BaseException | None) -> None:
        """Wait until the stream can be asked for again.

        Raises:
            CallError: `failure`, if it cannot.
            CallTimeoutError: the time without an event is over.
        """
        progressed = self._parser.delivered > self._delivered
        self._delivered = self._parser.delivered
        self._failed = 0 if progressed or self._was_open else self._failed + 1
        if isinstance(failure, CallTimeoutError):
            raise await self._of_silence(failure) from cause
        if type(failure) is not StreamInterruptedError:
            raise failure from cause
        if not (self._replays or await self._can_be_read_again(failure)):
            raise await self._of_cut(failure) from cause
        if self._failed > self._sender.settings.max_retries:
            raise failure from cause
        if not progressed:
            await sleep_async(self._deadline.within(pause(max(0, self._failed - 1))))
            if self._deadline.expired():
                time = seconds(self._deadline.timeout)
                message = f"no event for {time}. The last try: {failure.message}"
                error = ReadTimeoutError(message, request=failure.request)
                raise await self._of_silence(error) from failure

    async def _can_be_read_again(self, cut: StreamInterruptedError) -> bool:
        deadline = Deadline(self._deadline.within(QUESTION))
        try:
            self._replays = await can_be_read_again(self._sender, self._server, deadline)
        except LlamaDeployError as error:  # the cut is to be told
            cut.add_note(f"Whether the server sends its events again is not known: {error}")
        return bool(self._replays)

    async def _of_silence(self, failure: CallTimeoutError) -> CallTimeoutError:
        """The error, with what the silence may come of."""
        why, count = "", self._parser.delivered
        if self._server == "apiserver" or not count:
            why = await self.doubt.reason(failure, self._deadline)
        if why == SENT_ONCE:
            return type(failure)(f"{why}; {failure.message}", request=failure.request)
        if count:
            why = open_question(ReceivedEvent.of(self._parser.last))
        return add_hint(failure, why)

    async def _of_cut(self, failure: StreamInterruptedError) -> StreamInterruptedError:
        """The error; that of a cut by a 0.9 server, which sends nothing again, with its cause."""
        if self._replays is None:
            return failure
        count, why = self._parser.delivered, FAILED
        if not (count and self._parser.ended):
            why = "" if count else await self.doubt.reason(None, Deadline(QUESTION))
        if why not in (FAILED, SENT_ONCE):
            failure._add(LOST)
            return failure
        said = failure.message.removesuffix(f" ({count} events delivered)")
        return StreamInterruptedError(f"{why}; {said}", request=failure.request, delivered=count)


async def can_be_read_again(sender: Sender, server: ServerTag, deadline: Deadline) -> bool | None:
    """Whether the server sends all events to each reader: 0.6 to 0.8 do.

    Returns:
        None if the server is not an API server of LlamaDeploy, such as a stand-in in a test.

    Raises:
        LlamaDeployError: there is no answer, or an error of the server.
    """
    if server == "core":
        return True
    question = get_openapi_document.request().returning(ApiServerDocument)
    try:
        document = await sender.send(question, deadline)
    except (NotFoundError, MalformedResponseError):
        return None
    return replays_events(document.generation())


async def _open(
    sender: Sender,
    request: StreamRequest[Any],
    parser: EventParser,
    deadline: Deadline,
    cuts: _Cuts,
) -> httpx.Response:
    polling = Polling(sender.settings.poll_interval)
    while True:
        cuts.ask()
        try:
            response = await sender.respond(request, deadline)
            cuts.open()
            return response
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
                await sender.raise_recognised(error, request, deadline)
                raise
            await cuts.doubt.grow(deadline)
            await sleep_async(deadline.within(polling.pause()))
            if deadline.expired():
                time = seconds(deadline.timeout)
                message = f"no stream within {time}. The last answer: {error.message}"
                raise ReadTimeoutError(message, request=error.request) from error


def _body(response: httpx.Response) -> httpx.AsyncByteStream:
    """The bytes as they arrive. httpx's own methods for it also unpack and measure them."""
    assert isinstance(response.stream, httpx.AsyncByteStream)
    return response.stream


async def _find_cut(
    parser: EventParser, deadline: Deadline, task_ended: Question
) -> EventError | None:
    """What is wrong with a stream that ended as if it were whole, if anything is.

    Servers before 0.9 lose stop events at times, and workflows may have one of their own.
    """
    if parser.ended:
        return None
    try:
        if await task_ended(deadline.within(QUESTION)):
            return None
        return EventError("it ended before its task")
    except NotFoundError:  # session or deployment were deleted, and nobody can tell any more
        return None
    except LlamaDeployError as error:
        why = f"it ended without a stop event, and whether its task did is not known: {error}"
        problem = EventError(why)
        problem.__cause__ = error
        return problem


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
        message = f"no event for {seconds(deadline.timeout)} {told}"
        return ReadTimeoutError(message, request=response.request)
    if isinstance(error, ReplayError):
        return ReplayDiffersError(str(error), **where)
    if parser.failure is not None:
        return StreamFailedError(shorten(parser.failure), **where)
    why = shorten(str(error)) or type(error).__name__
    return StreamInterruptedError(f"the stream was cut: {why}", **where)


class _Where(TypedDict):
    request: httpx.Request
    delivered: int
