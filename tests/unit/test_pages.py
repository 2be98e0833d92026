"""Web pages in place of responses: messages show their words, never their markup."""

from __future__ import annotations

import httpx
import pytest

from llama_deploy_client._failures import status_error
from llama_deploy_client._servers import API_SERVER
from llama_deploy_client._texts import shorten
from llama_deploy_client.errors import StatusError

NGINX = (
    b"<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n<body>\r\n"
    b"<center><h1>504 Gateway Time-out</h1></center>\r\n<hr><center>nginx</center></body></html>"
)
HAPROXY = b"<html><body><h1>503 Service Unavailable</h1>\nNo server is there.\n</body></html>\n"
CLOUDFLARE = (
    b"<!DOCTYPE html>\n<!--[if lt IE 7]> <html class='no-js ie6 oldie'> <![endif]-->\n"
    b"<head>\n<meta charset='utf-8'><title>a.example | 524: A timeout &amp; more</title>"
)


def error_of(status: int, page: bytes) -> StatusError:
    request = httpx.Request("GET", "http://one:1/x")
    return status_error(httpx.Response(status, content=page, request=request), API_SERVER)


@pytest.mark.parametrize(
    ("status", "page", "detail"),
    [
        (504, NGINX, None),
        (500, NGINX, "504 Gateway Time-out"),
        (503, HAPROXY, "503 Service Unavailable No server is there."),
        (524, CLOUDFLARE, "a.example | 524: A timeout & more"),
        (502, b"<?xml version='1.0'?>\n<!-- x -->\n<html><style>p {}</style><p>no", "no"),
        (502, b"<HTML><BODY></BODY></HTML>", None),
        (504, b"Gateway Timeout", None),
        (504, b"upstream request timeout", "upstream request timeout"),
        (500, b"1 < 2 > 0", "1 < 2 > 0"),
    ],
)
def test_an_error_shows_the_words_of_a_page(status: int, page: bytes, detail: str | None) -> None:
    error = error_of(status, page)
    assert error.detail == detail
    assert "<" not in str(error) or detail == "1 < 2 > 0"
    assert error.response.content == page


def test_a_page_is_shown_by_its_title() -> None:
    assert shorten(b"<html><head>\n<title>\n Sign in </title>") == "a web page, 'Sign in'"


@pytest.mark.parametrize("part", ["<!--", "<title ", "<script ", "<", "<?xml ", "<html "])
def test_no_page_takes_long(part: str) -> None:
    assert len(str(error_of(502, f"<html>{part * 100_000}".encode()))) < 500
    assert len(shorten((part * 100_000).encode())) < 500
