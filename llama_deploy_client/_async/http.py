"""Requests over a transport: what httpx's client does, less what LlamaDeploy has no use for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import httpx

from ..errors import MalformedResponseError

Hook = Callable[..., Awaitable[Any]]
"""What a user has called with each request, or with each response."""


class HookError(Exception):
    """A hook raised `error`: taken past all that explains errors of connections."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


class HttpClient:
    """Builds requests and sends them, with authentication, but without redirects and cookies.

    Its methods are those of httpx's client as far as they go, so that either can be used. In that
    one, what serves redirects and cookies is a quarter of what a call costs.
    """

    auth: httpx.Auth | None = None

    def __init__(
        self, transport: httpx.AsyncBaseTransport, event_hooks: Mapping[str, Sequence[Hook]]
    ) -> None:
        self._request_hooks = event_hooks.get("request", ())
        self._response_hooks = event_hooks.get("response", ())
        self._transport = transport
        self._headers = httpx.AsyncClient(transport=transport).headers

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
        """A request with these headers, beside those that httpx sends. Times are in seconds."""
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), timeout)
        request = httpx.Request(
            method,
            _parse(url),
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
        """The response, its body not yet read."""
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
        response = await self._transport.handle_async_request(request)
        response.request = request
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()


async def _run(hook: Hook, subject: httpx.Request | httpx.Response) -> None:
    try:
        await hook(subject)
    except Exception as error:
        raise HookError(error) from None


async def read_body(response: httpx.Response, limit: int) -> None:
    """Read the whole body. However that ends, the connection is given back.

    Raises:
        MalformedResponseError: it has more than `limit` bytes.
    """
    body = response.stream
    response.stream = _Bounded(response, limit)
    try:
        await response.aread()
    finally:
        await response.aclose()
        response.stream = body  # in a circle, the response would be kept until that is collected


class _Bounded(httpx.AsyncByteStream):
    """The body of a response, up to a limit; httpx would read any amount."""

    def __init__(self, response: httpx.Response, limit: int) -> None:
        assert isinstance(response.stream, httpx.AsyncByteStream)
        self._response = response
        self._body = response.stream
        self._limit = limit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._body:
            size += len(chunk)
            if size > self._limit:
                message = f"its body is longer than {self._limit} bytes, the max_response_size"
                raise MalformedResponseError(message, response=self._response)
            yield chunk

    async def aclose(self) -> None:
        await self._body.aclose()


@lru_cache(maxsize=256)
def _parse(url: str) -> httpx.URL:
    """`url` parsed once: a program asks a few URLs again and again, a poll above all."""
    return httpx.URL(url)
