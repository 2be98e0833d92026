"""The in-memory server as an ASGI application, so that an ASGI server can give it a port."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

import httpx

from .server import FakeServer

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ConnectionEndsError(Exception):
    """Makes the ASGI server close the connection."""


class Application:
    """Responds to requests at a port of a `FakeServer`, whose URLs have that port.

    Like LlamaDeploy, it closes the connection after a 500 without announcing it.
    """

    def __init__(self, server: FakeServer) -> None:
        self._server = server

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Respond to one request."""
        if scope["type"] != "http":
            return
        request = await _request(scope, receive)
        responding = asyncio.ensure_future(self._respond(request, send))
        disconnecting = asyncio.ensure_future(_until_disconnected(receive))
        try:
            await asyncio.wait({responding, disconnecting}, return_when=asyncio.FIRST_COMPLETED)
            if responding.done():
                responding.result()
        finally:
            for task in (responding, disconnecting):
                task.cancel()
            await asyncio.gather(responding, disconnecting, return_exceptions=True)

    async def _respond(self, request: httpx.Request, send: Send) -> None:
        try:
            response = await self._server.transport.handle_async_request(request)
            status, headers = response.status_code, response.headers.raw
            await send({"type": "http.response.start", "status": status, "headers": headers})
            assert isinstance(response.stream, httpx.AsyncByteStream)
            async for chunk in response.stream:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except httpx.TransportError as error:
            raise ConnectionEndsError from error
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ConnectionEndsError


async def _request(scope: Message, receive: Receive) -> httpx.Request:
    """Build the request of a scope, with the address at which it arrived."""
    content = b""
    more = True
    while more:
        message = await receive()
        content += message.get("body", b"")
        more = message.get("more_body", False)
    host, port = scope["server"]
    target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    url = httpx.URL(scheme="http", host=host, port=port, raw_path=target)
    return httpx.Request(scope["method"], url, headers=scope["headers"], content=content)


async def _until_disconnected(receive: Receive) -> None:
    """Wait until the client has disconnected."""
    while (await receive())["type"] != "http.disconnect":
        pass
