"""The client, at the top of the graph of objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._concurrency import is_in_loop_async
from .base import BaseClient
from .sending import Sender

if TYPE_CHECKING:
    from .apiserver import ApiServer
    from .core import Core
    from .workflows import WorkflowCollection


class AsyncClient(BaseClient):
    """A client of LlamaDeploy's API server and control plane.

    Args:
        settings: the settings; those of the keyword arguments and of the environment unless given.
            Changes of theirs count for the client.
        transport: an httpx transport in place of the connection pool.
        http_client: an httpx client in place of everything that is about connections: pool, TLS,
            proxy and hooks. Its headers and its authentication are sent where this client has none
            of its own. It is not closed by this one.
        event_hooks: what to call with each request before it is sent (`"request"`), and with each
            response before its body is read (`"response"`), as httpx's clients do. Requests have
            all their headers by then, `Authorization` included.
        options: those of `Settings`, each by its name.
    """

    def _set_up(self, sender: Sender) -> None:
        super()._set_up(sender)
        if is_in_loop_async():  # else the first call would stall the loop with imports
            from . import apiserver, core, tasks  # noqa: F401

            sender.prepare()

    @property
    def apiserver(self) -> ApiServer:
        """The API server: its status and its deployments. Sends nothing."""
        from .apiserver import ApiServer

        return ApiServer(client=self, id="apiserver")

    @property
    def core(self) -> Core:
        """The control plane of 0.6 to 0.8: its services and sessions. Sends nothing."""
        from .core import Core

        return Core(client=self, id="core")

    @property
    def workflows(self) -> WorkflowCollection:
        """The workflows of a workflow server of llama-agents. Sends nothing. Experimental."""
        from .workflows import WorkflowCollection

        return WorkflowCollection(client=self)
