# Made by `make generate` from tests/connections/_async/test_tls.py: do not edit.
"""Certificates are verified, unless the settings say otherwise: with real TLS on loopback."""

from __future__ import annotations

import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import trustme

from llama_deploy_client import (
    CallError,
    CallTimeoutError,
    CertificateError,
    ConnectionLostError,
    StatusEnum,
)
from llama_deploy_client._sync.client import SyncClient

from ...faults.wire import Connection, RawServer, Script, answering, response
from ..conftest import TLSPeer
from ..peer import serve


def test_disable_ssl_is_obeyed_by_both_halves(tls_peer: TLSPeer) -> None:
    with tls_peer() as peer:
        client = SyncClient(api_server_url=peer.url, control_plane_url=peer.url, disable_ssl=True)
        assert (client.apiserver.status()).status is StatusEnum.HEALTHY
        assert [deployment.id for deployment in client.apiserver.deployments.list()]
        assert [session.id for session in client.core.sessions.list()]
        assert [service.id for service in client.core.services.list()]
        assert peer.accepted == 1


def test_disable_ssl_can_be_changed(tls_peer: TLSPeer) -> None:
    with tls_peer() as peer:
        client = SyncClient(api_server_url=peer.url)
        with pytest.raises(CertificateError):
            client.apiserver.deployments.list()
        client.disable_ssl = True
        assert client.apiserver.deployments.list()


def test_disable_ssl_counts_more_than_an_authority(tls_peer: TLSPeer, tmp_path: Path) -> None:
    another = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(another)
    with tls_peer() as peer:
        client = SyncClient(api_server_url=peer.url, ca_bundle=another, disable_ssl=True)
        assert client.apiserver.deployments.list()


def test_a_client_shows_its_certificate_where_one_is_wanted(
    authority: trustme.CA, ca_bundle: Path, tmp_path: Path
) -> None:
    certificate = tmp_path / "client.pem"
    authority.issue_cert("me").private_key_and_cert_chain_pem.write_to_path(certificate)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    authority.configure_trust(tls)
    tls.verify_mode = ssl.CERT_REQUIRED
    with RawServer(answering(lambda request: response(b"[]")), tls=tls) as server:
        known = SyncClient(api_server_url=server.url, ca_bundle=ca_bundle, client_cert=certificate)
        assert known.apiserver.deployments.list() == []
        unknown = SyncClient(api_server_url=server.url, ca_bundle=ca_bundle)
        with pytest.raises(CallError):
            unknown.apiserver.deployments.list()


def test_a_private_authority_is_trusted_where_it_is_set(tls_peer: TLSPeer, ca_bundle: Path) -> None:
    with tls_peer() as peer:
        client = SyncClient(api_server_url=peer.url, ca_bundle=ca_bundle)
        assert client.apiserver.deployments.list()


def test_an_unknown_authority_is_refused_and_named(tls_peer: TLSPeer) -> None:
    with tls_peer() as peer:
        client = SyncClient(api_server_url=peer.url)
        with pytest.raises(CertificateError, match=r"certificate verify failed.*ca_bundle"):
            client.apiserver.deployments.list()
        with pytest.raises(httpx.ConnectError):
            client.apiserver.deployments.list()
        status = client.apiserver.status()
        assert status.status is StatusEnum.UNHEALTHY
        assert "certificate verify failed" in status.status_message
        assert not peer.requests


def test_another_host_name_is_refused_and_named(tls_peer: TLSPeer, ca_bundle: Path) -> None:
    with tls_peer("other.invalid") as peer:
        client = SyncClient(api_server_url=peer.url, ca_bundle=ca_bundle)
        with pytest.raises(CertificateError, match="Hostname mismatch"):
            client.apiserver.deployments.list()


def test_an_expired_certificate_is_refused_and_named(tls_peer: TLSPeer, ca_bundle: Path) -> None:
    with tls_peer(not_after=datetime.now(UTC) - timedelta(days=1)) as peer:
        client = SyncClient(api_server_url=peer.url, ca_bundle=ca_bundle)
        with pytest.raises(CertificateError, match="certificate has expired"):
            client.apiserver.deployments.list()


def test_a_stream_over_tls_yields_as_events_arrive(tls_peer: TLSPeer, ca_bundle: Path) -> None:
    with tls_peer() as peer:
        client = SyncClient(api_server_url=peer.url, ca_bundle=ca_bundle)
        deployment = client.apiserver.deployments.get("one")
        task = deployment.tasks.create({})
        with task.events() as events:
            assert next(events) == {"n": 1}
            assert not peer.gate.is_set()


def test_a_connection_that_the_server_closed_is_not_used(
    tls_peer: TLSPeer, ca_bundle: Path
) -> None:
    with tls_peer() as peer:
        client = SyncClient(api_server_url=peer.url, ca_bundle=ca_bundle, max_retries=0)
        client.apiserver.deployments.list()
        peer.hang_up()
        assert peer.all_closed()
        client.apiserver.deployments.list()
        assert peer.accepted == 2


def cut(connection: Connection) -> None:
    """Half of an answer."""
    connection.request()
    connection.send(response(b'[{"name": "one"}]')[:-4])


def garbled(connection: Connection) -> None:
    """What is no TLS."""
    connection.request()
    os.write(connection.socket.fileno(), b"no TLS at all" * 10)
    connection.wait_until_gone()


@pytest.mark.parametrize(("script", "why"), [(cut, "peer closed"), (garbled, r"\[SSL")])
def test_what_breaks_within_tls_is_a_lost_connection(
    authority: trustme.CA, ca_bundle: Path, script: Script, why: str
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    with RawServer(script, tls=tls) as server:
        client = SyncClient(api_server_url=server.url, ca_bundle=ca_bundle, max_retries=0)
        with pytest.raises(ConnectionLostError, match=why):
            client.apiserver.deployments.list()


def test_https_to_a_server_without_tls_is_no_server_that_is_down() -> None:
    with serve() as peer:
        client = SyncClient(api_server_url=peer.url.replace("http:", "https:"))
        assert (client.apiserver.status()).status is StatusEnum.UNHEALTHY


def test_a_server_that_hangs_in_tls_is_a_timeout(silent_port: int) -> None:
    client = SyncClient(api_server_url=f"https://127.0.0.1:{silent_port}")
    with pytest.raises(CallTimeoutError, match=r"within 0\.1 s"):
        client.apiserver.deployments.list(timeout=0.1)
