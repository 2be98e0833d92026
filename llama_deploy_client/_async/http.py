"""Requests over a transport: httpx's client without redirects and cookies."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

import httpx

from .._texts import shorten
from .._transport.clock import monotonic
from .._transport.contract import TransportClosedError
from ..errors import AuthenticationError, ClientClosedError, MalformedResponseError

Hook = Callable[..., Awaitable[Any]]
"""A user's function that is called with each request, or with each response."""


class HookError(Exception):
    """Carries an error of a hook past the code that handles connection errors."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


class HttpClient:
    """Builds requests and sends them, with authentication, but without redirects and cookies.

    Its methods are those of httpx's client, so that either can be used. There, redirects and
    cookies take a quarter of the time of a call.
    """

    auth: httpx.Auth | None = None

    def __init__(
        self, transport: httpx.AsyncBaseTransport, event_hooks: Mapping[str, Sequence[Hook]]
    ) -> None:
        self._request_hooks = event_hooks.get("request", ())
        self._response_hooks = event_hooks.get("response", ())
        self._transport = transport
        self._headers = httpx.AsyncClient(transport=transport).headers
        # A program uses few URLs many times, most of all when it polls. They may hold credentials,
        # so the cache belongs to the client.
        self._parse = lru_cache(maxsize=256)(httpx.URL)

    def build_request(
        self,
        method: str,
        url: str,
        *,
        timeout: float | None,
        extensions: Mapping[str, Any],
        headers: Mapping[str, str],
        **content: Any,
    ) -> httpx.Request:
        """Build a request with these headers and httpx's own. Times are in seconds."""
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), timeout)
        request = httpx.Request(
            method,
            self._parse(url),
            headers=self._headers,
            extensions={"timeout": timeouts, **extensions},
            **content,
        )
        if headers:
            request.headers.update(headers)
        return request

    async def send(
        self, request: httpx.Request, *, stream: bool, auth: httpx.Auth | None
    ) -> httpx.Response:
        """Send a request and return the response, its body not yet read."""
        assert stream
        if auth is None:
            return await self._exchange(request)
        flow = auth.async_auth_flow(request)
        try:
            request = await anext(flow)
            while True:
                response = await self._exchange(request)
                try:
                    request = await flow.asend(response)
                except StopAsyncIteration:
                    return response
                except BaseException:
                    await response.aclose()
                    raise
                await response.aclose()
        finally:
            await flow.aclose()

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        for hook in self._request_hooks:
            await _run(hook, request)
        response = await self._transmit(request)
        try:
            for hook in self._response_hooks:
                await _run(hook, response)
        except BaseException:
            await response.aclose()
            raise
        return response

    async def _transmit(self, request: httpx.Request) -> httpx.Response:
        began = monotonic()
        try:
            response = await self._transport.handle_async_request(request)
        except TransportClosedError:
            raise ClientClosedError("the client was closed") from None
        response.request = request
        response.elapsed = timedelta(seconds=monotonic() - began)
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()


async def _run(hook: Hook, subject: httpx.Request | httpx.Response) -> None:
    try:
        await hook(subject)
    except Exception as error:
        raise HookError(error) from None


class BoundedAuth(httpx.Auth):
    """An authentication whose own requests have the limits of the call that they belong to.

    Args:
        auth: may send requests of its own, for example for a token, and read the responses.
        limit: largest size of a response to these requests, in bytes.
    """

    def __init__(self, auth: httpx.Auth, limit: int) -> None:
        self._auth = auth
        self._limit = limit

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        flow = self._auth.async_auth_flow(request)
        try:
            outgoing: httpx.Request | None = await anext(flow)
            while outgoing is not None:
                if outgoing is not request:
                    outgoing.extensions.update(request.extensions, stream=False)
                response = yield outgoing
                body = response.stream
                response.stream = _Bounded(response, self._limit)
                outgoing = await self._next(flow, response)
                response.stream = body
        finally:
            await flow.aclose()

    async def _next(
        self, flow: AsyncGenerator[httpx.Request, httpx.Response], response: httpx.Response
    ) -> httpx.Request | None:
        """Return the request to send after `response`, or None if that is the final one."""
        try:
            return await flow.asend(response)
        except StopAsyncIteration:
            return None
        except _CHALLENGE_ERRORS as error:
            if not isinstance(self._auth, httpx.DigestAuth):
                raise
            await response.aread()
            why = shorten(f"{type(error).__name__}: {error}")
            hint = f"The server's Digest challenge cannot be answered: {why}"
            raise AuthenticationError(response, hint=hint) from None


_CHALLENGE_ERRORS = (httpx.ProtocolError, ValueError, LookupError, NotImplementedError)
"""Errors of httpx's `DigestAuth` for a challenge that is malformed or of an unknown kind."""


async def read_body(response: httpx.Response, limit: int, *, or_its_start: bool = False) -> None:
    """Read the whole body and release the connection, also after an error.

    Args:
        response: the response to read.
        limit: largest size of the body, in bytes.
        or_its_start: of a longer body, read the first `limit` bytes instead of raising.

    Raises:
        MalformedResponseError: the body is longer.
    """
    body = response.stream
    assert isinstance(body, httpx.AsyncByteStream)
    allowance = _Allowance(response, limit)
    pieces = []
    try:
        async for piece in body:
            if or_its_start and len(piece) > allowance.remaining:
                pieces.append(piece[: allowance.remaining])
                break
            pieces.append(allowance.take(piece))
    finally:
        await body.aclose()
    # Not `response.aread()`: its three extra generators take a fifth of the time of a call.
    response.stream = httpx.ByteStream(b"".join(pieces))
    response.read()


class _Allowance:
    """The number of bytes that may still come; httpx would read any number."""

    def __init__(self, response: httpx.Response, limit: int) -> None:
        self.remaining = limit
        self._response = response
        self._limit = limit

    def take(self, piece: bytes) -> bytes:
        """Count a piece of the body.

        Raises:
            MalformedResponseError: the limit is exceeded.
        """
        self.remaining -= len(piece)
        if self.remaining < 0:
            message = f"its body is longer than {self._limit} bytes, the max_response_size"
            raise MalformedResponseError(message, response=self._response)
        return piece


class _Bounded(httpx.AsyncByteStream):
    """The body of a response, up to a limit."""

    def __init__(self, response: httpx.Response, limit: int) -> None:
        assert isinstance(response.stream, httpx.AsyncByteStream)
        self._body = response.stream
        self._allowance = _Allowance(response, limit)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._body:
            yield self._allowance.take(piece)

    async def aclose(self) -> None:
        await self._body.aclose()
