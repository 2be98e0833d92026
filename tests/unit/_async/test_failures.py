"""What goes wrong with a call is one clear error that says what, where and why."""

from __future__ import annotations

import errno
import gzip
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import respx

from llama_deploy_client import (
    CallError,
    CallTimeoutError,
    ConnectionLostError,
    MalformedResponseError,
    RedirectError,
    ServerError,
    ServerUnreachableError,
    UnknownEndpointError,
)
from llama_deploy_client._async.client import AsyncClient

from .calls import ROWS, Row, deployment

every_method = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


@every_method
async def test_a_web_page_with_status_200_is_not_an_answer(
    client: AsyncClient, wire: respx.MockRouter, row: Row
) -> None:
    wire.route().respond(html="<html>\n<body>Welcome to nginx!")
    with pytest.raises(MalformedResponseError) as caught:
        await row.call(client)
    method = row.request.split(" ")[0]
    assert str(caught.value).startswith("200, but body is not as documented")
    assert str(caught.value).endswith(
        "It starts: <html> <body>Welcome to nginx!. A gateway between the client and it answered: "
        f"the server sends no web pages ({method} {row.url})"
    )
    assert (caught.value.method, caught.value.url) == (method, row.url)
    assert caught.value.status_code == 200


@every_method
async def test_cut_json_is_not_an_answer(
    client: AsyncClient, wire: respx.MockRouter, row: Row
) -> None:
    wire.route().respond(text=json.dumps(row.answer)[:-1])
    with pytest.raises(MalformedResponseError, match=r"It starts: ."):
        await row.call(client)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.wrong is not None], ids=lambda row: row.name
)
async def test_json_of_another_shape_is_not_an_answer(
    client: AsyncClient, wire: respx.MockRouter, row: Row
) -> None:
    wire.route().respond(json=row.wrong)
    with pytest.raises(MalformedResponseError, match="is not as documented") as caught:
        await row.call(client)
    assert re.sub(r"\s", "", json.dumps(row.wrong)) in re.sub(r"\s", "", str(caught.value))


async def test_a_wrong_field_is_named(client: AsyncClient, wire: respx.MockRouter) -> None:
    wire.get().respond(json=[{"name": "d"}, {"name": 5}])
    with pytest.raises(MalformedResponseError, match=r"body\[1\]\['name'\] is not as documented"):
        await client.apiserver.deployments.list()


async def test_an_empty_body_is_not_an_answer(client: AsyncClient, wire: respx.MockRouter) -> None:
    wire.get().respond(200)
    with pytest.raises(MalformedResponseError, match=r"It starts: \(nothing\)"):
        await client.apiserver.deployments.list()


async def test_an_empty_body_will_do_where_the_answer_says_nothing(
    client: AsyncClient, wire: respx.MockRouter
) -> None:
    wire.post().respond(204)
    await client.core.sessions.delete("s")
    assert wire.calls.call_count == 1


async def test_a_message_shows_the_start_of_a_long_body_only(
    client: AsyncClient, wire: respx.MockRouter
) -> None:
    wire.get().respond(html="<p>" + "long " * 100_000)
    with pytest.raises(MalformedResponseError) as caught:
        await client.apiserver.deployments.list()
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("encoding", ["identity", "Identity", " IDENTITY ", ""])
async def test_what_says_that_it_is_not_compressed_is_not(
    client: AsyncClient, wire: respx.MockRouter, encoding: str
) -> None:
    wire.get().respond(json=[], headers={"content-encoding": encoding})
    assert await client.apiserver.deployments.list() == []


async def test_no_compression_is_asked_for_and_none_is_unpacked(
    client: AsyncClient, wire: respx.MockRouter
) -> None:
    packed = httpx.ByteStream(gzip.compress(b"[]"))
    response = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=packed)
    route = wire.get().mock(return_value=response)
    with pytest.raises(MalformedResponseError, match=r"its body is compressed \(gzip\)"):
        await client.apiserver.deployments.list()
    assert route.calls.last.request.headers["accept-encoding"] == "identity"


