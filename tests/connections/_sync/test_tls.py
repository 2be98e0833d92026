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
    CallTimeoutError,
    CertificateError,
    ConnectionLostError,
    ServerUnreachableError,
    StatusEnum,
)
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client.errors import CertificateFileError

from ...faults._sync.helpers import client_of, task_of
from ...faults.wire import Connection, RawServer, Script, response, tunnel
from ..conftest import TLSPeer
from ..peer import serve

Use = Callable[[SyncClient], Any]


def first_event(client: SyncClient) -> None:
    with task_of(client).events() as events:
        assert next(events) == {"n": 1}


USES: dict[str, Use] = {
    "call": lambda client: client.apiserver.deployments.list(),
    "control plane": lambda client: client.core.sessions.list(),
    "stream": first_event,
}
each_use = pytest.mark.parametrize("use", USES.values(), ids=USES)


def test_disable_ssl_is_obeyed_by_both_halves(tls_peer: TLSPeer) -> None:
    with tls_peer() as peer:
        client = client_of(peer, disable_ssl=True)
        assert (client.apiserver.status()).status is StatusEnum.HEALTHY
        assert [deployment.id for deployment in client.apiserver.deployments.list()]
        assert [session.id for session in client.core.sessions.list()]
        assert [service.id for service in client.core.services.list()]
        assert peer.accepted == 1


@each_use
def test_disable_ssl_can_be_changed_back_and_forth(tls_peer: TLSPeer, use: Use) -> None:
    with tls_peer() as peer:
        client = client_of(peer)
        for _ in range(3):
            client.disable_ssl = False
            with pytest.raises(CertificateError):
                use(client)
            client.disable_ssl = True
            use(client)
        assert len(peer.requests) == 3


def test_disable_ssl_counts_more_than_an_authority(tls_peer: TLSPeer, tmp_path: Path) -> None:
    another = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(another)
    with tls_peer() as peer:
        client = SyncClient(api_server_url=peer.url, ca_bundle=another, disable_ssl=True)
        assert client.apiserver.deployments.list()


def test_a_private_authority_is_trusted_where_it_is_set(tls_peer: TLSPeer, ca_bundle: Path) -> None:
    with tls_peer() as peer:
        client = SyncClient(api_server_url=peer.url, ca_bundle=ca_bundle)
        assert client.apiserver.deployments.list()


def test_an_unknown_authority_is_refused_and_named(tls_peer: TLSPeer) -> None:
    with tls_peer() as peer:
        client = SyncClient(api_server_url=peer.url)
        with pytest.raises(CertificateError, match=r"failed.*\. A certificate .* ca_bundle \("):
            client.apiserver.deployments.list()
        with pytest.raises(httpx.ConnectError):
            client.apiserver.deployments.list()
        status = client.apiserver.status()
        assert status.status is StatusEnum.UNHEALTHY
        assert "certificate verify failed" in status.status_message
        assert not peer.requests


@each_use
@pytest.mark.parametrize(
    ("host", "days", "trusted", "reason"),
    [
        ("other.invalid", 1, True, "Hostname mismatch"),
        ("localhost", -1, True, "certificate has expired"),
        ("localhost", 1, False, "certificate verify failed"),
    ],
)
def test_a_wrong_certificate_is_refused_and_named(
    tls_peer: TLSPeer,
    ca_bundle: Path,
    host: str,
    days: int,
    trusted: bool,
    reason: str,
    use: Use,
) -> None:
    with tls_peer(host, not_after=datetime.now(UTC) + timedelta(days=days)) as peer:
        client = SyncClient(
            api_server_url=peer.url,
            control_plane_url=peer.url,
            ca_bundle=ca_bundle if trusted else None,
        )
        with pytest.raises(CertificateError, match=reason):
            use(client)
        status = client.apiserver.status()
        assert status.status is StatusEnum.UNHEALTHY
        assert reason in status.status_message
        assert not peer.requests


@each_use
def test_a_server_that_wants_a_certificate_gets_it(
    tls_peer: TLSPeer, ca_bundle: Path, client_cert: Path, use: Use
) -> None:
    with tls_peer(mutual=True) as peer:
        urls: dict[str, Any] = {"api_server_url": peer.url, "control_plane_url": peer.url}
        use(SyncClient(**urls, ca_bundle=ca_bundle, client_cert=client_cert))
        assert len(peer.requests) == 1
        without = SyncClient(**urls, ca_bundle=ca_bundle)
        with pytest.raises(CertificateError, match=r"certificate required.*client_cert"):
            use(without)
        assert (without.apiserver.status()).status is StatusEnum.UNHEALTHY
        assert len(peer.requests) == 1


