"""An `httpx.Auth` that sends requests of its own: they are part of the call that they are for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from llama_deploy_client import (
    AuthenticationError,
    CallError,
    CallTimeoutError,
    MalformedResponseError,
)
from llama_deploy_client._async.client import AsyncClient

from ...faults._async.helpers import task_of
from ...faults.wire import RawServer, always, response


class TokenFirst(httpx.Auth):
    """Asks `url` for a token."""

    requires_response_body = True

    def __init__(self, url: str) -> None:
        self.url = url

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        token = yield httpx.Request("GET", self.url)
        request.headers["Authorization"] = token.text
        yield request


USES: dict[str, Any] = {
    "call": lambda client: client.apiserver.deployments.list(),
    "stream": lambda client: anext(task_of(client).events()),
}
each_use = pytest.mark.parametrize("use", USES.values(), ids=USES)
each_client = pytest.mark.parametrize("own", [False, True], ids=["pool", "http_client"])


@asynccontextmanager
async def client_with(
    server: RawServer, auth: httpx.Auth, own: bool, **options: Any
) -> AsyncIterator[AsyncClient]:
    async with httpx.AsyncClient(auth=auth) as http_client:
        options |= {"http_client": http_client} if own else {"auth": auth}
        yield AsyncClient(api_server_url=server.url, max_retries=0, **options)


@each_use
@each_client
async def test_its_requests_keep_the_deadline(silent_port: int, use: Any, own: bool) -> None:
    with RawServer(always(response(b"[]"))) as server:
        auth = TokenFirst(f"http://127.0.0.1:{silent_port}/")
        async with client_with(server, auth, own, timeout=0.2) as client:
            with pytest.raises(CallTimeoutError, match=r"0\.2 s"):
                await use(client)
        assert not server.requests


@each_use
@each_client
async def test_the_responses_to_its_requests_are_limited(use: Any, own: bool) -> None:
    with RawServer(always(response(b"x" * 1001))) as server:
        auth = TokenFirst(server.url)
        async with client_with(server, auth, own, max_response_size=1000) as client:
            with pytest.raises(MalformedResponseError, match="longer than 1000 bytes"):
                await use(client)
        assert len(server.requests) == 1


@each_client
@pytest.mark.parametrize(
    "challenge",
    [
        'Digest realm="r"',
        'Digest realm="r", nonce="n", algorithm="MD6"',
        'Digest realm="r", nonce="n", qop="auth-int"',
        "Digest realm",
    ],
)
async def test_a_challenge_that_it_cannot_meet_is_an_error(challenge: str, own: bool) -> None:
    unauthorized = response(b"", "401 Unauthorized", f"WWW-Authenticate: {challenge}")
    with RawServer(always(unauthorized)) as server:
        async with client_with(server, httpx.DigestAuth("me", "s3cret"), own) as client:
            with pytest.raises(
                AuthenticationError, match="Digest challenge cannot be answered"
            ) as caught:
                await client.apiserver.deployments.list()
        assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("header", ["Content-Length", "Transfer-Encoding"])
async def test_a_hook_cannot_frame_a_request(header: str) -> None:
    async def break_it(request: httpx.Request) -> None:
        request.headers[header] = "3"

    with RawServer(always(response(b"[]"))) as server:
        client = AsyncClient(
            api_server_url=server.url, event_hooks={"request": [break_it]}, max_retries=0
        )
        with pytest.raises(CallError, match="cannot be sent") as caught:
            await client.apiserver.deployments.create("name: one\nservices: {}\n")
        assert type(caught.value) is CallError
        assert not server.requests
