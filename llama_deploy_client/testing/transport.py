"""httpx transports to the in-memory server, async and blocking; they run responses' steps."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from unittest.mock import patch

import httpx

from .._async.http import HttpClient
from .._sync.http import HttpClient as SyncHttpClient
from .._transport.deadline import Deadline
from .driving import Blocking, start
from .steps import Advance, CutError, Head, Pause, RefusedError, Steps, Wait

Respond = Callable[[httpx.Request], Steps]
_TRANSMIT = HttpClient._transmit


class FakeTransport(httpx.AsyncBaseTransport, httpx.BaseTransport):
    """Sends requests to an in-memory server."""

    def __init__(self, respond: Respond, is_at: Callable[[httpx.URL], bool]) -> None:
        self._respond = respond
        self._is_at = is_at
        self._blocking = Blocking()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        body = _AsyncBody(self._respond(request), request)
        head = await body.next()
        assert isinstance(head, Head)
        return httpx.Response(head.status, headers=head.headers, stream=body)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        body = _SyncBody(self._respond(request), request, self._blocking)
        head = body.next()
        assert isinstance(head, Head)
        return httpx.Response(head.status, headers=head.headers, stream=body)

    @contextmanager
    def in_place_of_the_network(self) -> Iterator[None]:
        """Inside the block, requests of all clients of this package arrive here.

        Inside another server's block, requests to other addresses go to that server.
        """
        usual, usual_sync = HttpClient._transmit, SyncHttpClient._transmit
        is_first = usual is _TRANSMIT

        def is_for_another(client: HttpClient | SyncHttpClient, request: httpx.Request) -> bool:
            if isinstance(client._transport, FakeTransport):
                return True
            return not is_first and not self._is_at(request.url)

        async def transmit(client: HttpClient, request: httpx.Request) -> httpx.Response:
            if is_for_another(client, request):
                return await usual(client, request)
            response = await self.handle_async_request(request)
            response.request = request
            return response

        def transmit_sync(client: SyncHttpClient, request: httpx.Request) -> httpx.Response:
            if is_for_another(client, request):
                return usual_sync(client, request)
            response = self.handle_request(request)
            response.request = request
            return response

        with (
            patch.object(HttpClient, "_transmit", transmit),
            patch.object(SyncHttpClient, "_transmit", transmit_sync),
        ):
            yield


@contextmanager
def _as_httpx_has_it(request: httpx.Request) -> Iterator[None]:
    """Convert failures to errors of httpx's transports."""
    try:
        yield
    except TimeoutError:
        raise httpx.ReadTimeout("timed out", request=request) from None
    except RefusedError as refused:
        address = request.url.copy_with(userinfo=b"", raw_path=b"/")
        message = f"nothing listens at {address}{refused}"
        raise httpx.ConnectError(message, request=request) from None
    except CutError:
        message = "the in-memory server cut the connection"
        raise httpx.RemoteProtocolError(message, request=request) from None


def _time_left(request: httpx.Request) -> float | None:
    """Return the seconds that the next part may take: a call's deadline can change meanwhile."""
    timeout: float | None = request.extensions.get("timeout", {}).get("read")
    deadline: Deadline | None = request.extensions.get("deadline")
    return timeout if deadline is None else deadline.shorter(timeout)


class _AsyncBody(httpx.AsyncByteStream):
    def __init__(self, steps: Steps, request: httpx.Request) -> None:
        self._steps = steps
        self._request = request

    async def next(self) -> Head | bytes | None:
        """Return the next part of the body; None at the end."""
        with _as_httpx_has_it(self._request):
            async with asyncio.timeout(_time_left(self._request)):
                for step in self._steps:
                    if isinstance(step, Head | bytes):
                        return step
                    await self._take(step)
        return None

    async def _take(self, step: Pause | Advance | Wait) -> None:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return
        if step.run is not None:
            start(step.run)
        if isinstance(step, Advance):
            await asyncio.sleep(0)
            return
        limit = asyncio.timeout(step.seconds)
        try:
            async with limit:
                if step.run is None:
                    await asyncio.Event().wait()
                else:
                    await step.run.changes.wait_async(step.count)
        except TimeoutError:
            if not limit.expired():
                raise

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (sent := await self.next()) is not None:
            assert isinstance(sent, bytes)
            yield sent


class _SyncBody(httpx.SyncByteStream):
    def __init__(self, steps: Steps, request: httpx.Request, blocking: Blocking) -> None:
        self._steps = steps
        self._request = request
        self._blocking = blocking

    def next(self) -> Head | bytes | None:
        """Return the next part of the body; None at the end."""
        with _as_httpx_has_it(self._request):
            timeout = _time_left(self._request)
            end = None if timeout is None else time.monotonic() + timeout
            for step in self._steps:
                if isinstance(step, Head | bytes):
                    return step
                self._take(step, None if end is None else max(0, end - time.monotonic()))
        return None

    def _take(self, step: Pause | Advance | Wait, timeout: float | None) -> None:
        if isinstance(step, Pause):
            time.sleep(step.seconds if timeout is None else min(step.seconds, timeout))
            if timeout is not None and step.seconds > timeout:
                raise TimeoutError
        elif isinstance(step, Advance):
            self._blocking.advance(step.run, far=step.far)
        elif step.seconds is not None and (timeout is None or step.seconds < timeout):
            with suppress(TimeoutError):
                self._wait(step, step.seconds)
        else:
            self._wait(step, timeout)

    def _wait(self, step: Wait, timeout: float | None) -> None:
        if step.run is not None:
            self._blocking.wait(step.run, step.count, timeout)
        else:
            threading.Event().wait(timeout)
            raise TimeoutError

    def __iter__(self) -> Iterator[bytes]:
        while (sent := self.next()) is not None:
            assert isinstance(sent, bytes)
            yield sent
