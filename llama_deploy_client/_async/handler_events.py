"""The events of a handler: SSE as it arrives, resumed after cuts, until the stop event."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import httpx
from attrs import evolve

from .._concurrency import sleep_async
from .._failures import as_cause
from .._ndjson import EventError, LineError
from .._retry import MOMENT, pause
from .._sse import SSEDecoder
from .._texts import seconds
from .._transport.clock import monotonic
from .._transport.deadline import Deadline
from .._workflows import WorkflowEvent, open_question, to_event, unreadable
from ..errors import (
    CallError,
    CallTimeoutError,
    ConnectionLostError,
    InvalidRequestError,
    MalformedResponseError,
    ReadTimeoutError,
    ServerUnreachableError,
    StreamInterruptedError,
)
from ..request import StreamRequest
from .sending import Sender

_log = logging.getLogger("llama_deploy_client")


async def read_handler_events(
    sender: Sender, request: StreamRequest[Any], deadline: Deadline
) -> AsyncGenerator[WorkflowEvent, None]:
    """Yield the events that a workflow server streams, each once, up to the last one.

    A server numbers the events and sends those after any number, so a stream that was cut resumes
    there: at most `max_retries` times in a row without a new event, within the deadline.

    Args:
        sender: sends the requests; its settings apply.
        request: the request that opens the stream.
        deadline: of the first event; each event restarts it for the next. Heartbeats do not.
    """
    deadline.restart()
    reading = _Reading(sender, request, deadline)
    failed = 0
    while True:
        delivered, began = reading.delivered, monotonic()
        try:
            async with aclosing(reading.events()) as events:
                async for event in events:
                    yield event
            return
        except StreamInterruptedError as cut:
            is_progress = reading.delivered > delivered or monotonic() - began > MOMENT
            failed = 0 if is_progress else failed + 1
            if failed > sender.settings.max_retries:
                raise
            _log.info("reading on after %d events: %s", reading.delivered, cut)
            request_of_cut = cut.request
        await sleep_async(deadline.within(pause(failed)))
        if deadline.expired():
            raise reading.too_late(request_of_cut)


async def read_envelopes(
    sender: Sender, request: StreamRequest[Any], deadline: Deadline
) -> AsyncGenerator[dict[str, Any], None]:
    """Yield the events as dicts, as the OpenAPI document describes them."""
    async with aclosing(read_handler_events(sender, request, deadline)) as events:
        async for event in events:
            yield event.to_envelope()


class _Reading:
    """One stream of events, over as many connections as it takes."""

    def __init__(self, sender: Sender, request: StreamRequest[Any], deadline: Deadline) -> None:
        self._sender = sender
        self._request = request
        self._deadline = deadline
        self._last: int | None = None
        self._last_event: WorkflowEvent | None = None
        self._opened = False
        self.delivered = 0

    async def events(self) -> AsyncGenerator[WorkflowEvent, None]:
        """Yield the new events of one connection.

        Raises:
            StreamInterruptedError: the stream ended before the last event.
        """
        response = await self._open()
        self._opened = True
        try:
            decoder = SSEDecoder(self._sender.settings.max_line_size)
            async for chunk in self._body(response):
                for message in decoder.feed(chunk):
                    event = to_event(message, self._sender.settings.max_values)
                    if self._is_new(event):
                        yield event
                        self._deadline.restart()  # the time that the reader takes does not count
                    if event.is_last:
                        return
            if response.status_code != 204:  # there are no events after that number
                raise EventError("it ended before the handler")
        except (EventError, httpx.RequestError) as error:
            failure = self._failure(error, response)
            raise failure from as_cause(error, failure.request)
        finally:
            await response.aclose()

    def _is_new(self, event: WorkflowEvent) -> bool:
        if event.sequence is not None:
            if self._last is not None and event.sequence <= self._last:
                return False
            self._last = event.sequence
        self.delivered += 1
        self._last_event = event
        return True

    async def _open(self) -> httpx.Response:
        request = self._request
        if self._last is not None:
            query = {**request.query, "after_sequence": str(self._last)}
            request = evolve(request, query=query)
        try:
            return await self._sender.respond(request, self._deadline)
        except InvalidRequestError as error:
            if error.status_code == 422:
                raise unreadable(error.response) from None
            raise
        except ReadTimeoutError as error:
            raise self.too_late(error.request) from error.__cause__
        except (ConnectionLostError, ServerUnreachableError) as error:
            if isinstance(error, ServerUnreachableError) and not self._opened:
                raise
            message = f"the stream was cut: {error.message}"
            raise StreamInterruptedError(
                message, request=error.request, delivered=self.delivered
            ) from error

    def _body(self, response: httpx.Response) -> httpx.AsyncByteStream:
        """Yield the bytes as they arrive. httpx's methods would also decompress and count them."""
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if response.status_code != 204 and kind != "text/event-stream":
            message = f"its body is not an event stream: the content type is {kind or 'missing'}"
            raise MalformedResponseError(message, response=response)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        return response.stream

    def _failure(self, error: Exception, response: httpx.Response) -> CallError:
        if isinstance(error, httpx.TimeoutException):
            return self.too_late(response.request)
        if isinstance(error, LineError):
            message = f"{error} ({self.delivered} events delivered)"
            return MalformedResponseError(message, response=response)
        why = str(error) or type(error).__name__
        return StreamInterruptedError(
            f"the stream was cut: {why}", request=response.request, delivered=self.delivered
        )

    def too_late(self, request: httpx.Request) -> CallTimeoutError:
        """Return the error for an event that does not come in time."""
        time = seconds(self._deadline.timeout)
        message = f"no event for {time} ({self.delivered} events delivered)"
        return ReadTimeoutError(message + open_question(self._last_event), request=request)
