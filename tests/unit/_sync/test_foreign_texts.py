# Made by `make generate` from tests/unit/_async/test_foreign_texts.py: do not edit.
"""Texts of a server in messages are short, on one line, and nothing that a terminal would obey."""

from __future__ import annotations

import json
import traceback
from typing import Any

import httpx
import pytest
import respx
from pydantic import BaseModel

from llama_deploy_client import (
    EventMismatchError,
    LlamaDeployError,
    MalformedResponseError,
    ReceivedEvent,
    ServerError,
)
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._texts import harmless, on_one_line, shorten

from .calls import deployment, session, task
from .streaming import received, streamed

HOSTILE = "\x1b[2J\x9b31m\x07\r\x7f\u202eevil\u2066\u200f\u2028\ud83d\ufeff" + "x" * 100_000
OBEYED = "\x1b\x9b\x07\r\x7f\u202e\u2066\u200f\u2028\ud83d\ufeff\n"
IN_A_HEADER = "\x1b[2J\x9b31m\x7f" + "x" * 10_000
LONGEST = 2000


class Ask(BaseModel):
    model_config = {"extra": "forbid"}
    number: int


def check(error: BaseException) -> None:
    """It and all that it came of, as a traceback shows them."""
    assert isinstance(error, LlamaDeployError)
    each: BaseException | None = error
    while each is not None:
        assert len(str(each)) < LONGEST
        assert not set(str(each)) & set(OBEYED)
        each = each.__cause__ or each.__context__
    assert len("".join(traceback.format_exception_only(error))) < LONGEST


def line(value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


def raw(name: str, value: Any) -> bytes:
    return line({"__is_pydantic": True, "value": value, "qualified_name": name})


BODIES = {
    "a detail": {"detail": HOSTILE},
    "an object": {HOSTILE: HOSTILE},
    "a list": [HOSTILE],
    "a detail of many": {"detail": [HOSTILE] * 9},
    "problems": {"detail": [{"loc": ["body", HOSTILE] * 9, "msg": HOSTILE}] * 9},
}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        *((400, body) for body in BODIES),
        *((status, "problems") for status in (401, 404, 418, 422, 500)),
    ],
)
def test_of_an_error_status(
    client: SyncClient, wire: respx.MockRouter, status: int, body: str
) -> None:
    for content in (
        json.dumps(BODIES[body]).encode(),
        HOSTILE.encode(errors="replace"),
        b"\x1b\x80" * 999,
    ):
        wire.get().respond(status, content=content)
        with pytest.raises(LlamaDeployError) as caught:
            client.apiserver.deployments.list()
        check(caught.value)


@pytest.mark.parametrize(
    "start", ["http://h/", "", "//", "http://h:\x1b", "\x1b://", "http://\x9b/"]
)
def test_of_a_redirect(client: SyncClient, wire: respx.MockRouter, start: str) -> None:
    location = start.encode("latin-1") + IN_A_HEADER.encode("latin-1")
    wire.get().respond(302, headers=[(b"Location", location)])
    with pytest.raises(LlamaDeployError) as caught:
        client.apiserver.deployments.list()
    check(caught.value)


def test_of_a_header(client: SyncClient, wire: respx.MockRouter) -> None:
    encoding = IN_A_HEADER.encode("latin-1")
    response = httpx.Response(200, headers=[(b"Content-Encoding", encoding)], stream=None)
    wire.get().mock(return_value=response)
    with pytest.raises(MalformedResponseError) as caught:
        client.apiserver.deployments.list()
    check(caught.value)


@pytest.mark.parametrize(
    "kind",
    [httpx.ReadError, httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError],
)
def test_of_an_error_of_a_transport(
    client: SyncClient, wire: respx.MockRouter, kind: type[httpx.RequestError]
) -> None:
    error = kind(f"400 {HOSTILE}")
    error.__cause__ = ValueError(HOSTILE)
    wire.get().mock(side_effect=error)
    with pytest.raises(LlamaDeployError) as caught:
        client.with_options(max_retries=0).apiserver.deployments.list()
    check(caught.value)