@each_use
@pytest.mark.parametrize("setting", ["ssl_context", "http_client", "transport"])
def test_tls_settings_of_your_own_count(
    tls_peer: TLSPeer, trusting: ssl.SSLContext, setting: str, use: Use
) -> None:
    with httpx.Client(verify=trusting) as http_client:
        own: dict[str, Any] = {
            "ssl_context": trusting,
            "http_client": http_client,
            "transport": httpx.HTTPTransport(verify=trusting),
        }
        with tls_peer() as peer:
            with SyncClient(
                api_server_url=peer.url, control_plane_url=peer.url, **{setting: own[setting]}
            ) as client:
                use(client)
            assert len(peer.requests) == 1


@each_use
def test_a_proxy_passes_tls_on_and_sees_no_request(
    tls_peer: TLSPeer, ca_bundle: Path, use: Use
) -> None:
    with tls_peer() as peer, RawServer(tunnel()) as proxy:
        settings: dict[str, Any] = {
            "api_server_url": peer.url,
            "control_plane_url": peer.url,
            "proxy": proxy.url.replace("//", "//me:secret@"),
        }
        use(SyncClient(**settings, ca_bundle=ca_bundle, token="s3cret"))
        [seen] = proxy.requests
        assert b"\r\nProxy-Authorization: Basic " in seen.head
        assert b"s3cret" not in seen.head
        [(_, headers)] = peer.requests
        assert headers["Authorization"] == "Bearer s3cret"
        assert "Proxy-Authorization" not in headers
        with pytest.raises(CertificateError):
            use(SyncClient(**settings))


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
    """What is not TLS."""
    connection.request()
    os.write(connection.socket.fileno(), b"no TLS at all" * 10)
    connection.wait_until_gone()


@pytest.mark.parametrize(("script", "why"), [(cut, "closed in the middle"), (garbled, r"\[SSL")])
def test_what_breaks_within_tls_is_a_lost_connection(
    authority: trustme.CA, ca_bundle: Path, script: Script, why: str
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    with RawServer(script, tls=tls) as server:
        client = SyncClient(api_server_url=server.url, ca_bundle=ca_bundle, max_retries=0)
        with pytest.raises(ConnectionLostError, match=why):
            client.apiserver.deployments.list()


def test_https_to_a_server_without_tls_is_not_a_server_that_is_down() -> None:
    with serve() as peer:
        client = SyncClient(api_server_url=peer.url.replace("http:", "https:"))
        assert (client.apiserver.status()).status is StatusEnum.UNHEALTHY


def test_a_server_that_hangs_in_tls_is_a_timeout(silent_port: int) -> None:
    client = SyncClient(api_server_url=f"https://127.0.0.1:{silent_port}")
    with pytest.raises(CallTimeoutError, match=r"within 0\.1 s"):
        client.apiserver.deployments.list(timeout=0.1)


@pytest.mark.parametrize("setting", ["ca_bundle", "client_cert"])
def test_a_file_of_another_kind_is_named(setting: str, tmp_path: Path) -> None:
    file = tmp_path / "other.pem"
    file.write_text("no certificate")
    options: dict[str, Any] = {setting: file}
    client = SyncClient(api_server_url="https://localhost:1", **options)
    why = rf"{setting}: '.*other\.pem' cannot be used \(\["
    with pytest.raises(CertificateFileError, match=why):
        client.apiserver.deployments.list()
    with pytest.raises(ValueError, match=why):
        client.apiserver.deployments.list()
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
    tls_peer: TLSPeer, ca_bundle: Path, encrypted_cert: Path
) -> None:
    with tls_peer(mutual=True) as peer:
        options: dict[str, Any] = {
            "api_server_url": peer.url,
            "ca_bundle": ca_bundle,
            "client_cert": encrypted_cert,
        }
        client = SyncClient(**options, client_cert_password="s3cret")
        assert client.apiserver.deployments.list()
        assert "s3cret" not in repr(client)
        with pytest.raises(CertificateFileError, match=r"encrypted: set client_cert_password"):
            SyncClient(**options).apiserver.deployments.list()
        for wrong in ("s3cret2", "", "s3cret" * 1000):
            mistaken = SyncClient(**options, client_cert_password=wrong)
            with pytest.raises(
                CertificateFileError, match="Is client_cert_password right"
            ) as caught:
                mistaken.apiserver.deployments.list()
            assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "content", "why"),
    [
        ("SSL_CERT_FILE", None, "there is no file '{}'"),
        ("SSL_CERT_FILE", "", "'{}' cannot be used"),
        ("SSL_CERT_DIR", None, "there is no folder '{}'"),
        ("SSLKEYLOGFILE", "folder", "'{}' cannot be used"),
    ],
)
def test_a_variable_that_points_to_no_authorities_is_named(
    tls_peer: TLSPeer,
    ca_bundle: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    content: str | None,
    why: str,
) -> None:
    file = tmp_path / "authorities"
    if content == "folder":
        file.mkdir()
    elif content is not None:
        file.write_text(content)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, str(file))
    with tls_peer() as peer:
        with pytest.raises(CertificateFileError) as caught:
            SyncClient(api_server_url=peer.url).apiserver.deployments.list()
        assert f"the variable {variable}: {why.format(file)}" in str(caught.value)
        if variable == "SSLKEYLOGFILE":  # which Python reads in any case
            return
        trusting = SyncClient(api_server_url=peer.url, ca_bundle=ca_bundle)
        assert trusting.apiserver.deployments.list()
        ignoring = SyncClient(api_server_url=peer.url, trust_env=False)
        with pytest.raises(CertificateError, match="verify failed"):
            ignoring.apiserver.deployments.list()


