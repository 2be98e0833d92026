# Made by `make generate` from llama_deploy_client/_transport/_async/transport.py: do not edit.
"""The connection pools, as an httpx transport."""

from __future__ import annotations

import ssl
from collections.abc import Callable

import httpx

from ..contract import TransportClosedError
from ..deadline import Deadline
from ..mocks import foreign_methods, is_mocked
from ..proxies import find_proxy
from ..threads import aside_sync
from .connection import Route
from .pool import Exchange, Lane, Pool

_WAY = (httpx.Client, httpx.HTTPTransport)
"""The httpx classes that a request passes through, before a test replaces one."""


class LaneTransport(httpx.BaseTransport):
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
        self._stand_ins: dict[tuple[str, type], httpx.Client] = {}
        self._closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if is_mocked(*_WAY):
            return self._mocked(request)
        deadline = request.extensions.get("deadline") or Deadline(None)
        stream = request.extensions.get("stream", False)
        pool = self._pool(request.url, deadline)
        if pool.proxy is not None:  # for error messages about the request
            request.extensions["proxy"] = str(pool.proxy)
        exchange = Exchange(pool, pool.lease(deadline, stream=stream))
        try:
            return exchange.send(request, deadline, stream=stream)
        except BaseException:
            exchange.close()
            raise

    def _mocked(self, request: httpx.Request) -> httpx.Response:
        client = self._stand_in(request.url.scheme)
        replaced = foreign_methods(httpx.Client)
        verb = request.method.lower()
        if replaced & {verb, "request"}:  # httpx's functions call these before `send`
            content = request.read()
            body = {"content": content} if content else {}
            ask = getattr(client, verb)
            response: httpx.Response = ask(request.url, headers=request.headers, **body)
            return response
        if replaced:
            return client.send(request, stream=True)
        # Not `send`, which rejects redirects to invalid URLs. httpx has no public method below it.
        return client._transport_for_url(request.url).handle_request(request)

    def _stand_in(self, scheme: str) -> httpx.Client:
        """Return httpx's own client, in which a test has replaced a method."""
        kind = httpx.HTTPTransport  # a test may have replaced the class
        if (scheme, kind) not in self._stand_ins:
            tls = self._tls() if scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            transport = kind(verify=tls, trust_env=False)
            self._stand_ins[scheme, kind] = httpx.Client(transport=transport, trust_env=False)
        return self._stand_ins[scheme, kind]

    def close(self) -> None:
        self._closed = True
        for pool in list(self._pools.values()):  # another thread may add a pool
            pool.close()
        for client in self._stand_ins.values():
            client.close()

    def _pool(self, url: httpx.URL, deadline: Deadline) -> Pool:
        key = (url.scheme, url.host, url.port)
        pool = self._pools.get(key)
        if pool is None:
            proxy = find_proxy(self._proxy, url, trust_env=self._trust_env)
            secure = "https" in (url.scheme, proxy and proxy.url.scheme)
            # Reading authorities takes long.
            tls = aside_sync(self._tls, deadline) if secure else None
            route = Route(url.copy_with(userinfo=b""), proxy, tls)
            pool = Pool(lambda: Lane(route), self._max_connections, proxy)
            pool = self._pools.setdefault(key, pool)
        if self._closed:  # checked last, because nobody closes a pool added after closing
            raise TransportClosedError
        return pool
