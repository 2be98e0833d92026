"""The connection pools, as an httpx transport."""

from __future__ import annotations

import ssl
from collections.abc import Callable

import httpx

from ..contract import TransportClosedError
from ..deadline import Deadline
from ..mocks import foreign_methods, is_mocked
from ..proxies import find_proxy
from ..threads import aside_async
from .connection import Route
from .pool import Exchange, Lane, Pool

_WAY = (httpx.AsyncClient, httpx.AsyncHTTPTransport)
"""The httpx classes that a request passes through, before a test replaces one."""


class LaneTransport(httpx.AsyncBaseTransport):
    """A pool for each origin.

    A request's extensions hold its `deadline` (a `Deadline`) and whether its response is a `stream`
    (a bool).
    """

    def __init__(
        self,
        *,
        tls: Callable[[], ssl.SSLContext],
        max_connections: int,
        proxy: str | None,
        trust_env: bool = True,
    ) -> None:
        self._tls = tls
        self._max_connections = max_connections
        self._proxy = proxy
        self._trust_env = trust_env
        self._pools: dict[tuple[str, str, int | None], Pool] = {}
        self._stand_ins: dict[tuple[str, type], httpx.AsyncClient] = {}
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if is_mocked(*_WAY):
            return await self._mocked(request)
        deadline = request.extensions.get("deadline") or Deadline(None)
        stream = request.extensions.get("stream", False)
        pool = await self._pool(request.url, deadline)
        if pool.proxy is not None:  # for error messages about the request
            request.extensions["proxy"] = str(pool.proxy)
        exchange = Exchange(pool, await pool.lease(deadline, stream=stream))
        try:
            return await exchange.send(request, deadline, stream=stream)
        except BaseException:
            await exchange.aclose()
            raise

    async def _mocked(self, request: httpx.Request) -> httpx.Response:
        client = self._stand_in(request.url.scheme)
        replaced = foreign_methods(httpx.AsyncClient)
        verb = request.method.lower()
        if replaced & {verb, "request"}:  # httpx's functions call these before `send`
            content = await request.aread()
            body = {"content": content} if content else {}
            ask = getattr(client, verb)
            response: httpx.Response = await ask(request.url, headers=request.headers, **body)
            return response
        if replaced:
            return await client.send(request, stream=True)
        # Not `send`, which rejects redirects to invalid URLs. httpx has no public method below it.
        return await client._transport_for_url(request.url).handle_async_request(request)

    def _stand_in(self, scheme: str) -> httpx.AsyncClient:
        """Return httpx's own client, in which a test has replaced a method."""
        kind = httpx.AsyncHTTPTransport  # a test may have replaced the class
        if (scheme, kind) not in self._stand_ins:
            tls = self._tls() if scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            transport = kind(verify=tls, trust_env=False)
            self._stand_ins[scheme, kind] = httpx.AsyncClient(transport=transport, trust_env=False)
        return self._stand_ins[scheme, kind]

    async def aclose(self) -> None:
        self._closed = True
        for pool in list(self._pools.values()):  # another thread may add a pool
            await pool.aclose()
        for client in self._stand_ins.values():
            await client.aclose()

    async def _pool(self, url: httpx.URL, deadline: Deadline) -> Pool:
        key = (url.scheme, url.host, url.port)
        pool = self._pools.get(key)
        if pool is None:
            proxy = find_proxy(self._proxy, url, trust_env=self._trust_env)
            secure = "https" in (url.scheme, proxy and proxy.url.scheme)
            # Reading authorities takes long.
            tls = await aside_async(self._tls, deadline) if secure else None
            route = Route(url.copy_with(userinfo=b""), proxy, tls)
            pool = Pool(lambda: Lane(route), self._max_connections, proxy)
            pool = self._pools.setdefault(key, pool)
        if self._closed:  # checked last, because nobody closes a pool added after closing
            raise TransportClosedError
        return pool
