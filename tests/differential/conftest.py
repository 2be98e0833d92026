"""Stages, and certificates for them."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import pytest
import trustme

from .server import Stage, stage


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture(scope="session")
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = authority.issue_cert("localhost", key_type=trustme.KeyType.ECDSA)
    certificate.configure_cert(context)
    return context


@pytest.fixture(scope="session")
def client_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture(scope="module")
def plain(client_tls: ssl.SSLContext) -> Iterator[Stage]:
    with stage(client_tls) as stage_:
        yield stage_


@pytest.fixture(scope="module")
def secure(client_tls: ssl.SSLContext, server_tls: ssl.SSLContext) -> Iterator[Stage]:
    with stage(client_tls, server_tls) as stage_:
        yield stage_
