# Made by `make generate` from tests/connections/_async/test_proxy.py: do not edit.
"""A proxy: set or of the environment, for HTTP and in between the client and HTTPS."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from llama_deploy_client import (
    CallError,
    CertificateError,
    ServerError,
    ServerUnreachableError,
    StatusEnum,
)
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.task import Task

from ...faults.wire import LOOPBACK, Connection, RawServer, always, response, tunnel
from ..conftest import TLSPeer
from ..peer import PeerServer


def test_a_proxy_is_used(peer: PeerServer) -> None:
    client = SyncClient(api_server_url="http://llama.invalid", proxy=peer.url)
    assert (client.apiserver.deployments.list())[0].id == "one"
    assert peer.requests[0][0] == "http://llama.invalid/deployments/"


def test_the_proxy_of_the_environment_is_used(
    peer: PeerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", peer.url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    client = SyncClient(api_server_url="http://llama.invalid", control_plane_url=peer.url)
    client.apiserver.deployments.list()
    client.core.sessions.list()
    assert [path for path, _ in peer.requests] == [
        "http://llama.invalid/deployments/",
        "/sessions",
    ]


def test_the_proxy_of_the_environment_for_all_schemes_is_used(
    peer: PeerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("all_proxy", peer.url)
    SyncClient(api_server_url="http://llama.invalid").apiserver.deployments.list()
    assert peer.requests[0][0] == "http://llama.invalid/deployments/"


def test_the_proxy_of_the_environment_needs_no_scheme(
    peer: PeerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", peer.url.removeprefix("http://"))
    SyncClient(api_server_url="http://llama.invalid").apiserver.deployments.list()
    assert peer.requests[0][0] == "http://llama.invalid/deployments/"


@pytest.mark.parametrize(
    ("proxy", "told"),
    [
        ("socks5://one:1", "a socks5 proxy needs a transport of your own"),
        ("socks4://one:1", "a socks4 proxy needs a transport of your own"),
        ("http://me:s3cret@one:port", "invalid proxy URL 'one:port'"),
        ("http://me:s3cret/pw@one:3128", "invalid proxy URL 'one:3128'"),
        ("http://me:12/s3cret@one:3128", "invalid proxy URL 'one:3128'"),
        ("http://me:12?s3cret@one:3128", "invalid proxy URL 'one:3128'"),
        ("http://me:12#s3cret@one:3128", "invalid proxy URL 'one:3128'"),
        ("http://me:12#@s3cret@one:3128", "invalid proxy URL 'one:3128'"),
        ("me:12//s3cret@one:3128", "invalid proxy URL 'one:3128'"),
        ("me:s3cret://@one:3128", "invalid proxy URL 'one:3128'"),
        ("http://one:99999", "invalid proxy URL 'http://one:99999'"),
        ("://one", "invalid proxy URL '://one'"),
    ],
)
def test_a_proxy_of_the_environment_that_cannot_be_one_is_told(
    monkeypatch: pytest.MonkeyPatch, proxy: str, told: str
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    client = SyncClient(api_server_url="http://llama.invalid", max_retries=0)
    with pytest.raises(ServerUnreachableError, match=told) as caught:
        client.apiserver.deployments.list()
    error: BaseException | None = caught.value
    while error is not None:  # tools that report errors show what it came of as well
        assert "s3cret" not in f"{error!r} {error}"
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("exception", ["127.0.0.1", "127.0.0.1:{port}", "one, 127.0.0.1:{port}"])
def test_a_server_can_be_excepted_with_its_port(
    peer: PeerServer, monkeypatch: pytest.MonkeyPatch, exception: str
) -> None:
    monkeypatch.setenv("http_proxy", "http://llama.invalid")
    monkeypatch.setenv("no_proxy", exception.format(port=peer.server_port))
    SyncClient(api_server_url=peer.url).apiserver.deployments.list()
    assert peer.requests[0][0] == "/deployments/"


@pytest.mark.parametrize("userinfo", ["", "me:s3%20cret@"])
def test_a_proxys_credentials_are_sent_to_it_if_it_has_some(
    peer: PeerServer, userinfo: str
) -> None:
    proxy = peer.url.replace("//", f"//{userinfo}")
    client = SyncClient(api_server_url="http://llama.invalid", proxy=proxy)
    client.apiserver.deployments.list()
    basic = httpx.BasicAuth("me", "s3 cret")._auth_header
    assert peer.requests[0][1].get("Proxy-Authorization") == (basic if userinfo else None)
    assert "Authorization" not in peer.requests[0][1]


@pytest.fixture(params=["http", "https"])
def to_proxy(request: pytest.FixtureRequest, authority: trustme.CA) -> ssl.SSLContext | None:
    """What a proxy is reached with: nothing, or TLS of the same private authority."""
    if request.param == "http":
        return None
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    return tls


def test_https_through_a_proxy_is_for_the_server_alone(
    tls_peer: TLSPeer, ca_bundle: Path, to_proxy: ssl.SSLContext | None
) -> None:
    with (
        tls_peer("one.invalid") as peer,
        RawServer(tunnel((LOOPBACK, peer.server_port)), tls=to_proxy) as proxy,
    ):
        options: dict[str, Any] = {"proxy": proxy.url, "ca_bundle": ca_bundle}
        client = SyncClient(api_server_url="https://one.invalid", **options)
        assert (client.apiserver.deployments.list())[0].id == "one"
        assert [path for path, _ in peer.requests] == ["/deployments/"]
        assert proxy.count() == {"CONNECT one.invalid:443": 1}
        distrustful = SyncClient(api_server_url="https://one.invalid", proxy=proxy.url)
        with pytest.raises(CertificateError):
            distrustful.apiserver.deployments.list()
        another = SyncClient(api_server_url="https://another.invalid", **options)
        with pytest.raises(CertificateError, match="Hostname mismatch"):
            another.apiserver.deployments.list()


@pytest.fixture
def dead() -> str:
    """Where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    return f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "source", ["the setting proxy", "the variable {}_proxy", "the variable {}_PROXY"]
)
def test_a_proxy_that_cannot_be_reached_is_named_with_its_source(
    monkeypatch: pytest.MonkeyPatch, dead: str, scheme: str, source: str
) -> None:
    source = source.format(scheme if "_proxy" in source else scheme.upper())
    options: dict[str, Any] = {}
    if "setting" in source:
        options["proxy"] = dead
    else:
        monkeypatch.setenv(source.rpartition(" ")[2], dead)
    client = SyncClient(api_server_url=f"{scheme}://llama.invalid", max_retries=0, **options)
    with pytest.raises(ServerUnreachableError) as caught:
        client.apiserver.deployments.list()
    for text in (str(caught.value), (client.apiserver.status()).status_message):
        assert f"the proxy {dead} (from {source}) cannot be reached" in text
        assert "no_proxy" in text
        assert "is it running" not in text