async def test_an_answer_may_be_as_long_as_the_setting_says(
    client: AsyncClient, wire: respx.MockRouter
) -> None:
    answer = b'[{"name": "d"}]'
    client.max_response_size = len(answer)
    wire.get().respond(content=answer)
    assert [deployment.id for deployment in await client.apiserver.deployments.list()] == ["d"]
    wire.get().respond(content=answer + b" ")
    with pytest.raises(MalformedResponseError, match=r"longer than 15 bytes.*max_response_size"):
        await client.apiserver.deployments.list()


async def test_a_body_that_is_too_long_in_all_is_refused(
    client: AsyncClient, wire: respx.MockRouter
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"[    "

    client.max_response_size = 14
    wire.get().mock(return_value=httpx.Response(200, content=pieces()))
    with pytest.raises(MalformedResponseError, match=r"longer than 14 bytes"):
        await client.apiserver.deployments.list()


@every_method
async def test_every_method_raises_the_servers_own_error(
    client: AsyncClient, wire: respx.MockRouter, row: Row
) -> None:
    wire.route().respond(500, text="Internal Server Error")
    with pytest.raises(ServerError) as caught:
        await row.call(client)
    assert str(caught.value).endswith(
        f"500 Internal Server Error. The reason is in the log of the {row.server} "
        f"({row.request.split(' ')[0]} {row.url})"
    )


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://me:s3cret@elsewhere/deployments/", "https://elsewhere/deployments/"),
        ("/other/", "/other/"),
        ("http://me:s3cret@elsewhere:port/", "elsewhere:port/"),  # no URL
        ("http://me:s3@cret@elsewhere:port/", "elsewhere:port/"),
        ("", "nowhere"),
    ],
)
async def test_a_redirect_is_not_followed_and_says_where_it_points(
    client: AsyncClient, wire: respx.MockRouter, location: str, shown: str
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
async def test_a_redirect_that_an_http_client_of_your_own_chokes_on_is_told(location: str) -> None:
    answer = httpx.Response(302, headers={"location": location})
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda request: answer)) as http:
        client = AsyncClient(http_client=http, max_retries=0)
        with pytest.raises(ConnectionLostError) as caught:
            await client.apiserver.deployments.list()
    assert "no complete response from the API server: " in str(caught.value)
    assert " URL" in str(caught.value)
    error: BaseException | None = caught.value
    while error is not None:
        assert "s3cret" not in f"{error!r} {error}"
        error = error.__cause__ or error.__context__


@every_method
async def test_a_wrong_server_is_named_with_its_setting(
    client: AsyncClient, wire: respx.MockRouter, row: Row
) -> None:
    wire.route().respond(404, json={"detail": "Not Found"})
    with pytest.raises(UnknownEndpointError) as caught:
        await row.call(client)
    explanation = f"The server at {row.setting} has no such path: it is "
    assert explanation in str(caught.value)


@every_method
async def test_a_refused_connection_names_the_server_and_its_setting(
    client: AsyncClient, wire: respx.MockRouter, row: Row
) -> None:
    wire.route().mock(side_effect=httpx.ConnectError("Connection refused"))
    with pytest.raises(ServerUnreachableError) as caught:
        await row.call(client)
    assert str(caught.value).endswith(
        f"cannot be reached (Connection refused): is it running, and is the setting "
        f"{row.setting} right? ({row.request.split(' ')[0]} {row.url})"
    )
    assert f"the {row.server}" in str(caught.value)
    assert isinstance(caught.value.__cause__, httpx.ConnectError)


async def test_a_server_is_not_blamed_where_no_more_files_can_be_open() -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no") from OSError(errno.EMFILE, "Too many open files")

    client = AsyncClient(transport=httpx.MockTransport(refuse), max_retries=0)
    with pytest.raises(ServerUnreachableError, match=r"reached \(no\): that is a limit of this"):
        await client.apiserver.deployments.list()
    assert "a limit of this program" in (await client.apiserver.status()).status_message


