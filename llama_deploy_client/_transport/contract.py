"""What the transport and those who use it agree on."""

from __future__ import annotations

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing on the server, so that sending twice does no harm."""


class TransportClosedError(RuntimeError):
    """A transport was used after it was closed."""

    def __init__(self) -> None:
        super().__init__("the transport was closed")
