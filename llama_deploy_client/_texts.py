"""Texts of others, fit to be shown in messages of errors."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

import httpx

from ._pages import START, is_page, title, words

_SHOWN = 200
"""Characters of a foreign text (a body, a line) that a message shows."""

ERROR_BODY = 64 * 1024
"""Bytes of the body of an error that are read. A message shows a few of them."""

OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but for newline and tab
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb"  # of writing's direction
    "\U000e0000-\U000e007f"  # text that nobody sees
    "\ud800-\udfff]"  # halves of surrogate pairs, which cannot be written
)
"""What a terminal would obey, or cannot show."""


def harmless(text: str) -> str:
    """`text` with escapes in place of what a terminal would obey; newlines and tabs stay."""
    return OBEYED.sub(lambda found: ascii(found[0])[1:-1], text)


def on_one_line(text: str) -> str:
    """`text` on one line, with escapes in place of what a terminal would obey."""
    return harmless(" ".join(text.split()))


def shorten(text: str | bytes | bytearray) -> str:
    """The start of a foreign text on one line, fit for a message: the one way into messages."""
    if not isinstance(text, str):
        text = text[:START].decode("utf-8", "replace")
    if is_page(text) and (named := title(text)):
        text = f"a web page, {named!r}"
    text = on_one_line(text[: 4 * _SHOWN])
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def seconds(time: float | None) -> str:
    """A time in words that people read, to the millisecond."""
    return "any time" if time is None else f"{round(time, 3):g} s"


def without_credentials(url: httpx.URL | str) -> httpx.URL:
    """`url` without user name and password."""
    url = httpx.URL(url)
    return url.copy_with(userinfo=b"") if url.userinfo else url


def is_web_page(response: httpx.Response) -> bool:
    """Whether an answer says that it is HTML: LlamaDeploy sends none."""
    kind: str = response.headers.get("content-type", "")
    return kind.lower().startswith("text/html")


def gateway_of(response: httpx.Response) -> str:
    """What stands on the way to the server and may have answered in its place."""
    proxy = response.request.extensions.get("proxy")
    return f"The proxy {proxy}" if proxy else "A gateway between the client and it"


def phrase(status: int) -> str:
    """The standard name of a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(no standard status)"


def explanation(response: httpx.Response) -> str | None:
    """What was answered: FastAPI's `detail`, a web page's title, else the start of the body."""
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
    """What two spellings have in common, such as "Gateway Timeout" and "504 Gateway Time-out"."""
    return re.sub("[^a-z]", "", text.lower())


def _problem(problem: Any) -> str:
    """One entry of FastAPI's list of validation errors."""
    if isinstance(problem, dict) and isinstance(problem.get("loc"), list) and "msg" in problem:
        where = ".".join(str(part) for part in problem["loc"])
        return shorten(f"{where}: {problem['msg']}")
    return shorten(json.dumps(problem))
