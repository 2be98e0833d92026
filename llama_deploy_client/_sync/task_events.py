# Made by `make generate` from llama_deploy_client/_async/task_events.py: do not edit.
"""The events of a task: NDJSON as it arrives, resumed after cuts, until its end or an error."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from typing import Any, TypedDict

import httpx
from llama_deploy_api.api.apiserver import get_openapi_document

from .._concurrency import sleep_sync
from .._failures import as_cause
from .._generations import ApiServerDocument, replays_events
from .._ndjson import EventError, EventParser, LineError, ReplayError
from .._polling import Polling
from .._retry import MOMENT, pause
from .._silence import FAILED, LOST, SENT_ONCE, open_question
from .._texts import is_web_page, seconds, shorten
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
"""Seconds for which the client repeats a request that gets a "no such path" error."""

A_WHILE = 0.1
"""Seconds. A stream that ends sooner failed; one that was open for longer may have been closed by a
gateway after too long a silence. Some gateways hold back the headers until the first event:
measured from the request on, the limit is `MOMENT`."""

INQUIRY = 5.0
"""Seconds for each request that finds out more about a cut, before the cut is reported."""

Inquiry = Callable[[float], bool]
"""Asks a server a yes-or-no question, within a number of seconds."""


def _any_end(_: float) -> bool:
    return True


def read_events(
    sender: Sender,
    request: StreamRequest[Any],
    deadline: Deadline,
    task_ended: Inquiry = _any_end,
    why_silent: Reason = no_reason,
) -> Generator[Any, None]:
    """Yield the events that a server streams, resumed after a cut where the server replays them.

    Args:
        sender: sends the requests; its settings apply.
        request: the request; the client repeats it while the server has no stream yet (404).
        deadline: of the first event; each event restarts it for the next.
        task_ended: returns whether the task has ended, after a stream without a stop event. By
            default, every end of a stream counts as the end of the task.
        why_silent: returns why no event may come.
    """
    deadline.restart()
    parser = EventParser(
        max_line_size=sender.settings.max_line_size,
        max_values=sender.settings.max_values,
        # A last line `{"error": "…"}` of a control plane is its own error, not an event.
        errors_in_band=request.server == "core",
    )
    cuts = _Cuts(sender, request.server, parser, deadline, Doubt(why_silent))
    while True:
        response = failure = cause = None
        try:
            response = _open(sender, request, parser, deadline, cuts)
            parser.start()
            for chunk in _body(response):
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
                response.close()
        cuts.close()
        if failure is None:
            problem = _find_cut(parser, deadline, task_ended)
            if problem is None:
                return
            failure, cause = _explain(problem, response, parser, deadline)
        cuts.mend(failure, cause)
        _log.info("reading on after %d events: %s", parser.delivered, failure)


class _Cuts:
    """Decides whether and when a stream that was cut can resume, and why it cannot."""

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
        self._requested = self._began = monotonic()
        self._was_open = False
        self._replays: bool | None = None

    def ask(self) -> None:
        """Note that the client requests the stream."""
        self._requested = self._began = monotonic()

    def open(self) -> None:
        """Note that the stream begins."""
        self._began = monotonic()

    def close(self) -> None:
        """Note that the stream ended."""
        now = monotonic()
        self._was_open = now - self._began > A_WHILE or now - self._requested > MOMENT

    def mend(self, failure: CallError, cause: BaseException | None) -> None:
        """Wait until the client can request the stream again.

        Raises:
            CallError: the stream cannot resume; this is `failure`.
            CallTimeoutError: the time without an event is over.
        """
        progressed = self._parser.delivered > self._delivered
        self._delivered = self._parser.delivered
        self._failed = 0 if progressed or self._was_open else self._failed + 1
        if isinstance(failure, CallTimeoutError):
            raise self._of_silence(failure) from cause
        if type(failure) is not StreamInterruptedError:
            raise failure from cause
        if not (self._replays or self._can_be_read_again(failure)):
            raise self._of_cut(failure) from cause
        if self._failed > self._sender.settings.max_retries:
            raise failure from cause
        if not progressed:
            sleep_sync(self._deadline.within(pause(max(0, self._failed - 1))))
            if self._deadline.expired():
                time = seconds(self._deadline.timeout)
                message = f"no event for {time}. The last attempt: {failure.message}"
                error = ReadTimeoutError(message, request=failure.request)
                raise self._of_silence(error) from failure

    def _can_be_read_again(self, cut: StreamInterruptedError) -> bool:
        deadline = Deadline(self._deadline.within(INQUIRY))
        try:
            self._replays = can_be_read_again(self._sender, self._server, deadline)
        except LlamaDeployError as error:  # report the cut, not this error
            cut.add_note(
                f"The client could not find out whether the server replays events: {error}"
            )
        return bool(self._replays)

    def _of_silence(self, failure: CallTimeoutError) -> CallTimeoutError:
        """Return the error with the likely cause of the silence."""
        why, count = "", self._parser.delivered
        if self._server == "apiserver" or not count:
            why = self.doubt.reason(failure, self._deadline)
        if why == SENT_ONCE:
            return type(failure)(f"{why}; {failure.message}", request=failure.request)
        if count:
            why = open_question(ReceivedEvent.of(self._parser.last))
        return add_hint(failure, why)

    def _of_cut(self, failure: StreamInterruptedError) -> StreamInterruptedError:
        """Return the error; for a cut on 0.9, which replays nothing, with the likely cause."""
        if self._replays is None:
            return failure
        count, why = self._parser.delivered, FAILED
        if not (count and self._parser.ended):
            why = "" if count else self.doubt.reason(None, Deadline(INQUIRY))
        if why not in (FAILED, SENT_ONCE):
            failure._add(LOST)
            return failure
        message = failure.message.removesuffix(f" ({count} events delivered)")
        return StreamInterruptedError(f"{why}; {message}", request=failure.request, delivered=count)


def can_be_read_again(sender: Sender, server: ServerTag, deadline: Deadline) -> bool | None:
    """Whether the server sends all events to each reader, as 0.6 to 0.8 do.

    Returns:
        None if the server is not an API server of LlamaDeploy, such as a stand-in in a test.

    Raises:
        LlamaDeployError: no response, or an error of the server.
    """
    if server == "core":
        return True
    question = get_openapi_document.request().returning(ApiServerDocument)
    try:
        document = sender.send(question, deadline)
    except (NotFoundError, MalformedResponseError):
        return None
    return replays_events(document.generation())


def _open(
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
            response = sender.respond(request, deadline)
            cuts.open()
            return response
        except ConnectionLostError as error:
            raise StreamInterruptedError(
                f"the stream was cut: {error.message}",
                request=error.request,
                delivered=parser.delivered,
            ) from error
        except NotFoundError as error:
            if is_web_page(error.response):  # a gateway's page, which never becomes a stream
                raise
            # FastAPI words a 404 without a detail like one for an unknown path.
            may_come = error.status_code == 404 and polling.waited() <= PATIENCE
            if isinstance(error, UnknownEndpointError) and not may_come:
                sender.raise_recognised(error, request, deadline)
                raise
            cuts.doubt.grow(deadline)
            sleep_sync(deadline.within(polling.pause()))
            if deadline.expired():
                time = seconds(deadline.timeout)
                message = f"no stream within {time}. The last response: {error.message}"
                raise ReadTimeoutError(message, request=error.request) from error


def _body(response: httpx.Response) -> httpx.SyncByteStream:
    """Yield the bytes as they arrive. httpx's methods would also decompress and count them."""
    assert isinstance(response.stream, httpx.SyncByteStream)
    return response.stream


