# Made by `make generate` from tests/connections/_async/test_network.py: do not edit.
"""Every wait ends by the deadline, and what breaks is told in the system's own words."""

from __future__ import annotations

import errno
import socket
import ssl

import httpx
import pytest

from llama_deploy_client import (
    CallTimeoutError,
    ConnectionLostError,
    ServerUnreachableError,
    Settings,
    StatusEnum,
)
from llama_deploy_client._sync.apiserver import Deployment
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._transport._sync.transport import LaneTransport
from llama_deploy_client._transport.contract import TransportClosedError
from llama_deploy_client._transport.deadline import Deadline
from llama_deploy_client._transport.sockets import SyncSocket

from ...faults.wire import Connection, RawServer
from ..peer import PeerServer

IN_TIME = r"^no response within 0\.1 s(: timed out)? \("


def test_a_server_that_takes_no_connection_is_a_timeout(full_port: int) -> None:
    client = SyncClient(api_server_url=f"http://127.0.0.1:{full_port}")
    with pytest.raises(CallTimeoutError, match=IN_TIME):
        client.apiserver.deployments.list(timeout=0.1)


def test_a_server_that_says_nothing_is_a_timeout(silent_port: int) -> None:
    client = SyncClient(api_server_url=f"http://127.0.0.1:{silent_port}")
    with pytest.raises(CallTimeoutError, match=IN_TIME):
        client.apiserver.deployments.list(timeout=0.1)


def test_a_server_that_reads_nothing_is_a_timeout(silent_port: int) -> None:
    client = SyncClient(api_server_url=f"http://127.0.0.1:{silent_port}")
    more_than_sockets_hold = "#" * 20_000_000
    deployment = Deployment(client=client, id="d")
    with pytest.raises(CallTimeoutError, match=IN_TIME):
        deployment.tasks.create({"text": more_than_sockets_hold}, timeout=0.1)


def test_each_operation_after_the_deadline_is_a_timeout_of_its_kind(silent_port: int) -> None:
    stream = SyncSocket.connect("127.0.0.1", silent_port, Deadline(None))
    with pytest.raises(httpx.ConnectTimeout):
        SyncSocket.connect("127.0.0.1", silent_port, Deadline(0))
    with pytest.raises(httpx.ReadTimeout):
        stream.read(Deadline(0))
    with pytest.raises(httpx.WriteTimeout):
        stream.write(memoryview(b"x"), Deadline(0))
    stream.close()


@pytest.mark.parametrize("host", ["one..two", f"{'a' * 64}.invalid"])
def test_a_host_that_no_dns_can_know_cannot_be_reached(host: str) -> None:
    client = SyncClient(api_server_url=f"http://{host}", max_retries=0)
    with pytest.raises(ServerUnreachableError, match=r"label (empty or )?too long|label empty"):
        client.apiserver.deployments.list()


def test_where_nothing_listens_the_server_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    client = SyncClient(api_server_url=f"http://127.0.0.1:{port}", max_retries=0)
    assert (client.apiserver.status()).status is StatusEnum.DOWN
    with pytest.raises(ServerUnreachableError, match=f"Errno {errno.ECONNREFUSED}"):
        client.apiserver.deployments.list()


def test_the_host_is_the_one_that_was_asked_for() -> None:
    with socket.create_server(("127.0.0.2", 0)) as elsewhere:
        client = SyncClient(api_server_url=f"http://127.0.0.2:{elsewhere.getsockname()[1]}")
        with pytest.raises(CallTimeoutError):
            client.apiserver.deployments.list(timeout=0.1)


def test_a_connection_that_is_reset_is_lost() -> None:
    def script(connection: Connection) -> None:
        connection.request()
        connection.reset()

    with RawServer(script) as server:
        client = SyncClient(api_server_url=server.url, max_retries=0)
        with pytest.raises(ConnectionLostError, match="reset"):
            client.apiserver.deployments.list()


def test_tls_is_made_ready_for_https_alone(peer: PeerServer) -> None:
    made = [ssl.create_default_context()]
    transport = LaneTransport(tls=made.pop, max_connections=2, proxy=None)
    request = httpx.Request("GET", f"{peer.url}/status/")
    (transport.handle_request(request)).close()
    assert len(made) == 1


def test_a_closed_transport_opens_nothing(peer: PeerServer) -> None:
    transport = LaneTransport(tls=Settings()._tls(), max_connections=2, proxy=None)
    request = httpx.Request("GET", f"{peer.url}/status/")
    (transport.handle_request(request)).close()
    transport.close()
    with pytest.raises(TransportClosedError):
        transport.handle_request(request)
    assert peer.accepted == 1
