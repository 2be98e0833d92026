"""What goes wrong with a call is one clear error that says what, where and why."""

from __future__ import annotations

import errno
import gzip
import json
import re
from itertools import repeat
from typing import Any

import httpx
import pytest
from respx import MockRouter

from llama_deploy_client import (
    CallError,
    ConnectionLostError,
    MalformedResponseError,
    RedirectError,
    ServerError,
    ServerUnreachableError,
    UnknownEndpointError,
    errors,
)
from llama_deploy_client._async.client import AsyncClient

from ..clock import Clock
from .calls import ROWS, Row
from .streaming import streamed

every_method = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


@every_method
async def test_a_web_page_is_refused(client: AsyncClient, wire: MockRouter, row: Row) -> None:
    wire.route().respond(html="<html>\n<body>Welcome to nginx!")
    with pytest.raises(MalformedResponseError) as caught:
        await row.call(client)
    assert str(caught.value).startswith("200, but body is not as documented")
    assert str(caught.value).endswith(
        "It starts: <html> <body>Welcome to nginx!. A gateway between the client and it responded: "
        f"the server sends no web pages ({row.where})"
    )
    assert f"{caught.value.method} {caught.value.url}" == row.where
    assert caught.value.status_code == 200


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.wrong is not None], ids=lambda row: row.name
)
async def test_json_of_another_shape_is_refused(
    client: AsyncClient, wire: MockRouter, row: Row
) -> None:
    wire.route().respond(json=row.wrong)
    with pytest.raises(MalformedResponseError, match="is not as documented") as caught:
        await row.call(client)
    assert re.sub(r"\s", "", json.dumps(row.wrong)) in re.sub(r"\s", "", str(caught.value))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'[{"name": "d"}, {"name": 5}]', r"body\[1\]\['name'\] is not as documented"),
        (b"", r"It starts: \(nothing\)"),
        (b'[{"name": "d"}', r"It starts: \[\{"),
        (b"<p>" + b"long " * 100_000, r"^.{,500}$"),
    ],
    ids=["a wrong field", "nothing", "half of it", "a long page"],
)
async def test_a_message_shows_what_is_wrong_and_the_start_of_the_body(
    client: AsyncClient, wire: MockRouter, body: bytes, message: str
) -> None:
    wire.get().respond(content=body)
    with pytest.raises(MalformedResponseError, match=message):
        await client.apiserver.deployments.list()


async def test_an_empty_body_is_valid_after_a_204(client: AsyncClient, wire: MockRouter) -> None:
    wire.post().respond(204)
    await client.core.sessions.delete("s")
    assert wire.calls.call_count == 1


@pytest.mark.parametrize("encoding", ["identity", " IDENTITY ", ""])
async def test_a_body_with_the_encoding_identity_is_read(
    client: AsyncClient, wire: MockRouter, encoding: str
) -> None:
    wire.get().respond(json=[], headers={"content-encoding": encoding})
    assert await client.apiserver.deployments.list() == []


async def test_a_compressed_body_is_not_unpacked(client: AsyncClient, wire: MockRouter) -> None:
    packed = httpx.ByteStream(gzip.compress(b"[]"))
    response = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=packed)
    route = wire.get().mock(return_value=response)
    with pytest.raises(MalformedResponseError, match=r"its body is compressed \(gzip\)"):
        await client.apiserver.deployments.list()
    assert route.calls.last.request.headers["accept-encoding"] == "identity"


async def test_a_body_may_not_be_too_long(client: AsyncClient, wire: MockRouter) -> None:
    body = b'[{"name": "d"}]'
    client.max_response_size = len(body)
    for response in (httpx.Response(200, content=body), streamed(body[:9], body[9:])):
        wire.get().mock(return_value=response)
        assert [each.id for each in await client.apiserver.deployments.list()] == ["d"]
    for response in (httpx.Response(200, content=body + b" "), streamed(body, b" ")):
        wire.get().mock(return_value=response)
        with pytest.raises(
            MalformedResponseError, match=r"longer than 15 bytes.*max_response_size"
        ):
            await client.apiserver.deployments.list()


ERRORS: dict[str, tuple[Any, type[CallError], str]] = {
    "500": (
        httpx.Response(500, text="Internal Server Error"),
        ServerError,
        "500 Internal Server Error. The reason is in the log of the {0.name} ({1})",
    ),
    "wrong server": (
        httpx.Response(404, json={"detail": "Not Found"}),
        UnknownEndpointError,
        "The server at {0.setting} has no such path: it is ",
    ),
    "refused": (
        httpx.ConnectError("Connection refused"),
        ServerUnreachableError,
        "cannot be reached (Connection refused): is it running, and is the setting {0.setting} "
        "right? ({1})",
    ),
}


