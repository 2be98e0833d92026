"""What the transport and those who use it agree on."""

from __future__ import annotations

import httpx

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing on the server, so that sending twice does no harm."""


class ProxyFailedError(httpx.ProxyError):
    """The proxy cannot be used, or led to no server. Nothing reached the server.

    Attributes:
        status: what the proxy answered; None where it did not.
        lasting: whether another try would fail alike.
    """

    def __init__(self, message: str, *, status: int | None = None, lasting: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.lasting = lasting


class TransportClosedError(RuntimeError):
    """A transport was used after it was closed."""

    def __init__(self) -> None:
        super().__init__("the transport was closed")
