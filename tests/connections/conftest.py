"""Local servers, plain and with certificates, and ports at which a client waits in vain."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from .peer import PeerServer, serve

TLSPeer = Callable[..., AbstractContextManager[PeerServer]]


@pytest.fixture
def peer() -> Iterator[PeerServer]:
    with serve() as server:
        yield server


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_bundle(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


@pytest.fixture(scope="session")
def client_cert(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("client") / "client.pem"
    authority.issue_cert("client").private_key_and_cert_chain_pem.write_to_path(path)
    return path


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """TLS settings of a user's own."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def tls_peer(authority: trustme.CA) -> TLSPeer:
    """Makes an HTTPS server with a certificate of our authority, for the given host name; `mutual`
    if it wants one of its clients, too."""

    @contextmanager
    def start(
        host: str = "localhost", *, mutual: bool = False, **certificate: Any
    ) -> Iterator[PeerServer]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host, **certificate).configure_cert(context)
        if mutual:
            authority.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        with serve(context) as server:
            yield server

    return start


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def full_port() -> Iterator[int]:
    """A port with no room for another connection: who wants one waits."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening, ExitStack() as opened:
        for _ in range(4):
            waiting = opened.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]