def _find_cut(parser: EventParser, deadline: Deadline, task_ended: Inquiry) -> EventError | None:
    """Return the problem of a stream that ended cleanly, or None if it is complete.

    Servers before 0.9 sometimes lose the stop event, and workflows can have their own class for it.
    """
    if parser.ended:
        return None
    try:
        if task_ended(deadline.within(INQUIRY)):
            return None
        return EventError("it ended before the task")
    except NotFoundError:  # the session or deployment was deleted, so this stays unknown
        return None
    except LlamaDeployError as error:
        why = f"it ended without a stop event, and whether its task ended is unknown: {error}"
        problem = EventError(why)
        problem.__cause__ = error
        return problem


def _explain(
    error: Exception, response: httpx.Response | None, parser: EventParser, deadline: Deadline
) -> tuple[CallError, BaseException | None]:
    """Return the error for a stream that ended early, and its cause."""
    if isinstance(error, CallError):
        return error, error.__cause__
    assert response is not None  # without a response, the error is a CallError
    failure = _failure(error, response, parser, deadline)
    return failure, as_cause(error, failure.request)


def _failure(
    error: Exception, response: httpx.Response, parser: EventParser, deadline: Deadline
) -> CallError:
    count_text = f"({parser.delivered} events delivered)"
    where: _Where = {"request": response.request, "delivered": parser.delivered}
    if isinstance(error, LineError):
        return MalformedResponseError(f"{error} {count_text}", response=response)
    if isinstance(error, httpx.TimeoutException):
        message = f"no event for {seconds(deadline.timeout)} {count_text}"
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
