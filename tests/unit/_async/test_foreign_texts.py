"""Texts of a server in messages are short, on one line, and without control characters."""

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
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._texts import harmless, on_one_line, shorten

from .calls import deployment, session, task
from .streaming import raw, received, streamed

HOSTILE = "\x1b[2J\x9b31m\x07\r\x7f\u202eevil\u2066\u200f\u2028\ud83d\ufeff" + "x" * 100_000
CONTROLS = "\x1b\x9b\x07\r\x7f\u202e\u2066\u200f\u2028\ud83d\ufeff\n"
IN_A_HEADER = ("\x1b[2J\x9b31m\x7f" + "x" * 10_000).encode("latin-1")
LONGEST = 2000


class Ask(BaseModel):
    model_config = {"extra": "forbid"}
    number: int


def check(error: BaseException) -> None:
    """Check it and everything that caused it, as a traceback shows them."""
    assert isinstance(error, LlamaDeployError)
    each: BaseException | None = error
    while each is not None:
        assert len(str(each)) < LONGEST
        assert not set(str(each)) & set(CONTROLS)
        each = each.__cause__ or each.__context__
    assert len("".join(traceback.format_exception_only(error))) < LONGEST


def line(value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


PROBLEMS = line({"detail": [{"loc": ["body", HOSTILE] * 9, "msg": HOSTILE}] * 9})
TEXT = HOSTILE.encode(errors="replace")
BODIES = {
    "a detail": line({"detail": HOSTILE}),
    "an object": line({HOSTILE: HOSTILE}),
    "a list": line([HOSTILE]),
    "a detail of many": line({"detail": [HOSTILE] * 9}),
    "problems": PROBLEMS,
    "text": TEXT,
    "bytes": b"\x1b\x80" * 999,
    "an unknown path": line({"paths": {HOSTILE: 1}}),
    "a wrong path": line({"paths": {"/deployments/": 1}}),
    "deep": b"[\x1b" * 1000,
}


@pytest.mark.parametrize(
    ("status", "body"),
    [*((400, body) for body in BODIES), *((status, "problems") for status in (401, 404, 418, 500))],
)
async def test_an_error_status(
    client: AsyncClient, wire: respx.MockRouter, status: int, body: str
) -> None:
    wire.get().respond(status, content=BODIES[body])
    with pytest.raises(LlamaDeployError) as caught:
        await client.apiserver.deployments.list()
    check(caught.value)


@pytest.mark.parametrize("body", BODIES)
async def test_a_body_that_does_not_fit(
    client: AsyncClient, wire: respx.MockRouter, body: str
) -> None:
    wire.get().respond(content=BODIES[body])
    for call in (client.apiserver.generation, client.core.settings):
        with pytest.raises(MalformedResponseError) as caught:
            await call()
        check(caught.value)


@pytest.mark.parametrize(
    "start", [b"http://h/", b"", b"//", b"http://h:\x1b", b"\x1b://", b"http://\x9b/"]
)
async def test_a_redirect(client: AsyncClient, wire: respx.MockRouter, start: bytes) -> None:
    wire.get().respond(302, headers=[(b"Location", start + IN_A_HEADER)])
    with pytest.raises(LlamaDeployError) as caught:
        await client.apiserver.deployments.list()
    check(caught.value)


async def test_a_header(client: AsyncClient, wire: respx.MockRouter) -> None:
    response = httpx.Response(200, headers=[(b"Content-Encoding", IN_A_HEADER)], stream=None)
    wire.get().mock(return_value=response)
    with pytest.raises(MalformedResponseError) as caught:
        await client.apiserver.deployments.list()
    check(caught.value)


@pytest.mark.parametrize(
    "kind", [httpx.ReadError, httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError]
)
async def test_an_error_of_a_transport(
    client: AsyncClient, wire: respx.MockRouter, kind: type[httpx.RequestError]
) -> None:
    error = kind(f"400 {HOSTILE}")
    error.__cause__ = ValueError(HOSTILE)
    wire.get().mock(side_effect=error)
    with pytest.raises(LlamaDeployError) as caught:
        await client.apiserver.deployments.list()
    check(caught.value)


@pytest.mark.parametrize(
    "piece", [line({"error": HOSTILE}), TEXT + b"\n", httpx.ReadError(HOSTILE)], ids=type
)
async def test_a_stream(
    client: AsyncClient, wire: respx.MockRouter, piece: bytes | Exception
) -> None:
    wire.get().mock(return_value=streamed(piece))
    with pytest.raises(LlamaDeployError) as caught:
        await received(session(client).get_task_result_stream("t"))
    check(caught.value)


@pytest.mark.parametrize(
    "value", [{HOSTILE: 1}, {"number": HOSTILE}, HOSTILE, {}], ids=["name", "value", "text", "none"]
)
async def test_an_event_that_does_not_fit(
    client: AsyncClient, wire: respx.MockRouter, value: Any
) -> None:
    with pytest.raises(EventMismatchError) as caught:
        ReceivedEvent(HOSTILE, value).parse_as(Ask)
    check(caught.value)
    wire.get().mock(return_value=streamed(raw("Ask", value), raw("StopEvent", {})))
    stream: Any = task(client).events(types=[Ask])
    with pytest.raises(EventMismatchError) as caught:
        await anext(stream)
    check(caught.value)
    assert (await anext(stream)).name == "StopEvent"


@pytest.mark.parametrize(
    "charset", ["zlib", "idna", "rot13", "utf-7", "utf-16", "nothing", "base64", "hex"]
)
async def test_a_body_is_utf8_whatever_charset_it_claims(
    client: AsyncClient, wire: respx.MockRouter, charset: str
) -> None:
    headers = {"Content-Type": f"text/plain; charset={charset}"}
    wire.get(path="/status/metrics").respond(content=b"gr\xc3\xb6\xff", headers=headers)
    assert await client.apiserver.metrics() == "grö\ufffd"
    wire.post().respond(500, content=b"gr\xc3\xb6\xff", headers=headers)
    with pytest.raises(ServerError, match="grö\ufffd") as caught:
        await deployment(client).tasks.run({})
    assert caught.value.response.text == "grö\ufffd"


async def test_only_the_start_of_a_long_error_is_read(
    client: AsyncClient, wire: respx.MockRouter
) -> None:
    response = streamed(*[b"[],"] * 100_000)
    response.status_code = 500
    wire.get().mock(return_value=response)
    with pytest.raises(ServerError) as caught:
        await client.apiserver.deployments.list()
    assert len(caught.value.response.content) == 64 * 1024


def test_what_a_person_wrote_stays() -> None:
    texts = ["grüße 🏔", "می‌خواهم", "👩‍👩‍👧", "a\tb\nc", "עברית", "日本語"]
    for text in texts:
        assert harmless(text) == text
    assert on_one_line(" a\t b\n\x1b[0m ") == "a b \\x1b[0m"
    assert shorten("\u202e\u206e") == "\\u202e\\u206e"
    assert shorten("\U000e0041") == "\\U000e0041"
