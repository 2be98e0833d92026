"""The server that interrupted calls go to, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from tests.support.running import program


@dataclass
class Echo:
    """Where the server is.

    Attributes:
        urls: plain and TLS.
        ca_bundle: the file of the authority that signed its certificate.
    """

    urls: dict[str, str]
    ca_bundle: str


@pytest.fixture(scope="session")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Echo]:
    folder = tmp_path_factory.mktemp("echo")
    authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate = authority.issue_cert("localhost", key_type=trustme.KeyType.ECDSA)
    certificate.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    with program(
        *(sys.executable, "-m", "tests.interruptions.echoing", folder / "server.pem"),
        cwd=Path(__file__).parent.parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as server:
        assert server.stdout is not None
        plain, tls = json.loads(server.stdout.readline())
        urls = {"plain": f"http://127.0.0.1:{plain}", "TLS": f"https://localhost:{tls}"}
        yield Echo(urls, str(folder / "ca.pem"))