def test_a_variable_can_name_the_authorities(
    tls_peer: TLSPeer, ca_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_bundle))
    with tls_peer() as peer:
        assert SyncClient(api_server_url=peer.url).apiserver.deployments.list()


def test_a_server_without_tls_is_not_taken_for_one_with_a_wrong_certificate() -> None:
    def answer(connection: Connection) -> None:
        connection.socket.recv(1)
        connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with RawServer(answer) as server:
        url = server.url.replace("http:", "https:")
        with pytest.raises(
            CertificateError, match="Does the server speak HTTPS at this port"
        ) as caught:
            SyncClient(api_server_url=url, max_retries=0).apiserver.deployments.list()
    assert "ca_bundle" not in str(caught.value)


def test_a_connection_that_breaks_in_the_handshake_never_existed() -> None:
    def hang_up(connection: Connection) -> None:
        connection.socket.recv(1)
        connection.reset()

    with RawServer(hang_up) as server:
        url = server.url.replace("http:", "https:")
        with pytest.raises(ServerUnreachableError, match="reset"):
            SyncClient(api_server_url=url, max_retries=0).apiserver.deployments.list()


def test_several_folders_of_authorities_are_taken(
    tls_peer: TLSPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", os.pathsep.join([str(tmp_path / "none"), str(tmp_path)]))
    with tls_peer() as peer, pytest.raises(CertificateError, match="verify failed"):
        SyncClient(api_server_url=peer.url).apiserver.deployments.list()


def test_a_connection_that_is_closed_in_the_handshake_is_tried_again() -> None:
    def hang_up(connection: Connection) -> None:
        connection.socket.recv(65536)

    with RawServer(hang_up) as server:
        client = SyncClient(api_server_url=server.url.replace("http:", "https:"))
        with pytest.raises(ServerUnreachableError, match="closed during the handshake") as caught:
            client.apiserver.deployments.list()
        assert not isinstance(caught.value, CertificateError)
        assert server.accepted == 3


def test_a_handshake_that_hangs_is_a_time_out_of_connecting(silent_port: int) -> None:
    urls: list[dict[str, Any]] = [
        {"api_server_url": f"https://127.0.0.1:{silent_port}"},
        {"api_server_url": "https://one.invalid", "proxy": f"http://127.0.0.1:{silent_port}"},
    ]
    for options in urls:
        with pytest.raises(httpx.ConnectTimeout):
            SyncClient(**options).apiserver.deployments.list(timeout=0.1)


def test_a_context_that_takes_http2_is_refused_and_told(
    authority: trustme.CA, trusting: ssl.SSLContext
) -> None:
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(server_side)
    server_side.set_alpn_protocols(["h2"])
    trusting.set_alpn_protocols(["h2", "http/1.1"])
    with RawServer(lambda connection: connection.wait_until_gone(), tls=server_side) as server:
        client = SyncClient(api_server_url=server.url, ssl_context=trusting)
        with pytest.raises(
            CertificateError, match=r": the ssl_context negotiated 'h2'.*offer no protocols"
        ):
            client.apiserver.deployments.list()
