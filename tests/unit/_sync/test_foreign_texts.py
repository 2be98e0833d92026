# Made by `make generate` from tests/unit/_async/test_foreign_texts.py: do not edit.
"""Texts of a server in messages are short, on one line, and without control characters."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from itertools import repeat
from typing import Any

import httpx
import pytest
from pydantic import BaseModel
from respx import MockRouter

from llama_deploy_client import (
    EventMismatchError,
    LlamaDeployError,
    ReceivedEvent,
    ServerError,
)
from llama_deploy_client._sync.client import SyncClient
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


TARGETS = (b"http://h/", b"", b"//", b"http://h:\x1b", b"\x1b://", b"http://\x9b/")
ERRORS = (httpx.ReadError, httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError)
RESPONSES: dict[str, Any] = {
    **{f"400 with {name}": httpx.Response(400, content=body) for name, body in BODIES.items()},
    **{f"{code}": httpx.Response(code, content=PROBLEMS) for code in (401, 404, 418, 500)},
    **{
        f"a redirect to {target!r}": httpx.Response(
            302, headers=[(b"Location", target + IN_A_HEADER)]
        )
        for target in TARGETS
    },
    "an encoding": httpx.Response(200, headers=[(b"Content-Encoding", IN_A_HEADER)], stream=None),
    **{f"200 with {name}": httpx.Response(200, content=body) for name, body in BODIES.items()},
    **{kind.__name__: kind(f"400 {HOSTILE}") for kind in ERRORS},
}


@pytest.mark.parametrize("name", RESPONSES)
@pytest.mark.parametrize(
    "call",
    [lambda client: client.apiserver.generation(), lambda client: client.core.settings()],
    ids=["API server", "control plane"],
)
def test_a_call(
    client: SyncClient, wire: MockRouter, name: str, call: Callable[[SyncClient], Any]
) -> None:
    response = RESPONSES[name]
    if isinstance(response, Exception):
        response.__cause__ = ValueError(HOSTILE)
    wire.get().mock(side_effect=repeat(response))
    with pytest.raises(LlamaDeployError) as caught:
        call(client)
    check(caught.value)


@pytest.mark.parametrize(
    "piece",
    [line({"error": HOSTILE}), TEXT + b"\n", httpx.ReadError(HOSTILE)],
    ids=["an error of the server", "not JSON", "a cut"],
)
def test_a_stream(client: SyncClient, wire: MockRouter, piece: Any) -> None:
    wire.get().mock(return_value=streamed(piece))
    with pytest.raises(LlamaDeployError) as caught:
        received(session(client).get_task_result_stream("t"))
    check(caught.value)


@pytest.mark.parametrize(
    "value", [{HOSTILE: 1}, {"number": HOSTILE}, HOSTILE, {}], ids=["name", "value", "text", "none"]
)
def test_an_event_of_another_shape(client: SyncClient, wire: MockRouter, value: Any) -> None:
    with pytest.raises(EventMismatchError) as caught:
        ReceivedEvent(HOSTILE, value).parse_as(Ask)
    check(caught.value)
    wire.get().mock(return_value=streamed(raw("Ask", value), raw("StopEvent", {})))
    stream: Any = task(client).events(types=[Ask])
    with pytest.raises(EventMismatchError) as caught:
        next(stream)
    check(caught.value)
    assert (next(stream)).name == "StopEvent"


@pytest.mark.parametrize(
    "charset", ["zlib", "idna", "rot13", "utf-7", "utf-16", "nothing", "base64", "hex"]
)
def test_a_body_is_utf8_whatever_charset_it_claims(
    client: SyncClient, wire: MockRouter, charset: str
) -> None:
    headers = {"Content-Type": f"text/plain; charset={charset}"}
    wire.get(path="/status/metrics").respond(content=b"gr\xc3\xb6\xff", headers=headers)
    assert client.apiserver.metrics() == "grö\ufffd"
    wire.post().respond(500, content=b"gr\xc3\xb6\xff", headers=headers)
    with pytest.raises(ServerError, match="grö\ufffd") as caught:
        deployment(client).tasks.run({})
    assert caught.value.response.text == "grö\ufffd"


def test_only_the_start_of_an_error_is_read(client: SyncClient, wire: MockRouter) -> None:
    response = streamed(*[b"[],"] * 100_000)
    response.status_code = 500
    wire.get().mock(return_value=response)
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