def test_of_an_answer_that_does_not_fit(client: SyncClient, wire: respx.MockRouter) -> None:
    for content in (
        line({HOSTILE: 1}),
        line({"paths": {HOSTILE: 1}}),
        line({"paths": {"/deployments/": 1}}),
        HOSTILE.encode(errors="replace"),
        b"[\x1b" * 1000,
    ):
        wire.get().respond(content=content)
        with pytest.raises(MalformedResponseError) as caught:
            client.apiserver.generation()
        check(caught.value)
        with pytest.raises(MalformedResponseError) as caught:
            client.core.settings()
        check(caught.value)


def test_of_an_error_in_a_stream(client: SyncClient, wire: respx.MockRouter) -> None:
    wire.get(path__regex="/result_stream$").mock(
        side_effect=lambda _: streamed(line({"error": HOSTILE}))
    )
    with pytest.raises(LlamaDeployError) as caught:
        received(session(client).get_task_result_stream("t"), [])
    check(caught.value)


def test_of_a_line_that_is_invalid(client: SyncClient, wire: respx.MockRouter) -> None:
    wire.get().mock(return_value=streamed(HOSTILE.encode(errors="replace") + b"\n"))
    with pytest.raises(MalformedResponseError) as caught:
        received(task(client).events(), [])
    check(caught.value)


def test_of_a_stream_that_broke(client: SyncClient, wire: respx.MockRouter) -> None:
    wire.get().mock(return_value=streamed(httpx.ReadError(HOSTILE)))
    with pytest.raises(LlamaDeployError) as caught:
        received(task(client.with_options(max_retries=0)).events(), [])
    check(caught.value)


@pytest.mark.parametrize("value", [{HOSTILE: 1}, {"number": HOSTILE}, HOSTILE, {}])
def test_of_an_event_that_does_not_fit(
    client: SyncClient, wire: respx.MockRouter, value: Any
) -> None:
    with pytest.raises(EventMismatchError) as caught:
        ReceivedEvent(HOSTILE, value).parse_as(Ask)
    check(caught.value)
    wire.get().mock(return_value=streamed(raw("w.Ask", value), raw("w.StopEvent", {})))
    stream: Any = task(client).events(types=[Ask])
    with pytest.raises(EventMismatchError) as caught:
        next(stream)
    check(caught.value)
    assert (next(stream)).name == "StopEvent"


def test_of_a_body_in_any_charset(client: SyncClient, wire: respx.MockRouter) -> None:
    for charset in ("zlib", "idna", "rot13", "utf-7", "utf-16", "nothing", "base64", "hex"):
        headers = {"Content-Type": f"text/plain; charset={charset}"}
        wire.get(path="/status/metrics").respond(content=b"gr\xc3\xb6\xff", headers=headers)
        assert client.apiserver.metrics() == "grö\ufffd"
        wire.post().respond(500, content=b"gr\xc3\xb6\xff", headers=headers)
        with pytest.raises(ServerError, match="grö\ufffd") as caught:
            deployment(client).tasks.run({})
        assert caught.value.response.text == "grö\ufffd"


def test_of_a_long_error_the_start_is_read(client: SyncClient, wire: respx.MockRouter) -> None:
    wire.get().mock(return_value=httpx.Response(500, stream=streamed(*[b"[],"] * 100_000).stream))
    with pytest.raises(ServerError) as caught:
        client.apiserver.deployments.list()
    assert len(caught.value.response.content) == 64 * 1024


def test_what_a_person_wrote_stays() -> None:
    texts = ["grüße 🏔", "می‌خواهم", "👩‍👩‍👧", "a\tb\nc", "עברית", "日本語"]
    for text in texts:
        assert harmless(text) == text
    assert on_one_line(" a\t b\n\x1b[0m ") == "a b \\x1b[0m"
    assert shorten("\u202e\u206e") == "\\u202e\\u206e"
    assert shorten("\U000e0041") == "\\U000e0041"
