"""URLs that people wrote: read without an error that quotes a password. No I/O."""

from __future__ import annotations

import httpx

URL_HINT = "In a password, write / ? # @ as %2F %3F %23 %40"
"""What may be wrong with an invalid URL."""


def parse_url(text: str) -> httpx.URL | None:
    """The URL with a host in `text`, if it is one.

    `http://me:1/2@host` does not count as one. By the standard it is a path on the server `me`.
    Probably it was meant as a password with a slash, which must not be shown as a path.
    """
    try:
        url = httpx.URL(text)
        named = url.host  # which may be refused as well
    except (httpx.InvalidURL, UnicodeError):  # its message quotes the URL
        return None
    is_port = url.port is None or 0 < url.port < 65536
    is_whole = b"@" not in url.raw_path and "@" not in url.fragment
    return url if named and is_port and is_whole else None


def show_url(text: str) -> str:
    """As much of what may be a URL as can be shown: a password can hold any character."""
    return text.rpartition("@")[2]
