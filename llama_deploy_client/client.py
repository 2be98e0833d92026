"""`Client`: the async client, with the blocking one as `client.sync`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self, Unpack

from ._async.client import AsyncClient
from ._async.sending import ClientOptions, Sender
from ._concurrency import PerProcess
from ._legacy import missing

if TYPE_CHECKING:
    from ._sync.client import SyncClient
    from ._sync.http import HttpClient


class Client(AsyncClient):
    """A client of LlamaDeploy's API server and control plane.

    Coroutines, event loops and threads can share it, and closing it is optional. Its options are
    the fields of `Settings`, as keyword arguments or environment variables, and `settings`,
    `transport`, `http_client` and `event_hooks`, as keyword arguments only.

    Examples:
        >>> client = Client(api_server_url="http://localhost:4501")
        >>> async def an_async_function():
        ...     return await client.apiserver.status()
        >>> def a_normal_function():
        ...     return client.sync.apiserver.status()
    """

    _sync_connections: PerProcess[HttpClient]
    _twins: dict[str, SyncClient]

    def _set_up(self, sender: Sender) -> None:
        super()._set_up(sender)
        self._sync_connections = PerProcess()
        self._twins = {}

    def with_options(self, **options: Unpack[ClientOptions]) -> Self:
        """Return a client with other options.

        It shares this client's connections, unless an option that belongs to a connection differs,
        such as a certificate, a proxy or the authentication.

        Raises:
            ValidationError: an option is not valid.

        Examples:
            >>> async def once(client):
            ...     return await client.with_options(max_retries=0).apiserver.status()
        """
        other = super().with_options(**options)
        if other._sender.shares_connections(self._sender):
            other._sync_connections = self._sync_connections
        return other

    @property
    def sync(self) -> SyncClient:
        """The same client with blocking methods. It is one object, and shares the settings.

        Raises:
            RuntimeError: an event loop is running in this thread; blocking methods would block it.
                Await the methods of this client, or use a `SyncClient`, which does not check this.
        """
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return self._twins.get("sync") or self._twins.setdefault("sync", self._make_twin())
        msg = (
            "You cannot use the sync client within an async event loop - "
            "just await the async methods directly."
        )
        raise RuntimeError(msg)

    def _make_twin(self) -> SyncClient:
        from ._sync.client import SyncClient
        from ._sync.sending import Means, Sender

        if self.http_client is not None:
            raise TypeError(
                "http_client is an httpx.AsyncClient, which the sync client cannot use: "
                "make a SyncClient(http_client=httpx.Client(...))"
            )
        if self.event_hooks:
            raise TypeError(
                "event_hooks are coroutine functions, which the sync client cannot call: "
                "make a SyncClient(event_hooks=...) with plain functions"
            )
        transport: Any = self.transport  # `Means` has checked that it is a transport of both sides
        means = Means(transport=transport)
        return SyncClient._of(Sender(self.settings, means, self._sync_connections))

    async def aclose(self) -> None:
        """Close all connections now, including those of `client.sync`."""
        for http in self._sync_connections.close():
            http.close()
        await super().aclose()


def __getattr__(name: str) -> Any:
    raise missing(__name__, name)
