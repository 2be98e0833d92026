# Made by `make generate` from tests/connections/_async/test_proxy.py: do not edit.
"""A proxy: set or of the environment, for HTTP and in between the client and HTTPS."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from llama_deploy_client import CertificateError, ServerUnreachableError
from llama_deploy_client._sync.client import SyncClient

from ...faults.wire import LOOPBACK, RawServer, tunnel
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
