# Made by `make generate` from tests/unit/_async/test_client.py: do not edit.
"""The client: where it sends, with what headers, through whose connections."""

from __future__ import annotations

import copy
import logging
import pickle
import re
import ssl
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import respx
from pydantic import SecretStr, ValidationError

from llama_deploy_client import CallError, ClientClosedError
from llama_deploy_client._sync.client import SyncClient

from .calls import ROWS, Row


class Body(httpx.SyncByteStream):
    """The body of an answer, which knows whether it was closed."""

    closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield b"{}"

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("http://one:1", "http://one:1/deployments/"),
        ("http://one:1/", "http://one:1/deployments/"),
        ("https://one/behind/a/proxy", "https://one/behind/a/proxy/deployments/"),
        ("https://one/behind/a/proxy/", "https://one/behind/a/proxy/deployments/"),
        ("https://one/BOX", "https://one/BOX/deployments/"),
    ],
)
def test_a_base_url_may_end_with_a_slash_and_have_a_path(
    wire: respx.MockRouter, base: str, url: str
) -> None:
    wire.get(url).respond(json=[])
    with SyncClient(api_server_url=base) as client:
        assert client.apiserver.deployments.list() == []


def test_a_base_url_can_be_changed_between_two_calls(
    client: SyncClient, wire: respx.MockRouter
) -> None:
    wire.get().respond(json={})
    client.core.sessions.list()
    client.control_plane_url = "http://another:9"
    client.core.sessions.list()
    hosts = [call.request.url.host for call in wire.calls]
    assert hosts == ["localhost", "another"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_token_and_headers_go_with_every_request(row: Row) -> None:
    seen: list[httpx.Headers] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(500)

    transport = httpx.MockTransport(answer)
    headers = {"X-Tenant": "blue"}
    client = SyncClient(
        token=SecretStr("t0ken"), headers=headers, transport=transport, max_retries=0
    )
    with pytest.raises(httpx.HTTPStatusError):
        row.call(client)
    assert {sent["authorization"] for sent in seen} == {"Bearer t0ken"}
    assert {sent["x-tenant"] for sent in seen} == {"blue"}
    assert {sent["user-agent"] for sent in seen} == {httpx.Client().headers["user-agent"]}


def test_credentials_in_a_url_are_sent_and_never_shown(wire: respx.MockRouter) -> None:
    wire.get().respond(401, json={"detail": "who are you?"})
    client = SyncClient(api_server_url="http://me:s3cret@one:1")
    with pytest.raises(httpx.HTTPStatusError) as caught:
        client.apiserver.deployments.list()
    basic = httpx.BasicAuth("me", "s3cret")._auth_header
    assert wire.calls.last.request.headers["authorization"] == basic
    assert "(GET http://one:1/deployments/)" in str(caught.value)
    assert b"s3cret" not in pickle.dumps(caught.value)
    assert basic.encode() not in pickle.dumps(caught.value)


def test_answers_and_retries_are_logged_without_credentials(
    wire: respx.MockRouter, caplog: pytest.LogCaptureFixture
) -> None:
    wire.get().mock(side_effect=[httpx.Response(503), httpx.Response(200, json=[])])
    caplog.set_level(logging.DEBUG, logger="llama_deploy_client")
    client = SyncClient(api_server_url="http://me:s3cret@one:1", token=SecretStr("s3cret"))
    client.apiserver.deployments.list()
    told = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert [level for level, _ in told] == ["DEBUG", "INFO", "DEBUG"]
    assert told[0][1] == "GET http://one:1/deployments/: 503"
    assert re.match(r"retrying in \d\.\d s: .*503 .*\(GET http://one:1/deployments/\)$", told[1][1])
    assert told[2][1] == "GET http://one:1/deployments/: 200"
    assert "s3cret" not in caplog.text


def test_other_options_for_some_calls_share_the_connections_and_change_nothing_else(
    client: SyncClient, wire: respx.MockRouter
) -> None:
    wire.get().respond(json=[])
    other = client.with_options(timeout=7, max_retries=5)
    assert (other.timeout, other.max_retries, other.poll_interval) == (7, 5, 0)
    assert (client.timeout, client.max_retries) == (120, 0)
    other.apiserver.deployments.list()
    client.close()
    with pytest.raises(ClientClosedError):
        other.apiserver.deployments.list()


def test_other_options_are_checked(client: SyncClient) -> None:
    with pytest.raises(ValidationError, match="timeout"):
        client.with_options(timeout=-1)


def test_an_httpx_authentication_of_your_own_signs(wire: respx.MockRouter) -> None:
    wire.get().respond(json=[])
    with SyncClient(auth=httpx.BasicAuth("me", "s3cret")) as client:
        client.apiserver.deployments.list()
    assert wire.calls.last.request.headers["authorization"].startswith("Basic ")


def test_an_authentication_may_answer_a_challenge(wire: respx.MockRouter) -> None:
    challenge = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}
    wire.get().mock(
        side_effect=[httpx.Response(401, headers=challenge), httpx.Response(200, json=[])]
    )
    client = SyncClient(auth=httpx.DigestAuth("me", "s3cret"), max_retries=0)
    assert client.apiserver.deployments.list() == []
    assert [call.request.headers.get("authorization", "")[:6] for call in wire.calls] == [
        "",
        "Digest",
    ]


