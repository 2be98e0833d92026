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
        settings: the settings object; by default, one is made from the keyword arguments and the
            environment. Later changes to it apply to the client.
        transport: an httpx transport in place of the connection pool.
        http_client: an httpx client that does the sending, with its own pool, TLS, proxy and hooks.
            Its headers and authentication are sent where this client sets none. Closing this client
            does not close it.
        event_hooks: functions to call with each request before it is sent (`"request"`) and with
            each response before its body is read (`"response"`), as with httpx. Requests have all
            their headers by then, `Authorization` included.
        options: the fields of `Settings`, each by its name.
    """

    def _set_up(self, sender: Sender) -> None:
        super()._set_up(sender)
        if is_in_loop_async():  # imports in the first call would block the loop
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
