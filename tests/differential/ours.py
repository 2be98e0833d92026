"""The transport under test: the only place that knows where it lives and how it is made."""

from __future__ import annotations

import ssl

import httpx

from llama_deploy_client._transport._async.transport import LaneTransport as AsyncLanes
from llama_deploy_client._transport._sync.transport import LaneTransport as SyncLanes
from llama_deploy_client._transport.deadline import Deadline
from llama_deploy_client._transport.http1 import ResponseParser

__all__ = ["ResponseParser", "async_transport", "request", "transport"]


def request(url: str, timeout: float) -> httpx.Request:
    """A GET that has to be done within `timeout` seconds."""
    return httpx.Request("GET", url, extensions={"deadline": Deadline(timeout)})


def async_transport(tls: ssl.SSLContext, *, proxy: str | None = None) -> AsyncLanes:
    return AsyncLanes(tls=lambda: tls, max_connections=1, proxy=proxy)


def transport(tls: ssl.SSLContext, *, proxy: str | None = None) -> SyncLanes:
    return SyncLanes(tls=lambda: tls, max_connections=1, proxy=proxy)
