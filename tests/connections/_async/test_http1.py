"""Requests on the wire: bodies of any length, servers that answer early, proxies that refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from llama_deploy_client import AuthenticationError, ServerUnreachableError, Settings, StatusError
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._transport._async.transport import LaneTransport

from ...faults.wire import Connection, RawServer

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]"


async def test_a_body_of_unknown_length_is_sent_in_chunks() -> None:
    received: list[bytes] = []

    def script(connection: Connection) -> None:
        read = b""
        while not read.endswith(b"0\r\n\r\n"):
            read += connection.socket.recv(65536)
        received.append(read.partition(b"\r\n\r\n")[2])
        connection.send(ANSWER)

    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b"one", b"", b"#" * 100_000, b"end"):
            yield piece

    with RawServer(script) as server:
        transport = LaneTransport(tls=Settings()._tls(), max_connections=1, proxy=None)
        request = httpx.Request("POST", server.url, content=pieces())
        response = await transport.handle_async_request(request)
        assert await response.aread() == b"[]"
    assert received == [b"3\r\none\r\n186a0\r\n" + b"#" * 100_000 + b"\r\n3\r\nend\r\n0\r\n\r\n"]


async def test_an_answer_counts_though_the_server_did_not_read_the_request() -> None:
    def script(connection: Connection) -> None:
        connection.socket.recv(1)
        connection.send(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n")

    with RawServer(script) as server:
        client = AsyncClient(api_server_url=server.url, max_retries=0)
        with pytest.raises(StatusError, match="413"):
            await Deployment(client=client, id="d").tasks.create({"text": "#" * 20_000_000})


async def test_an_answer_comes_with_all_of_its_head() -> None:
    def script(connection: Connection) -> None:
        connection.request()
        connection.send(ANSWER.replace(b"OK\r\n", b"Fine\r\nX-Request-Id: 7\r\n"))

    with RawServer(script) as server:
        transport = LaneTransport(tls=Settings()._tls(), max_connections=1, proxy=None)
        response = await transport.handle_async_request(httpx.Request("GET", server.url))
        assert await response.aread() == b"[]"
    assert (response.http_version, response.reason_phrase) == ("HTTP/1.1", "Fine")
    assert response.headers["x-request-id"] == "7"


@pytest.mark.parametrize(
    ("host", "target"),
    [("one.invalid", "one.invalid:443"), ("[::1]", "[::1]:443"), ("[::1]:8443", "[::1]:8443")],
)
@pytest.mark.parametrize(
    ("status", "error", "told"),
    [
        (
            "407 Who Are You",
            AuthenticationError,
            r"407 Proxy Authentication.* The proxy http\S+ \(from the setting proxy\) wants name",
        ),
        ("300 Which One", ServerUnreachableError, "refused: 300 Which One"),
        ("502 Bad Gateway", ServerUnreachableError, "refused: 502 Bad Gateway"),
    ],
)
async def test_a_tunnel_that_a_proxy_refuses_is_an_error_with_its_reason(
    status: str, error: type[Exception], told: str, host: str, target: str
) -> None:
    def refuse(connection: Connection) -> None:
        connection.request()
        connection.send(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n".encode())

    with RawServer(refuse) as proxy:
        to_proxy = proxy.url.replace("//", "//me:secret@")
        client = AsyncClient(api_server_url=f"https://{host}", proxy=to_proxy, max_retries=0)
        with pytest.raises(error, match=told):
            await client.apiserver.deployments.list()
    [request] = proxy.requests
    assert (request.method, request.target) == ("CONNECT", target)
    assert f"host: {target}\r\n".encode() in request.head.lower() + b"\r\n"
    assert b"proxy-authorization: basic bwu6c2vjcmv0" in request.head.lower()


async def test_a_proxy_that_is_not_spoken_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:1")
    client = AsyncClient(api_server_url="http://one.invalid", max_retries=0)
    with pytest.raises(ServerUnreachableError, match="a socks5 proxy needs a transport"):
        await client.apiserver.deployments.list()
