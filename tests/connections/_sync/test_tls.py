# Made by `make generate` from tests/connections/_async/test_tls.py: do not edit.
"""Certificates are verified, unless the settings say otherwise: with real TLS on loopback."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from llama_deploy_client import (
    CallError,
    CallTimeoutError,
    CertificateError,
    ConnectionLostError,
    ServerUnreachableError,
    StatusEnum,
)
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client.errors import CertificateFileError

from ...faults._sync.helpers import client_of, task_of
from ...faults.wire import Connection, RawServer, Script, response
from ..conftest import ServerTLS
from ..peer import PeerServer


def test_disable_ssl_can_be_changed_back_and_forth(tls_peer: PeerServer) -> None:
    client = client_of(tls_peer)
    calls: list[Callable[[], Any]] = [
        client.apiserver.deployments.list,
        client.core.sessions.list,
        lambda: next(task_of(client).events()),
    ]
    for call in calls * 2:
        client.disable_ssl = False
        with pytest.raises(CertificateError):
            call()
        client.disable_ssl = True
        assert call()
    assert len(tls_peer.requests) == 6


def test_disable_ssl_counts_more_than_an_authority(tls_peer: PeerServer, tmp_path: Path) -> None:
    another = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(another)
    client = SyncClient(api_server_url=tls_peer.url, ca_bundle=another, disable_ssl=True)
    assert client.apiserver.deployments.list()


@pytest.mark.parametrize(
    ("host", "days", "trusted", "reason", "hint"),
    [
        ("other.invalid", 1, True, "Hostname mismatch", ""),
        ("localhost", -1, True, "certificate has expired", ""),
        ("localhost", 1, False, "certificate verify failed", r".*\. A certificate .* ca_bundle \("),
    ],
)
def test_a_wrong_certificate_is_refused_and_named(
    server_tls: ServerTLS,
    ca_bundle: Path,
    host: str,
    days: int,
    trusted: bool,
    reason: str,
    hint: str,
) -> None:
    with PeerServer(server_tls(host, not_after=datetime.now(UTC) + timedelta(days=days))) as peer:
        client = client_of(peer, ca_bundle=ca_bundle if trusted else None)
        with pytest.raises(CertificateError, match=reason + hint) as caught:
            client.apiserver.deployments.list()
        assert isinstance(caught.value, httpx.ConnectError)
        status = client.apiserver.status()
        assert status.status is StatusEnum.UNHEALTHY
        assert reason in status.status_message
        assert not peer.requests


def test_a_server_that_wants_a_certificate_gets_it(
    server_tls: ServerTLS, ca_bundle: Path, authority: trustme.CA, tmp_path: Path
) -> None:
    client_cert = tmp_path / "client.pem"
    authority.issue_cert("client").private_key_and_cert_chain_pem.write_to_path(client_cert)
    with PeerServer(server_tls(mutual=True)) as peer:
        client = client_of(peer, ca_bundle=ca_bundle, client_cert=client_cert)
        client.apiserver.deployments.list()
        without = client_of(peer, ca_bundle=ca_bundle)
        with pytest.raises(CertificateError, match=r"certificate required.*client_cert"):
            without.apiserver.deployments.list()
        assert (without.apiserver.status()).status is StatusEnum.UNHEALTHY
        assert len(peer.requests) == 1


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """TLS settings of a user's own."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.mark.parametrize("setting", ["ssl_context", "http_client", "transport"])
def test_tls_settings_of_your_own_count(
    tls_peer: PeerServer, trusting: ssl.SSLContext, setting: str
) -> None:
    with httpx.Client(verify=trusting) as http_client:
        own: dict[str, Any] = {
            "ssl_context": trusting,
            "http_client": http_client,
            "transport": httpx.HTTPTransport(verify=trusting),
        }
        with client_of(tls_peer, **{setting: own[setting]}) as client:
            client.apiserver.deployments.list()
    assert len(tls_peer.requests) == 1


def cuts(connection: Connection) -> None:
    """Send half of a response."""
    connection.request()
    connection.send(response(b'[{"name": "one"}]')[:-4])


def garbles(connection: Connection) -> None:
    """Send what is not TLS."""
    connection.request()
    os.write(connection.socket.fileno(), b"no TLS at all" * 10)
    connection.wait_until_gone()


@pytest.mark.parametrize(
    ("script", "reason"), [(cuts, "closed in the middle"), (garbles, r"\[SSL")]
)
def test_a_connection_that_breaks_within_tls_is_lost(
    server_tls: ServerTLS, ca_bundle: Path, script: Script, reason: str
) -> None:
    with RawServer(script, tls=server_tls()) as server:
        client = client_of(server, ca_bundle=ca_bundle, max_retries=0)
        with pytest.raises(ConnectionLostError, match=reason):
            client.apiserver.deployments.list()


def refuses(connection: Connection) -> None:
    """Respond as a server without TLS."""
    connection.socket.recv(65536)
    connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def resets(connection: Connection) -> None:
    connection.socket.recv(1)
    connection.reset()


def closes(connection: Connection) -> None:
    connection.socket.recv(65536)


@pytest.mark.parametrize(
    ("script", "error", "reason", "tries", "status"),
    [
        (refuses, CertificateError, "Does the server speak HTTPS at this port", 1, "Unhealthy"),
        (resets, ServerUnreachableError, "reset", 2, "Down"),
        (closes, ServerUnreachableError, "closed during the handshake", 2, "Down"),
    ],
)
def test_a_handshake_that_fails_is_not_taken_for_a_wrong_certificate(
    script: Script, error: type[CallError], reason: str, tries: int, status: str
) -> None:
    with RawServer(script) as server:
        url = server.url.replace("http:", "https:")
        client = SyncClient(api_server_url=url, max_retries=1)
        with pytest.raises(error, match=reason) as caught:
            client.apiserver.deployments.list()
        assert type(caught.value) is error
        assert "ca_bundle" not in str(caught.value)
        assert server.accepted == tries
        assert (client.apiserver.status()).status.value == status