@pytest.mark.parametrize("kind", [httpx.ConnectTimeout, httpx.ReadTimeout, httpx.PoolTimeout])
async def test_a_call_without_an_answer_in_time_is_a_timeout_error(
    client: AsyncClient, wire: respx.MockRouter, kind: type[httpx.TimeoutException]
) -> None:
    wire.get().mock(side_effect=kind("waited long"))
    with pytest.raises(TimeoutError, match=r"no response within 3\.5 s: waited long") as caught:
        await client.apiserver.deployments.list(timeout=3.5)
    assert isinstance(caught.value, CallTimeoutError)


@pytest.mark.parametrize(
    "error", [httpx.ReadError(""), httpx.RemoteProtocolError("incomplete chunked read")]
)
async def test_a_connection_that_breaks_while_answering_is_lost(
    client: AsyncClient, wire: respx.MockRouter, error: httpx.TransportError
) -> None:
    wire.get().mock(side_effect=error)
    why = str(error) or "ReadError"
    with pytest.raises(
        ConnectionLostError, match=f"no complete response from the API server: {why}"
    ):
        await client.apiserver.deployments.list()


async def test_max_retries_can_be_lowered_while_a_call_is_tried_again(
    wire: respx.MockRouter,
) -> None:
    client = AsyncClient(max_retries=5)

    def fail(_: httpx.Request) -> httpx.Response:
        if wire.calls.call_count == 1:
            client.max_retries = 0
        return httpx.Response(503 if wire.calls.call_count < 2 else 200, json=[])

    wire.get().mock(side_effect=fail)
    with pytest.raises(ServerError, match="503"):
        await client.apiserver.deployments.list()


@pytest.mark.parametrize("failure", [httpx.ReadError(""), httpx.Response(503)], ids=repr)
async def test_a_task_that_may_have_started_is_never_started_again(
    wire: respx.MockRouter, failure: httpx.ReadError | httpx.Response
) -> None:
    wire.post().mock(side_effect=[failure])
    async with AsyncClient(max_retries=9) as client:
        await started_with_an_error(client)
    assert wire.calls.call_count == 1


async def started_with_an_error(client: AsyncClient) -> None:
    with pytest.raises(httpx.HTTPError):
        await deployment(client).tasks.run({})


@pytest.mark.parametrize(
    ("timeout", "error", "told"),
    [
        ("5", TypeError, "timeout must be a number of seconds or None, got str"),
        (httpx.Timeout(5), TypeError, "timeout must be a number of seconds or None, got Timeout"),
        (-1, ValueError, "timeout must be a number of seconds, at least 0, got -1"),
        (float("nan"), ValueError, "timeout must be a number of seconds, at least 0, got nan"),
    ],
)
async def test_a_timeout_that_is_invalid_is_refused(
    client: AsyncClient, timeout: Any, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        await client.apiserver.deployments.list(timeout=timeout)


@pytest.mark.parametrize(
    ("raised", "handled"),
    [
        (httpx.ReadTimeout("late"), httpx.ReadTimeout),
        (httpx.ConnectTimeout("late"), httpx.ConnectTimeout),
        (httpx.WriteTimeout("late"), httpx.WriteTimeout),
        (httpx.PoolTimeout("late"), httpx.PoolTimeout),
        (httpx.ReadError("reset"), httpx.ReadError),
        (httpx.ReadError("reset"), httpx.NetworkError),
        (httpx.RemoteProtocolError("cut"), httpx.RemoteProtocolError),
        (httpx.ConnectError("refused"), httpx.NetworkError),
    ],
)
async def test_handlers_that_were_written_for_httpx_go_on_working(
    client: AsyncClient,
    wire: respx.MockRouter,
    raised: httpx.HTTPError,
    handled: type[httpx.HTTPError],
) -> None:
    wire.route().mock(side_effect=raised)
    with pytest.raises(handled) as caught:
        await client.apiserver.deployments.list()
    assert isinstance(caught.value, CallError)
    if isinstance(caught.value, httpx.ConnectTimeout):  # and is not taken for another
        assert not isinstance(caught.value, httpx.ReadTimeout)


async def test_how_long_a_refusal_took_is_known(
    client: AsyncClient, wire: respx.MockRouter
) -> None:
    wire.route().respond(500)
    with pytest.raises(ServerError) as caught:
        await client.apiserver.deployments.list()
    assert caught.value.response.elapsed.total_seconds() > 0
