# Made by `make generate` from tests/connections/_async/test_proxy.py: do not edit.
"""A proxy: set or of the environment, for HTTP and in between the client and HTTPS."""

from __future__ import annotations

import ssl
from pathlib import Path

import httpx
import pytest
import trustme

from llama_deploy_client._sync.client import SyncClient

from ...faults.wire import RawServer
from ..conftest import TLSPeer
from ..peer import PeerServer, tunnel


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


@pytest.mark.parametrize("to_proxy", ["http", "https"])
def test_https_through_a_proxy_is_for_the_server_alone(
    tls_peer: TLSPeer,
    authority: trustme.CA,
    ca_bundle: Path,
    monkeypatch: pytest.MonkeyPatch,
    to_proxy: str,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_bundle))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if to_proxy == "https" else None
    if tls:
        authority.issue_cert("localhost").configure_cert(tls)
    with tls_peer("server.invalid") as peer, RawServer(tunnel(peer), tls=tls) as proxy:
        client = SyncClient(
            api_server_url="https://server.invalid", proxy=proxy.url, ca_bundle=ca_bundle
        )
        assert (client.apiserver.deployments.list())[0].id == "one"
        assert [path for path, _ in peer.requests] == ["/deployments/"]
        assert proxy.count() == {"CONNECT server.invalid:443": 1}
