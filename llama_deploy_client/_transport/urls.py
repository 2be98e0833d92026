"""Parse URLs that people wrote, without errors that quote a password. No I/O."""

from __future__ import annotations

import httpx

URL_HINT = "In a password, write / ? # @ as %2F %3F %23 %40"
"""Advice for an invalid URL."""


def parse_url(text: str) -> httpx.URL | None:
    """Return the URL in `text`, or None if it is not one with a host.

    `http://me:1/2@host` does not count. By the standard, it is a path on the server `me`; probably
    it was meant as a password with a slash, which messages must not show as a path.
    """
    try:
        url = httpx.URL(text)
        host = url.host  # reading the port may fail as well
    except (httpx.InvalidURL, UnicodeError):  # its message quotes the URL
        return None
    is_port = url.port is None or 0 < url.port < 65536
    is_whole = b"@" not in url.raw_path and "@" not in url.fragment
    return url if host and is_port and is_whole else None


def show_url(text: str) -> str:
    """Return the part of a URL that is safe to show: a password can hold any character."""
    return text.rpartition("@")[2]