def test_an_authentication_that_cannot_answer_gives_the_connection_back(
    wire: respx.MockRouter,
) -> None:
    bodies: list[Body] = []

    def challenge(request: httpx.Request) -> httpx.Response:
        bodies.append(Body())
        wrong = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="unknown"'}
        return httpx.Response(401, headers=wrong, stream=bodies[-1])

    client = SyncClient(
        auth=httpx.DigestAuth("me", "s3cret"), transport=httpx.MockTransport(challenge)
    )
    with pytest.raises(CallError):
        client.apiserver.deployments.list()
    assert [body.closed for body in bodies] == [True]


def test_an_http_client_of_your_own_sends_and_is_not_closed() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=[])

    transport = httpx.MockTransport(answer)
    headers = {"X-Mine": "1"}
    with httpx.Client(transport=transport, headers=headers) as mine:
        with SyncClient(http_client=mine, timeout=9) as client:
            assert client.apiserver.deployments.list() == []
        assert not mine.is_closed
    assert seen[0].headers["x-mine"] == "1"
    assert str(seen[0].url) == "http://localhost:4501/deployments/"
    assert seen[0].extensions["timeout"]["read"] == pytest.approx(9, abs=8)


def test_it_is_sent_what_this_client_has_of_headers_and_credentials() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=[])

    with httpx.Client(
        transport=httpx.MockTransport(answer), headers={"X-Tenant": "theirs"}, auth=("u", "p")
    ) as mine:
        for own in ({"token": SecretStr("t0ken"), "headers": {"X-Tenant": "ours"}}, {}):
            options: dict[str, Any] = own
            SyncClient(http_client=mine, **options).apiserver.deployments.list()
    assert [request.headers["x-tenant"] for request in seen] == ["ours", "theirs"]
    assert seen[0].headers["authorization"] == "Bearer t0ken"
    assert seen[1].headers["authorization"].startswith("Basic ")


def test_what_it_replaces_is_refused_beside_it() -> None:
    options: list[dict[str, Any]] = [
        {"transport": httpx.MockTransport(lambda request: httpx.Response(200))},
        {"event_hooks": {"request": [print]}},
    ]
    with httpx.Client() as mine:
        for option in options:
            with pytest.raises(ValidationError, match="give them to that one instead"):
                SyncClient(http_client=mine, **option)


def test_a_client_of_the_other_side_is_refused() -> None:
    wrong: Any = object()
    with pytest.raises(ValidationError, match="http_client"):
        SyncClient(http_client=wrong)
    with pytest.raises(ValidationError, match="transport"):
        SyncClient(transport=wrong)


def test_a_closed_client_says_so(client: SyncClient, wire: respx.MockRouter) -> None:
    wire.get().respond(json=[])
    client.apiserver.deployments.list()
    client.close()
    with pytest.raises(ClientClosedError, match="the client was closed"):
        client.apiserver.deployments.list()
    assert wire.calls.call_count == 1


def test_a_client_can_be_closed_twice_and_unused(client: SyncClient) -> None:
    client.close()
    client.close()


@pytest.mark.parametrize("duplicate", [lambda it: pickle.loads(pickle.dumps(it)), copy.deepcopy])
def test_a_copy_sends_for_itself(wire: respx.MockRouter, duplicate: Any) -> None:
    wire.get("http://one:1/deployments/").respond(json=[])
    with SyncClient(api_server_url="http://one:1", poll_interval=2) as client:
        client.apiserver.deployments.list()
        twin = duplicate(client)
    assert twin.poll_interval == 2
    assert twin.apiserver.deployments.list() == []
    twin.close()


def test_a_pickle_of_a_client_holds_no_credentials() -> None:
    client = SyncClient(
        api_server_url="http://me:s3cret@one:1/x",
        control_plane_url="http://me:s3cret@two:2",
        proxy="http://me:s3cret@three:3",
        token=SecretStr("s3cret"),
        headers={"X-Key": "s3cret"},
    )
    pickled = pickle.dumps([client, client.core.sessions])
    assert b"s3cret" not in pickled
    copies = pickle.loads(pickled)
    assert copies[0].api_server_url == "http://one:1/x"
    assert copies[0].token is None


def test_a_client_with_connections_of_its_own_cannot_be_pickled() -> None:
    client = SyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(200)))
    with pytest.raises(TypeError, match="a client with transport cannot be pickled"):
        pickle.dumps(client)
    client = SyncClient(transport=client.transport, ssl_context=ssl.create_default_context())
    with pytest.raises(TypeError, match="with ssl_context and transport"):
        pickle.dumps(client)


@pytest.mark.parametrize("using", ["httpcore", "httpx"])
def test_respx_stands_in_for_the_network_whatever_it_replaces(using: str) -> None:
    with respx.mock(using=using) as router:
        router.get("http://one.invalid/deployments/").respond(json=[{"name": "mocked"}])
        client = SyncClient(api_server_url="http://one.invalid", max_retries=0)
        assert (client.apiserver.deployments.list())[0].id == "mocked"


def test_what_replaces_the_transport_of_httpx_does_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def mocked(_: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=[{"name": request.url.host}])

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", mocked)
    client = SyncClient(api_server_url="http://one.invalid", max_retries=0)
    assert (client.apiserver.deployments.list())[0].id == "one.invalid"
