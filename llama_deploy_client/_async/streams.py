"""Event streams: NDJSON as it arrives, until its end or a clear error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from types import TracebackType
from typing import Any, Self

import httpx

from .._deadline import Deadline
from .._ndjson import EventParser, LineError
from ..errors import (
    CallTimeoutError,
    MalformedResponseError,
    NotFoundError,
    StreamFailedError,
    StreamInterruptedError,
    UnknownEndpointError,
)
from .call import Call


class EventStream(AsyncIterator[dict[str, Any]]):
    """Events as they arrive.

    Iterate over it. Leaving the loop early gives the connection back when the stream is collected;
    `async with`, or `aclose()`, does so at once.

    Example:
        >>> async def first(task):
        ...     async with task.events() as events:
        ...         return await anext(events)
    """

    def __init__(self, events: AsyncGenerator[Any, None]) -> None:
        # A generator, because the loop closes one that is dropped half-way.
        self._events = events

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> dict[str, Any]:
        event: dict[str, Any] = await self._events.__anext__()
        return event

    async def aclose(self) -> None:
        """Stop reading and give the connection back."""
        await self._events.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()


async def read_events(
    call: Call, deadline: Deadline, poll_interval: float, *, errors_in_band: bool = False
) -> AsyncGenerator[Any, None]:
    """The events that `call` streams.

    Args:
        call: the request; it is repeated while the server has no stream yet (404).
        deadline: when the first event is due; each one restarts it for the next.
        poll_interval: seconds between two such requests.
        errors_in_band: whether a last line `{"error": "…"}` is the server's and no event.
    """
    deadline.restart()
    response = await _open(call, deadline, poll_interval)
    parser = EventParser(errors_in_band=errors_in_band)
    delivered = 0
    try:
        async for chunk in _chunks(response):
            for event in parser.feed(chunk):
                yield event
                delivered += 1
                deadline.restart()
    except (LineError, httpx.DecodingError) as error:
        message = f"{error} ({delivered} events delivered)"
        raise MalformedResponseError(message, response=response) from error
    except httpx.TimeoutException as error:
        message = f"no event for {deadline.timeout} s ({delivered} events delivered)"
        raise CallTimeoutError(message, request=response.request) from error
    except httpx.TransportError as error:
        if parser.failure is not None:  # the server's own error says more than its hanging up
            message = parser.failure
            raise StreamFailedError(
                message, request=response.request, delivered=delivered
            ) from error
        message = f"the stream was cut: {str(error) or type(error).__name__}"
        raise StreamInterruptedError(
            message, request=response.request, delivered=delivered
        ) from error
    finally:
        await response.aclose()
    if parser.failure is not None:
        raise StreamFailedError(parser.failure, request=response.request, delivered=delivered)


async def _open(call: Call, deadline: Deadline, poll_interval: float) -> httpx.Response:
    while True:
        try:
            return await call.send(deadline, stream=True)
        except UnknownEndpointError:  # no stream will ever be there
            raise
        except NotFoundError as error:
            await asyncio.sleep(deadline.within(poll_interval))
            if deadline.expired():
                message = f"no stream within {deadline.timeout} s. The last answer: {error}"
                raise CallTimeoutError(message, request=error.request) from error


async def _chunks(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    async for chunk in response.aiter_bytes():
        yield chunk
    yield b"\n"  # the last line may lack it
