"""Texts of others, fit to be shown in messages of errors."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import httpx

_SHOWN = 200
"""Characters of a foreign text (a body, a line) that a message shows."""


def shorten(text: str | bytes | bytearray) -> str:
    """The start of `text` on one line, fit for an error message."""
    if not isinstance(text, str):
        text = text[: 4 * _SHOWN].decode("utf-8", "replace")
    text = " ".join(text[: 4 * _SHOWN].split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def without_credentials(url: httpx.URL | str) -> httpx.URL:
    """`url` without user name and password."""
    url = httpx.URL(url)
    return url.copy_with(userinfo=b"") if url.userinfo else url


def phrase(status: int) -> str:
    """The standard name of a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(no standard status)"


def explanation(response: httpx.Response) -> str | None:
    """What the server said: FastAPI's `detail`, else the start of the body."""
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        text = shorten(response.content)
        return text if text and text != phrase(response.status_code) else None
    detail = body.get("detail", body) if isinstance(body, dict) else body
    if isinstance(detail, list):
        return "; ".join(_problem(problem) for problem in detail[:5])
    return shorten(detail if isinstance(detail, str) else json.dumps(detail))


def _problem(problem: Any) -> str:
    """One entry of FastAPI's list of validation errors."""
    if isinstance(problem, dict) and isinstance(problem.get("loc"), list) and "msg" in problem:
        where = ".".join(str(part) for part in problem["loc"])
        return shorten(f"{where}: {problem['msg']}")
    return shorten(json.dumps(problem))
