"""Clients that read the same bytes: this one's two sides, httpx, and http.client."""

from __future__ import annotations

import asyncio
import http.client
import re
import ssl
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, Self

import httpx

from llama_deploy_client._transport._async.transport import LaneTransport as AsyncLanes
from llama_deploy_client._transport._sync.transport import LaneTransport as SyncLanes
from llama_deploy_client._transport.deadline import Deadline

TIMEOUT = 60.0
"""Seconds for a call; nothing here should need it."""


@dataclass(frozen=True)
class Response:
    """What a client read."""

    status: int
    reason: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass(frozen=True)
class Refusal:
    """An error. Its text is for people: two refusals are alike."""

    text: str = field(compare=False)


Outcome = Response | Refusal


class Client(Protocol):
    """A client of one server, which may keep its connection for the next call."""

    def get(self, path: str) -> Outcome: ...


class Clients(Protocol):
    """Makes a client of the server at a URL."""

    def __call__(self, url: str, tls: ssl.SSLContext) -> AbstractContextManager[Client]: ...


def _request(url: str) -> httpx.Request:
    timeouts = httpx.Timeout(TIMEOUT).as_dict()
    extensions = {"deadline": Deadline(TIMEOUT), "timeout": timeouts}
    return httpx.Request("GET", url, extensions=extensions)


class OursAsync:
    """The async side of the transport, on a loop of its own."""

    def __init__(self, url: str, tls: ssl.SSLContext, *, proxy: str | None = None) -> None:
        self._url = url
        self._transport = AsyncLanes(tls=lambda: tls, max_connections=1, proxy=proxy)
        self._runner = asyncio.Runner()

    def get(self, path: str) -> Outcome:
        return self._runner.run(self._get(path))

    async def _get(self, path: str) -> Outcome:
        try:
            response = await self._transport.handle_async_request(_request(self._url + path))
            try:
                await response.aread()
            finally:
                await response.aclose()
        except httpx.TransportError as error:
            return _refusal(error)
        return _response(response)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._transport.aclose())
        self._runner.close()


class _Transport:
    """A blocking httpx transport."""

    def __init__(self, url: str, transport: httpx.BaseTransport) -> None:
        self._url = url
        self._transport = transport

    def get(self, path: str) -> Outcome:
        try:
            response = self._transport.handle_request(_request(self._url + path))
            try:
                response.read()
            finally:
                response.close()
        except httpx.TransportError as error:
            return _refusal(error)
        return _response(response)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._transport.close()


class OursSync(_Transport):
    """The blocking side of the transport."""

    def __init__(self, url: str, tls: ssl.SSLContext, *, proxy: str | None = None) -> None:
        super().__init__(url, SyncLanes(tls=lambda: tls, max_connections=1, proxy=proxy))


class Httpx(_Transport):
    """httpx over httpcore, which reads HTTP/1.1 with h11."""

    def __init__(self, url: str, tls: ssl.SSLContext, *, proxy: str | None = None) -> None:
        super().__init__(url, httpx.HTTPTransport(verify=tls, trust_env=False, proxy=proxy))


class HttpClient:
    """http.client, of the standard library."""

    def __init__(self, url: str, tls: ssl.SSLContext) -> None:
        parsed = httpx.URL(url)
        self._connection = http.client.HTTPConnection(parsed.host, parsed.port, timeout=TIMEOUT)

    def get(self, path: str) -> Outcome:
        try:
            self._connection.request("GET", path)
            with self._connection.getresponse() as response:
                body = response.read()
        # Odd lengths come out as bare errors: of `int()`, or of `read()`.
        except (http.client.HTTPException, OSError, ValueError, OverflowError) as error:
            self._connection.close()
            return _refusal(error)
        headers = tuple(
            _header(name.encode("latin-1"), value.encode("latin-1"))
            for name, value in response.headers.items()
        )
        return Response(response.status, response.reason.encode("latin-1").strip(), headers, body)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def _refusal(error: Exception) -> Refusal:
    return Refusal(f"{type(error).__name__}: {error}")


def _response(response: httpx.Response) -> Response:
    headers = tuple(_header(name, value) for name, value in response.headers.raw)
    reason = response.extensions["reason_phrase"].strip()
    return Response(response.status_code, reason, headers, response.content)


def _header(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A header without what clients are free to change: case, folds, and spaces around it."""
    name, value = name.lower(), re.sub(rb"[ \t\r\n]+", b" ", value).strip(b" \t")
    return name, value.lower() if name == b"transfer-encoding" else value


OURS: dict[str, Clients] = {"async": OursAsync, "blocking": OursSync}
OTHERS: dict[str, Clients] = {"httpx": Httpx, "http.client": HttpClient}
