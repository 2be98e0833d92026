"""Make foreign texts safe to show in messages."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

import httpx

from ._pages import START, is_page, title, words

_SHOWN = 200
"""How many characters of a foreign text (a body, a line) a message shows."""

ERROR_BODY = 64 * 1024
"""How many bytes of an error's body are read. A message shows a few of them."""

OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but for newline and tab
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb"  # text direction
    "\U000e0000-\U000e007f"  # invisible text
    "\ud800-\udfff]"  # halves of surrogate pairs, which cannot be encoded
)
"""Characters that a terminal would act on, or cannot show."""


def harmless(text: str) -> str:
    """Escape the characters that a terminal would act on, except newlines and tabs."""
    return OBEYED.sub(lambda match: ascii(match[0])[1:-1], text)


def on_one_line(text: str) -> str:
    """Put `text` on one line, and escape the characters that a terminal would act on."""
    return harmless(" ".join(text.split()))


def shorten(text: str | bytes | bytearray) -> str:
    """Return the start of a foreign text on one line, for a message. All messages use this."""
    if not isinstance(text, str):
        text = text[:START].decode("utf-8", "replace")
    if is_page(text) and (heading := title(text)):
        text = f"a web page, {heading!r}"
    text = on_one_line(text[: 4 * _SHOWN])
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def seconds(time: float | None) -> str:
    """Return a time as text, to the millisecond."""
    return "any time" if time is None else f"{round(time, 3):g} s"


def without_credentials(url: httpx.URL | str) -> httpx.URL:
    """Return `url` without user name and password."""
    url = httpx.URL(url)
    return url.copy_with(userinfo=b"") if url.userinfo else url


def is_web_page(response: httpx.Response) -> bool:
    """Return whether a response declares HTML, which LlamaDeploy never sends."""
    kind: str = response.headers.get("content-type", "")
    return kind.lower().startswith("text/html")


def gateway_of(response: httpx.Response) -> str:
    """Name the proxy or gateway that may have responded in place of the server."""
    proxy = response.request.extensions.get("proxy")
    return f"The proxy {proxy}" if proxy else "A gateway between the client and it"


def phrase(status: int) -> str:
    """Return the standard name of a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(unknown status)"


def explanation(response: httpx.Response) -> str | None:
    """Return a response's explanation: FastAPI's `detail`, a page's title, or the body's start."""
    try:
        body = json.loads(response.content[:ERROR_BODY])
    except (ValueError, RecursionError):
        start = response.content[:START].decode("utf-8", "replace")
        text = shorten(words(start) if is_page(start) else start)
        is_new = _letters(text) != _letters(phrase(response.status_code))
        return text if text and is_new else None
    detail = body.get("detail", body) if isinstance(body, dict) else body
    if isinstance(detail, list):
        return "; ".join(_problem(problem) for problem in detail[:5])
    return shorten(detail if isinstance(detail, str) else json.dumps(detail))


def _letters(text: str) -> str:
    """Reduce spellings to common letters: "Gateway Timeout" and "504 Gateway Time-out"."""
    return re.sub("[^a-z]", "", text.lower())


def _problem(problem: Any) -> str:
    """Return one entry of FastAPI's list of validation errors as text."""
    if isinstance(problem, dict) and isinstance(problem.get("loc"), list) and "msg" in problem:
        where = ".".join(str(part) for part in problem["loc"])
        return shorten(f"{where}: {problem['msg']}")
    return shorten(json.dumps(problem))
