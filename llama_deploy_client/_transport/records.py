"""TLS details that `ssl` does not expose: the ends of records, the meaning of alerts. No I/O."""

from __future__ import annotations

import re
import ssl

_REFUSAL = re.compile(
    "ALERT_(.*CERTIFICATE.*|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE|DECRYPT_ERROR)"
)
_HEADER = 5
"""Size of the header of a record: type, version, and length in the last two bytes."""


class Records:
    """Tracks where in a record the incoming bytes end; OpenSSL hides an unfinished record."""

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
    """Return whether the other side refused the handshake; in TLS 1.3, that can come late.

    It has not read any of a request then.
    """
    return _REFUSAL.search(_reason(error)) is not None


def is_end(error: ssl.SSLError) -> bool:
    """Return whether an error means the end of the stream, announced or not."""
    ended = isinstance(error, ssl.SSLZeroReturnError | ssl.SSLEOFError)
    return ended or _reason(error) == "UNEXPECTED_EOF_WHILE_READING"


def _reason(error: ssl.SSLError) -> str:
    return getattr(error, "reason", None) or ""  # only OpenSSL's own errors have one