@pytest.mark.parametrize(
    ("answer", "told", "tries"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "refused: 403 Forbidden", 1),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "refused: 503 Busy", 3),
        (b"", "broke off", 3),
        (b"SSH-2.0\r\n", "broke off", 3),
        (b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "sent more than the response", 3),
    ],
)
def test_a_proxy_that_makes_no_tunnel_is_named(answer: bytes, told: str, tries: int) -> None:
    def script(connection: Connection) -> None:
        connection.request()
        connection.send(answer)

    with RawServer(script) as proxy:
        client = SyncClient(api_server_url="https://llama.invalid", proxy=proxy.url)
        with pytest.raises(ServerUnreachableError, match=f"the proxy {proxy.url} .* {told}"):
            client.apiserver.deployments.list()
        assert proxy.accepted == tries


@pytest.mark.parametrize("status", ["502 Bad Gateway", "503 Busy", "504 Gateway Timeout"])
def test_an_answer_of_a_proxy_is_not_taken_for_the_servers(status: str) -> None:
    with RawServer(always(response(b"<html>squid</html>", status))) as proxy:
        client = SyncClient(api_server_url="http://llama.invalid", proxy=proxy.url, max_retries=0)
        with pytest.raises(ServerError, match=f"The proxy {proxy.url} .* responded") as caught:
            client.apiserver.deployments.list()
        assert "log of" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("200 OK", "answered: the server sends no web pages"),
        ("302 Found", "responded, not the API server"),
        ("403 Forbidden", "responded, not the API server"),
        ("404 Not Found", "responded, not the API server"),
        ("407 Who", "wants name and password"),
        ("413 Too Large", "responded, not the API server"),
        ("500 Internal Server Error", "responded, not the API server"),
    ],
)
def test_a_page_of_a_proxy_is_not_taken_for_the_servers(status: str, told: str) -> None:
    page = response(b"<html><title>Sign in</title>", status, "content-type: text/html")
    said = rf"Sign in.* The proxy \S+ \(from the setting proxy\) {told}"
    with RawServer(always(page)) as proxy:
        client = SyncClient(api_server_url="http://llama.invalid", proxy=proxy.url, max_retries=0)
        with pytest.raises(CallError, match=said):
            client.apiserver.deployments.list()
        task = Task(client=client, deployment_id="d", session_id="s", id="t")
        with pytest.raises(CallError, match=said):
            next(task.events())
    assert set(proxy.count().values()) == {1}  # the client polls for no stream in place of a page


def test_a_failure_of_the_server_behind_a_proxy_has_its_usual_causes() -> None:
    with RawServer(
        always(response(b"Internal Server Error", "500 Internal Server Error"))
    ) as proxy:
        client = SyncClient(api_server_url="http://llama.invalid", proxy=proxy.url)
        with pytest.raises(ServerError, match=r"usual cause.*in the log.*may come from the proxy"):
            Task(client=client, deployment_id="d", session_id="s", id="t").results()


def test_an_invalid_proxy_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("http_proxy", "socks5://one:1")
    client = SyncClient(api_server_url="http://llama.invalid")
    with caplog.at_level("INFO", "llama_deploy_client"), pytest.raises(ServerUnreachableError):
        client.apiserver.deployments.list()
    assert "trying again" not in caplog.text


@pytest.mark.parametrize("host", ["llama.invalid", "a..b", "a" * 70, "[fe80::1%25nowhere]"])
def test_status_reports_a_name_that_does_not_resolve(host: str) -> None:
    client = SyncClient(api_server_url=f"http://{host}:1", max_retries=0)
    status = client.apiserver.status()
    assert status.status is StatusEnum.DOWN
    assert status.status_message.startswith("API Server is down: ")
