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
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._transport._async.transport import LaneTransport
from llama_deploy_client._transport.contract import TransportClosedError
from llama_deploy_client._transport.deadline import Deadline
from llama_deploy_client._transport.sockets import AsyncSocket

from ...faults.wire import Connection, RawServer
from ..peer import PeerServer

IN_TIME = r"^no response within 0\.1 s(: timed out)? \("


async def test_a_server_that_takes_no_connection_is_a_timeout(full_port: int) -> None:
    client = AsyncClient(api_server_url=f"http://127.0.0.1:{full_port}")
    with pytest.raises(CallTimeoutError, match=IN_TIME):
        await client.apiserver.deployments.list(timeout=0.1)


async def test_a_server_that_says_nothing_is_a_timeout(silent_port: int) -> None:
    client = AsyncClient(api_server_url=f"http://127.0.0.1:{silent_port}")
    with pytest.raises(CallTimeoutError, match=IN_TIME):
        await client.apiserver.deployments.list(timeout=0.1)


async def test_a_server_that_reads_nothing_is_a_timeout(silent_port: int) -> None:
    client = AsyncClient(api_server_url=f"http://127.0.0.1:{silent_port}")
    more_than_sockets_hold = "#" * 20_000_000
    deployment = Deployment(client=client, id="d")
    with pytest.raises(CallTimeoutError, match=IN_TIME):
        await deployment.tasks.create({"text": more_than_sockets_hold}, timeout=0.1)


async def test_each_operation_after_the_deadline_is_a_timeout_of_its_kind(silent_port: int) -> None:
    stream = await AsyncSocket.connect("127.0.0.1", silent_port, Deadline(None))
    with pytest.raises(httpx.ConnectTimeout):
        await AsyncSocket.connect("127.0.0.1", silent_port, Deadline(0))
    with pytest.raises(httpx.ReadTimeout):
        await stream.read(Deadline(0))
    with pytest.raises(httpx.WriteTimeout):
        await stream.write(memoryview(b"x"), Deadline(0))
    await stream.aclose()


@pytest.mark.parametrize("host", ["one..two", f"{'a' * 64}.invalid"])
async def test_a_host_that_no_dns_can_know_cannot_be_reached(host: str) -> None:
    client = AsyncClient(api_server_url=f"http://{host}", max_retries=0)
    with pytest.raises(ServerUnreachableError, match=r"label (empty or )?too long|label empty"):
        await client.apiserver.deployments.list()


async def test_where_nothing_listens_the_server_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    client = AsyncClient(api_server_url=f"http://127.0.0.1:{port}", max_retries=0)
    assert (await client.apiserver.status()).status is StatusEnum.DOWN
    with pytest.raises(ServerUnreachableError, match=f"Errno {errno.ECONNREFUSED}"):
        await client.apiserver.deployments.list()


async def test_the_host_is_the_one_that_was_asked_for() -> None:
    with socket.create_server(("127.0.0.2", 0)) as elsewhere:
        client = AsyncClient(api_server_url=f"http://127.0.0.2:{elsewhere.getsockname()[1]}")
        with pytest.raises(CallTimeoutError):
            await client.apiserver.deployments.list(timeout=0.1)


async def test_a_connection_that_is_reset_is_lost() -> None:
    def script(connection: Connection) -> None:
        connection.request()
        connection.reset()

    with RawServer(script) as server:
        client = AsyncClient(api_server_url=server.url, max_retries=0)
        with pytest.raises(ConnectionLostError, match="reset"):
            await client.apiserver.deployments.list()


async def test_tls_is_made_ready_for_https_alone(peer: PeerServer) -> None:
    made = [ssl.create_default_context()]
    transport = LaneTransport(tls=made.pop, max_connections=2, proxy=None)
    request = httpx.Request("GET", f"{peer.url}/status/")
    await (await transport.handle_async_request(request)).aclose()
    assert len(made) == 1


async def test_a_closed_transport_opens_nothing(peer: PeerServer) -> None:
    transport = LaneTransport(tls=Settings()._tls(), max_connections=2, proxy=None)
    request = httpx.Request("GET", f"{peer.url}/status/")
    await (await transport.handle_async_request(request)).aclose()
    await transport.aclose()
    with pytest.raises(TransportClosedError):
        await transport.handle_async_request(request)
    assert peer.accepted == 1
