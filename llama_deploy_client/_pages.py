"""Web pages in place of a response: their text without markup. No I/O."""

from __future__ import annotations

import re
from html import unescape

START = 4096
"""The number of characters of a page that are read."""

_PAGE = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(<!--.{0,1000}?-->\s*)?<(!doctype\s+html|html|head|title|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_TITLE = re.compile(r"<title\b[^>]*>([^<]*)", re.IGNORECASE)
_MARKUP = re.compile(r"<(script|style)\b.*?(</\1[^>]*>?|\Z)|<!--.*?(-->|\Z)|<[^>]*>?", re.I | re.S)


def is_page(text: str) -> bool:
    """Return whether a text is HTML."""
    return _PAGE.match(text) is not None


def title(page: str) -> str:
    """Return the title of a page, or ""."""
    match = _TITLE.search(page[:START])
    return " ".join(unescape(match[1]).split()) if match else ""


def words(page: str) -> str:
    """Return the title of a page, or else its text."""
    return title(page) or " ".join(unescape(_MARKUP.sub(" ", page[:START])).split())
