# Made by `make generate` from tests/unit/_async/test_client.py: do not edit.
"""The client: where it sends, with what headers, through whose connections."""

from __future__ import annotations

import copy
import logging
import pickle
import re
from typing import Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError
from respx import MockRouter

from llama_deploy_client import CallError, ClientClosedError
from llama_deploy_client._sync.client import SyncClient

from .calls import ROWS, Row
from .streaming import Pieces


@pytest.mark.parametrize(
    "base", ["http://one:1", "http://one:1/", "https://one/behind/a/proxy/", "https://one/BOX"]
)
def test_a_base_url_may_end_with_a_slash_and_have_a_path(
    client: SyncClient, wire: MockRouter, base: str
) -> None:
    wire.get(f"{base.rstrip('/')}/deployments/").respond(json=[])
    client.with_options(api_server_url=base).apiserver.deployments.list()
    client.api_server_url = base  # it can be changed between two calls
    assert client.apiserver.deployments.list() == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_token_and_headers_go_with_every_request(wire: MockRouter, row: Row) -> None:
    wire.route().respond(500)
    client = SyncClient(token=SecretStr("t0ken"), headers={"X-Tenant": "blue"}, max_retries=0)
    with pytest.raises(httpx.HTTPStatusError):
        row.call(client)
    for call in wire.calls:
        assert call.request.headers["authorization"] == "Bearer t0ken"
        assert call.request.headers["x-tenant"] == "blue"
        assert call.request.headers["user-agent"] == f"python-httpx/{httpx.__version__}"


def test_credentials_in_a_url_are_sent_and_never_shown(wire: MockRouter) -> None:
    wire.get().respond(401, json={"detail": "who are you?"})
    client = SyncClient(api_server_url="http://me:s3cret@one:1")
    with pytest.raises(httpx.HTTPStatusError) as caught:
        client.apiserver.deployments.list()
    basic = httpx.BasicAuth("me", "s3cret")._auth_header
    assert wire.calls.last.request.headers["authorization"] == basic
    assert "(GET http://one:1/deployments/)" in str(caught.value)
    assert b"s3cret" not in pickle.dumps(caught.value)
    assert basic.encode() not in pickle.dumps(caught.value)


def test_responses_and_retries_are_logged_without_credentials(
    wire: MockRouter, caplog: pytest.LogCaptureFixture
) -> None:
    wire.get().mock(side_effect=[httpx.Response(503), httpx.Response(200, json=[])])
    caplog.set_level(logging.DEBUG, logger="llama_deploy_client")
    client = SyncClient(api_server_url="http://me:s3cret@one:1", token=SecretStr("s3cret"))
    client.apiserver.deployments.list()
    assert [record.levelname for record in caplog.records] == ["DEBUG", "INFO", "DEBUG"]
    first, retry, second = caplog.messages
    assert first == "GET http://one:1/deployments/: 503"
    assert re.match(r"retrying in \d\.\d s: .*503 .*\(GET http://one:1/deployments/\)$", retry)
    assert second == "GET http://one:1/deployments/: 200"
    assert "s3cret" not in caplog.text


def test_an_authentication_that_cannot_reply_to_a_challenge_gives_the_connection_back() -> None:
    body = Pieces(b"{}")
    wrong = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="unknown"'}
    challenge = httpx.MockTransport(lambda _: httpx.Response(401, headers=wrong, stream=body))
    client = SyncClient(auth=httpx.DigestAuth("me", "s3cret"), transport=challenge)
    with pytest.raises(CallError):
        client.apiserver.deployments.list()
    assert body.closed


class TestAnHttpClientOfYourOwn:
    def test_sends_and_is_not_closed(self, wire: MockRouter) -> None:
        wire.get().respond(json=[])
        with httpx.Client(headers={"X-Mine": "1"}) as mine:
            with SyncClient(http_client=mine, timeout=9) as client:
                assert client.apiserver.deployments.list() == []
            assert not mine.is_closed
        request = wire.calls.last.request
        assert request.headers["x-mine"] == "1"
        assert str(request.url) == "http://localhost:4501/deployments/"
        assert request.extensions["timeout"]["read"] == 9

    def test_sends_the_headers_and_credentials_of_this_client_before_its_own(
        self, wire: MockRouter
    ) -> None:
        wire.get().respond(json=[])
        options: dict[str, Any] = {"token": SecretStr("t0ken"), "headers": {"X-Tenant": "ours"}}
        with httpx.Client(headers={"X-Tenant": "theirs"}, auth=("u", "p")) as mine:
            SyncClient(http_client=mine, **options).apiserver.deployments.list()
            SyncClient(http_client=mine).apiserver.deployments.list()
        first, second = (call.request.headers for call in wire.calls)
        assert (first["x-tenant"], second["x-tenant"]) == ("ours", "theirs")
        assert first["authorization"] == "Bearer t0ken"
        assert second["authorization"].startswith("Basic ")

    @pytest.mark.parametrize("name", ["transport", "event_hooks"])
    def test_cannot_be_beside_what_it_replaces(self, name: str) -> None:
        transport = httpx.HTTPTransport()
        options: dict[str, Any] = {"transport": transport, "event_hooks": {"request": [print]}}
        with pytest.raises(ValidationError, match="set those on the httpx client itself"):
            SyncClient(http_client=httpx.Client(), **{name: options[name]})

    @pytest.mark.parametrize("option", ["http_client", "transport"])
    def test_and_a_transport_have_to_be_of_this_side(self, option: str) -> None:
        wrong: dict[str, Any] = {option: object()}
        with pytest.raises(ValidationError, match=option):
            SyncClient(**wrong)


def test_a_closed_client_says_so(client: SyncClient, wire: MockRouter) -> None:
    wire.get().respond(json=[])
    client.apiserver.deployments.list()
    client.close()
    client.close()  # a second time is allowed
    with pytest.raises(ClientClosedError, match="the client was closed"):
        client.apiserver.deployments.list()
    assert wire.calls.call_count == 1


@pytest.mark.parametrize("duplicate", [lambda it: pickle.loads(pickle.dumps(it)), copy.deepcopy])
def test_a_copy_has_connections_of_its_own(wire: MockRouter, duplicate: Any) -> None:
    wire.get("http://one:1/deployments/").respond(json=[])
    with SyncClient(api_server_url="http://one:1", poll_interval=2) as client:
        client.apiserver.deployments.list()
        twin = duplicate(client)
    assert twin.poll_interval == 2
    assert twin.apiserver.deployments.list() == []
    twin.close()
