"""What TLS does not tell by itself: where its records end, and what an alert means. No I/O."""

from __future__ import annotations

import re
import ssl

_REFUSAL = re.compile(
    "ALERT_(.*CERTIFICATE.*|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE|DECRYPT_ERROR)"
)
_HEADER = 5
"""Bytes before each record: its type, the version, and in the last two its length."""


class Records:
    """Where in a record the incoming bytes end. OpenSSL keeps an unfinished one to itself."""

    def __init__(self) -> None:
        self._header = b""
        self._missing = 0

    @property
    def unfinished(self) -> bool:
        return bool(self._header or self._missing)

    def feed(self, received: bytes) -> None:
        at = 0
        while at < len(received):
            if self._missing:
                step = min(self._missing, len(received) - at)
                self._missing -= step
            else:
                step = min(_HEADER - len(self._header), len(received) - at)
                self._header += received[at : at + step]
                if len(self._header) == _HEADER:
                    self._missing = int.from_bytes(self._header[3:])
                    self._header = b""
            at += step


def is_refusal(error: ssl.SSLError) -> bool:
    """Whether the other side ended the handshake: with TLS 1.3 it may say so after our part of it.

    It has read nothing of a request then.
    """
    return _REFUSAL.search(_reason(error)) is not None


def is_end(error: ssl.SSLError) -> bool:
    """Whether there is no more to read, announced or not."""
    ended = isinstance(error, ssl.SSLZeroReturnError | ssl.SSLEOFError)
    return ended or _reason(error) == "UNEXPECTED_EOF_WHILE_READING"


def _reason(error: ssl.SSLError) -> str:
    return getattr(error, "reason", None) or ""  # OpenSSL's own alone have one