def test_a_handshake_that_hangs_is_a_time_out_of_connecting(silent_port: int) -> None:
    urls: list[dict[str, Any]] = [
        {"api_server_url": f"https://127.0.0.1:{silent_port}"},
        {"api_server_url": "https://one.invalid", "proxy": f"http://127.0.0.1:{silent_port}"},
    ]
    for options in urls:
        with pytest.raises(CallTimeoutError, match=r"within 0\.1 s") as caught:
            SyncClient(**options).apiserver.deployments.list(timeout=0.1)
        assert isinstance(caught.value, httpx.ConnectTimeout)


@pytest.mark.parametrize("setting", ["ca_bundle", "client_cert"])
def test_a_file_of_another_kind_is_named(setting: str, tmp_path: Path) -> None:
    file = tmp_path / "other.pem"
    file.write_text("no certificate")
    options: dict[str, Any] = {setting: file}
    client = SyncClient(api_server_url="https://localhost:1", **options)
    reason = rf"{setting}: '.*other\.pem' cannot be used \(\["
    with pytest.raises(CertificateFileError, match=reason) as caught:
        client.apiserver.deployments.list()
    assert isinstance(caught.value, ValueError)
    status = client.apiserver.status()
    assert status.status is StatusEnum.UNHEALTHY
    assert setting in status.status_message


@pytest.fixture
def encrypted_cert(authority: trustme.CA, tmp_path: Path) -> Path:
    """A client's certificate with a key whose password is `s3cret`."""
    issued = authority.issue_cert("client@one.invalid")
    key = load_pem_private_key(issued.private_key_pem.bytes(), None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"s3cret")
    )
    file = tmp_path / "encrypted.pem"
    file.write_bytes(key + b"".join(each.bytes() for each in issued.cert_chain_pems))
    return file


def test_an_encrypted_key_needs_its_password(
    server_tls: ServerTLS, ca_bundle: Path, encrypted_cert: Path
) -> None:
    with PeerServer(server_tls(mutual=True)) as peer:
        options: dict[str, Any] = {"ca_bundle": ca_bundle, "client_cert": encrypted_cert}
        client = client_of(peer, **options, client_cert_password="s3cret")
        assert client.apiserver.deployments.list()
        assert "s3cret" not in repr(client)
        with pytest.raises(CertificateFileError, match=r"encrypted: set client_cert_password"):
            client_of(peer, **options).apiserver.deployments.list()
        for wrong in ("s3cret2", "", "s3cret" * 1000):
            mistaken = client_of(peer, **options, client_cert_password=wrong)
            with pytest.raises(
                CertificateFileError, match="Is client_cert_password right"
            ) as caught:
                mistaken.apiserver.deployments.list()
            assert "s3cret" not in str(caught.value)


@pytest.fixture
def no_authorities(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("no_authorities")
@pytest.mark.parametrize(
    ("variable", "content", "reason"),
    [
        ("SSL_CERT_FILE", None, "there is no file '{}'"),
        ("SSL_CERT_FILE", "", "'{}' cannot be used"),
        ("SSL_CERT_DIR", None, "there is no folder '{}'"),
        ("SSLKEYLOGFILE", "folder", "'{}' cannot be used"),
    ],
)
def test_a_variable_that_does_not_point_to_authorities_is_named(
    tls_peer: PeerServer,
    ca_bundle: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    content: str | None,
    reason: str,
) -> None:
    file = tmp_path / "authorities"
    if content == "folder":
        file.mkdir()
    elif content is not None:
        file.write_text(content)
    monkeypatch.setenv(variable, str(file))
    with pytest.raises(CertificateFileError) as caught:
        client_of(tls_peer).apiserver.deployments.list()
    assert f"the variable {variable}: {reason.format(file)}" in str(caught.value)
    if variable != "SSLKEYLOGFILE":  # which Python reads in any case
        assert client_of(tls_peer, ca_bundle=ca_bundle).apiserver.deployments.list()
        with pytest.raises(CertificateError, match="verify failed"):
            client_of(tls_peer, trust_env=False).apiserver.deployments.list()


@pytest.mark.usefixtures("no_authorities")
def test_variables_name_a_file_of_authorities_or_several_folders(
    tls_peer: PeerServer, ca_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", os.pathsep.join([str(tmp_path / "none"), str(tmp_path)]))
    with pytest.raises(CertificateError, match="verify failed"):
        client_of(tls_peer).apiserver.deployments.list()
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_bundle))
    assert client_of(tls_peer).apiserver.deployments.list()


def test_a_context_that_takes_http2_is_refused_with_what_to_do(
    server_tls: ServerTLS, trusting: ssl.SSLContext
) -> None:
    server_side = server_tls()
    server_side.set_alpn_protocols(["h2"])
    trusting.set_alpn_protocols(["h2", "http/1.1"])
    with RawServer(lambda connection: connection.wait_until_gone(), tls=server_side) as server:
        client = client_of(server, ssl_context=trusting)
        with pytest.raises(
            CertificateError, match=r": the ssl_context negotiated 'h2'.*offer no protocols"
        ):
            client.apiserver.deployments.list()
