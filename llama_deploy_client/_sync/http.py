# Made by `make generate` from llama_deploy_client/_async/http.py: do not edit.
"""Requests over a transport: what httpx's client does, less what LlamaDeploy has no use for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import httpx

from ..errors import MalformedResponseError

Hook = Callable[..., Any]
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
        self, transport: httpx.BaseTransport, event_hooks: Mapping[str, Sequence[Hook]]
    ) -> None:
        self._request_hooks = event_hooks.get("request", ())
        self._response_hooks = event_hooks.get("response", ())
        self._transport = transport
        self._headers = httpx.Client(transport=transport).headers

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

    def send(
        self, request: httpx.Request, *, stream: bool, auth: httpx.Auth | None
    ) -> httpx.Response:
        """The response, its body not yet read."""
        assert stream
        if auth is None:
            return self._exchange(request)
        flow = auth.sync_auth_flow(request)
        try:
            request = next(flow)
            while True:
                response = self._exchange(request)
                try:
                    request = flow.send(response)
                except StopIteration:
                    return response
                except BaseException:
                    response.close()
                    raise
                response.close()
        finally:
            flow.close()

    def _exchange(self, request: httpx.Request) -> httpx.Response:
        for hook in self._request_hooks:
            _run(hook, request)
        response = self._transmit(request)
        try:
            for hook in self._response_hooks:
                _run(hook, response)
        except BaseException:
            response.close()
            raise
        return response

    def _transmit(self, request: httpx.Request) -> httpx.Response:
        response = self._transport.handle_request(request)
        response.request = request
        return response

    def close(self) -> None:
        self._transport.close()


def _run(hook: Hook, subject: httpx.Request | httpx.Response) -> None:
    try:
        hook(subject)
    except Exception as error:
        raise HookError(error) from None


def read_body(response: httpx.Response, limit: int) -> None:
    """Read the whole body. However that ends, the connection is given back.

    Raises:
        MalformedResponseError: it has more than `limit` bytes.
    """
    body = response.stream
    response.stream = _Bounded(response, limit)
    try:
        response.read()
    finally:
        response.close()
        response.stream = body  # in a circle, the response would be kept until that is collected


class _Bounded(httpx.SyncByteStream):
    """The body of a response, up to a limit; httpx would read any amount."""

    def __init__(self, response: httpx.Response, limit: int) -> None:
        assert isinstance(response.stream, httpx.SyncByteStream)
        self._response = response
        self._body = response.stream
        self._limit = limit

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._body:
            size += len(chunk)
            if size > self._limit:
                message = f"its body is longer than {self._limit} bytes, the max_response_size"
                raise MalformedResponseError(message, response=self._response)
            yield chunk

    def close(self) -> None:
        self._body.close()


@lru_cache(maxsize=256)
def _parse(url: str) -> httpx.URL:
    """`url` parsed once: a program asks a few URLs again and again, a poll above all."""
    return httpx.URL(url)
