"""Local servers, plain and with certificates, and ports where a client waits in vain."""

from __future__ import annotations

import inspect
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import trustme

from ..faults.wire import LOOPBACK
from .peer import PeerServer

ServerTLS = Callable[..., ssl.SSLContext]

MORE_THAN_SOCKETS_HOLD = 8_000_000
"""Bytes that cannot all be on their way to a peer which reads none of them."""


async def settled(value: Any) -> Any:
    """What an async call gives, or a blocking one gave: for tests of both sides."""
    return await value if inspect.isawaitable(value) else value


@pytest.fixture
def peer() -> Iterator[PeerServer]:
    with PeerServer() as server:
        yield server


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_bundle(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


@pytest.fixture
def server_tls(authority: trustme.CA) -> ServerTLS:
    """Makes a server's TLS settings, with a certificate of our authority for a host; `mutual` if
    clients have to show one, too."""

    def make(
        host: str = "localhost", *, mutual: bool = False, **certificate: Any
    ) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host, **certificate).configure_cert(context)
        if mutual:
            authority.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    return make


@pytest.fixture
def tls_peer(server_tls: ServerTLS) -> Iterator[PeerServer]:
    """The same server over HTTPS, as `localhost`."""
    with PeerServer(server_tls()) as server:
        yield server


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port where nothing listens, and that nobody else gets meanwhile."""
    with socket.socket() as bound:
        bound.bind((LOOPBACK, 0))
        yield bound.getsockname()[1]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections, reads little and sends nothing."""
    with socket.create_server((LOOPBACK, 0)) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        yield listening.getsockname()[1]


@pytest.fixture
def full_port() -> Iterator[int]:
    """A port with no room for another connection: clients wait."""
    with socket.create_server((LOOPBACK, 0), backlog=0) as listening, ExitStack() as opened:
        for _ in range(4):
            waiting = opened.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]
