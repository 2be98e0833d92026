"""What somebody may have meant by an unknown name. Light, because completion imports it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

OTHER_NAMES = {
    "url": "api_server_url",
    "base_url": "api_server_url",
    "host": "api_server_url",
    "server": "api_server_url",
    "insecure": "disable_ssl",
    "verify": "disable_ssl",
    "api_key": "token",
    "password": "token",
    "cert": "client_cert",
    "retries": "max_retries",
}
"""What other clients call settings."""


def suggestion(name: str, known: Iterable[str], other_names: Mapping[str, str] = {}) -> str:
    """Return ` (did you mean 'this'?)`, or "" if no known name is close.

    Args:
        name: an unknown name.
        known: the known ones.
        other_names: names that other tools use, with the known name of each.
    """
    import difflib  # imported late, for errors only

    known = sorted(known)
    plain = name.lower().replace("-", "_")
    close = [
        *filter(None, [other_names.get(plain)]),
        *difflib.get_close_matches(plain, known, n=1),
        *(each for each in known if len(plain) > 2 and plain in each.split("_")),
    ]
    return f" (did you mean {close[0]!r}?)" if close else ""
