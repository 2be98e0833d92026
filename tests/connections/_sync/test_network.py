# Made by `make generate` from tests/connections/_async/test_network.py: do not edit.
"""Every wait ends by the deadline; errors have the system's own words; bodies of any length."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Iterator

import httpx
import pytest

from llama_deploy_client import (
    CallTimeoutError,
    ServerUnreachableError,
    Settings,
    StatusEnum,
    StatusError,
)
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._transport._sync.transport import LaneTransport
from llama_deploy_client._transport.contract import TransportClosedError

from ...faults._sync.helpers import deployment_of
from ...faults.wire import Connection, RawServer, response
from ..conftest import MORE_THAN_SOCKETS_HOLD
from ..peer import PeerServer


@pytest.mark.parametrize(
    ("port", "text"),
    [("full_port", ""), ("silent_port", ""), ("silent_port", "#" * MORE_THAN_SOCKETS_HOLD)],
    ids=["takes no connection", "sends nothing", "reads nothing"],
)
def test_a_silent_server_is_a_timeout(request: pytest.FixtureRequest, port: str, text: str) -> None:
    url = f"http://127.0.0.1:{request.getfixturevalue(port)}"
    deployment = deployment_of(SyncClient(api_server_url=url))
    with pytest.raises(CallTimeoutError, match=r"^no response within 0\.1 s(: timed out)? \("):
        deployment.tasks.create({"text": text}, timeout=0.1)


NO_NAME = "label (empty or )?too long|label empty"


@pytest.mark.parametrize(
    ("host", "message", "status_message"),
    [
        ("127.0.0.1", f"Errno {errno.ECONNREFUSED}", "API Server is down"),
        ("llama.invalid", "Errno", "API Server is down: "),
        ("a..b", NO_NAME, "API Server is down: "),
        (f"{'a' * 64}.invalid", NO_NAME, "API Server is down: "),
        ("[fe80::1]", "Errno", "API Server is down: "),
        ("[fe80::1%25nowhere]", "Errno", "API Server is down: "),
    ],
)
def test_a_host_that_cannot_be_reached_is_down(
    host: str, message: str, status_message: str, closed_port: int
) -> None:
    client = SyncClient(api_server_url=f"http://{host}:{closed_port}", max_retries=0)
    with pytest.raises(ServerUnreachableError, match=message):
        client.apiserver.deployments.list()
    status = client.apiserver.status()
    assert status.status is StatusEnum.DOWN
    assert status.status_message.startswith(status_message)


def new_transport() -> LaneTransport:
    return LaneTransport(tls=Settings()._tls(), max_connections=2, proxy=None)


def test_tls_is_prepared_for_https_alone(peer: PeerServer) -> None:
    contexts = [ssl.create_default_context()]
    transport = LaneTransport(tls=contexts.pop, max_connections=2, proxy=None)
    request = httpx.Request("GET", f"{peer.url}/status/")
    (transport.handle_request(request)).close()
    assert len(contexts) == 1


def test_a_closed_transport_opens_nothing(peer: PeerServer) -> None:
    transport = new_transport()
    request = httpx.Request("GET", f"{peer.url}/status/")
    (transport.handle_request(request)).close()
    transport.close()
    with pytest.raises(TransportClosedError):
        transport.handle_request(request)
    assert peer.accepted == 1


def test_a_body_of_unknown_length_is_sent_in_chunks() -> None:
    received: list[bytes] = []

    def script(connection: Connection) -> None:
        read = b""
        while not read.endswith(b"0\r\n\r\n"):
            read += connection.socket.recv(65536)
        received.append(read.partition(b"\r\n\r\n")[2])
        connection.send(response(b"[]", "200 Fine", "X-Request-Id: 7"))

    def pieces() -> Iterator[bytes]:
        for piece in (b"one", b"", b"#" * 100_000, b"end"):
            yield piece

    with RawServer(script) as server:
        request = httpx.Request("POST", server.url, content=pieces())
        got = new_transport().handle_request(request)
        assert got.read() == b"[]"
    assert (got.http_version, got.reason_phrase) == ("HTTP/1.1", "Fine")
    assert got.headers["x-request-id"] == "7"
    assert received == [b"3\r\none\r\n186a0\r\n" + b"#" * 100_000 + b"\r\n3\r\nend\r\n0\r\n\r\n"]


def test_a_response_counts_though_the_server_did_not_read_the_request() -> None:
    def script(connection: Connection) -> None:
        connection.socket.recv(1)
        connection.send(response(b"", "413 Too Large"))

    with RawServer(script) as server:
        client = SyncClient(api_server_url=server.url, max_retries=0)
        with pytest.raises(StatusError, match="413"):
            deployment_of(client).tasks.create({"text": "#" * MORE_THAN_SOCKETS_HOLD})
