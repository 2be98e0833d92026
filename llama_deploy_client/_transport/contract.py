"""Names that the transport shares with its users."""

from __future__ import annotations

import httpx

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing on the server, so that sending twice does no harm."""


class ProxyFailedError(httpx.ProxyError):
    """The proxy cannot be used, or reached no server. Nothing was sent to the server.

    Attributes:
        status: the status of the proxy's response; None without one.
        lasting: whether a retry would fail the same way.
    """

    def __init__(self, message: str, *, status: int | None = None, lasting: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.lasting = lasting


class TransportClosedError(RuntimeError):
    """A transport was used after it was closed."""

    def __init__(self) -> None:
        super().__init__("the transport was closed")
