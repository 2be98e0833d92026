# Made by `make generate` from llama_deploy_client/_async/streams.py: do not edit.
"""Event streams: NDJSON as it arrives, until its end or a clear error."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
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


class EventStream(Iterator[dict[str, Any]]):
    """Events as they arrive.

    Iterate over it. Leaving the loop early gives the connection back when the stream is collected;
    `with`, or `close()`, does so at once.

    Example:
        >>> def first(task):
        ...     with task.events() as events:
        ...         return next(events)
    """

    def __init__(self, events: Generator[Any, None]) -> None:
        # A generator, because the loop closes one that is dropped half-way.
        self._events = events

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> dict[str, Any]:
        event: dict[str, Any] = self._events.__next__()
        return event

    def close(self) -> None:
        """Stop reading and give the connection back."""
        self._events.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def read_events(
    call: Call, deadline: Deadline, poll_interval: float, *, errors_in_band: bool = False
) -> Generator[Any, None]:
    """The events that `call` streams.

    Args:
        call: the request; it is repeated while the server has no stream yet (404).
        deadline: when the first event is due; each one restarts it for the next.
        poll_interval: seconds between two such requests.
        errors_in_band: whether a last line `{"error": "…"}` is the server's and no event.
    """
    deadline.restart()
    response = _open(call, deadline, poll_interval)
    parser = EventParser(errors_in_band=errors_in_band)
    delivered = 0
    try:
        for chunk in _chunks(response):
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
        response.close()
    if parser.failure is not None:
        raise StreamFailedError(parser.failure, request=response.request, delivered=delivered)


def _open(call: Call, deadline: Deadline, poll_interval: float) -> httpx.Response:
    while True:
        try:
            return call.send(deadline, stream=True)
        except UnknownEndpointError:  # no stream will ever be there
            raise
        except NotFoundError as error:
            time.sleep(deadline.within(poll_interval))
            if deadline.expired():
                message = f"no stream within {deadline.timeout} s. The last answer: {error}"
                raise CallTimeoutError(message, request=error.request) from error


def _chunks(response: httpx.Response) -> Generator[bytes, None]:
    for chunk in response.iter_bytes():
        yield chunk
    yield b"\n"  # the last line may lack it