@every_method
@pytest.mark.parametrize("why", ERRORS)
async def test_an_error_names_the_server_and_the_request(
    client: AsyncClient, wire: MockRouter, row: Row, why: str
) -> None:
    response, kind, message = ERRORS[why]
    wire.route().mock(side_effect=repeat(response))
    with pytest.raises(kind, match=re.escape(message.format(row.server, row.where))) as caught:
        await row.call(client)
    if isinstance(response, Exception):
        assert f"the {row.server.name}" in str(caught.value)
        assert caught.value.__cause__ is response


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://me:s3cret@elsewhere/deployments/", "https://elsewhere/deployments/"),
        ("/other/", "/other/"),
        ("http://me:s3cret@elsewhere:port/", "elsewhere:port/"),  # an invalid URL
        ("http://me:s3@cret@elsewhere:port/", "elsewhere:port/"),
        ("", "nowhere"),
    ],
)
async def test_a_redirect_is_not_followed_and_its_target_is_named(
    client: AsyncClient, wire: MockRouter, location: str, shown: str
) -> None:
    headers = {"location": location} if location else {}
    wire.get("http://localhost:4501/deployments/").respond(307, headers=headers)
    with pytest.raises(RedirectError) as caught:
        await client.apiserver.deployments.list()
    assert wire.calls.call_count == 1
    assert f"It points to {shown} and was not followed" in str(caught.value)
    assert "api_server_url" in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("location", ["http://xn--/", "http://s3cret@xn--/", "http://me:s3cret/@h"])
async def test_a_redirect_that_your_own_http_client_cannot_read(
    location: str,
) -> None:
    response = httpx.Response(302, headers={"location": location})
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda request: response)) as http:
        client = AsyncClient(http_client=http, max_retries=0)
        with pytest.raises(
            ConnectionLostError, match=r"no complete response from the API server: .* URL"
        ) as caught:
            await client.apiserver.deployments.list()
    error: BaseException | None = caught.value
    while error is not None:
        assert "s3cret" not in f"{error!r} {error}"
        error = error.__cause__ or error.__context__


async def test_a_server_is_not_blamed_where_no_more_files_can_be_open() -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no") from OSError(errno.EMFILE, "Too many open files")

    client = AsyncClient(transport=httpx.MockTransport(refuse), max_retries=0)
    with pytest.raises(ServerUnreachableError, match=r"reached \(no\): that is a limit of this"):
        await client.apiserver.deployments.list()
    assert "a limit of this program" in (await client.apiserver.status()).status_message


LATE = r"within 3\.5 s: late"
LOST = "no complete response from the API server: "
CAUSES: list[tuple[httpx.HTTPError, type[CallError], str]] = [
    (httpx.ConnectTimeout("late"), errors.ConnectTimeoutError, LATE),
    (httpx.ReadTimeout("late"), errors.ReadTimeoutError, f"no response {LATE}"),
    (httpx.WriteTimeout("late"), errors.WriteTimeoutError, LATE),
    (httpx.PoolTimeout("late"), errors.PoolTimeoutError, LATE),
    (httpx.ReadError(""), ConnectionLostError, f"{LOST}ReadError"),
    (httpx.RemoteProtocolError("cut"), ConnectionLostError, f"{LOST}cut"),
]


@pytest.mark.parametrize(("cause", "kind", "message"), CAUSES, ids=lambda it: type(it).__name__)
async def test_handlers_of_the_errors_of_httpx_catch_ours(
    client: AsyncClient, wire: MockRouter, cause: Any, kind: type[CallError], message: str
) -> None:
    wire.get().mock(side_effect=cause)
    with pytest.raises(kind, match=message) as caught:
        await client.apiserver.deployments.list(timeout=3.5)
    assert isinstance(caught.value, type(cause))
    assert isinstance(caught.value, httpx.ReadTimeout) is isinstance(cause, httpx.ReadTimeout)


async def test_max_retries_can_be_lowered_during_a_call(wire: MockRouter) -> None:
    client = AsyncClient(max_retries=5)

    def fail(_: httpx.Request) -> httpx.Response:
        if wire.calls.call_count == 1:
            client.max_retries = 0
        return httpx.Response(503 if wire.calls.call_count < 2 else 200, json=[])

    wire.get().mock(side_effect=fail)
    with pytest.raises(ServerError, match="503"):
        await client.apiserver.deployments.list()


@pytest.mark.parametrize(
    ("timeout", "message"), [("5", "or None, got str"), (float("nan"), ", at least 0, got nan")]
)
async def test_a_wrong_timeout_is_refused(client: AsyncClient, timeout: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=f"timeout must be .* seconds ?{message}"):
        await client.apiserver.deployments.list(timeout=timeout)


async def test_an_error_knows_how_long_it_took(
    client: AsyncClient, wire: MockRouter, clock: Clock
) -> None:
    def respond(_: httpx.Request) -> httpx.Response:
        clock.now += 7
        return httpx.Response(500)

    wire.route().mock(side_effect=respond)
    with pytest.raises(ServerError) as caught:
        await client.apiserver.deployments.list()
    assert caught.value.response.elapsed.total_seconds() == 7
