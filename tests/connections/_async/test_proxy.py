"""A proxy, of the settings or of the environment: for HTTP, and as a tunnel for HTTPS."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest

from llama_deploy_client import (
    AuthenticationError,
    CallError,
    CertificateError,
    ServerError,
    ServerUnreachableError,
)
from llama_deploy_client._async.client import AsyncClient

from ...faults._async.helpers import task_of
from ...faults.wire import Connection, RawServer, always, response, tunnel
from ..conftest import ServerTLS
from ..peer import PeerServer


@pytest.mark.parametrize(
    ("variable", "scheme"),
    [("LLAMA_DEPLOY_PROXY", "http://"), ("http_proxy", ""), ("all_proxy", "http://")],
)
async def test_a_proxy_is_used(
    peer: PeerServer, monkeypatch: pytest.MonkeyPatch, variable: str, scheme: str
) -> None:
    monkeypatch.setenv(variable, peer.url.replace("http://", scheme))
    client = AsyncClient(api_server_url="http://llama.invalid")
    assert (await client.apiserver.deployments.list())[0].id == "one"
    assert peer.requests[0].target == "http://llama.invalid/deployments/"


@pytest.mark.parametrize("exception", ["127.0.0.1", "127.0.0.1:{port}", "one, 127.0.0.1:{port}"])
async def test_a_server_can_be_excepted_with_its_port(
    peer: PeerServer, monkeypatch: pytest.MonkeyPatch, exception: str
) -> None:
    monkeypatch.setenv("http_proxy", "http://llama.invalid")
    monkeypatch.setenv("no_proxy", exception.format(port=peer.address[1]))
    await AsyncClient(api_server_url=peer.url).apiserver.deployments.list()
    assert peer.requests[0].target == "/deployments/"


@pytest.mark.parametrize(
    ("proxy", "message"),
    [
        ("socks5://one:1", "a socks5 proxy needs a transport of your own"),
        ("http://me:s3cret@one:port", "invalid proxy URL 'one:port'"),
        ("http://me:s3cret/pw@one:3128", "invalid proxy URL 'one:3128'"),
        ("http://me:12#@s3cret@one:3128", "invalid proxy URL 'one:3128'"),
        ("me:12//s3cret@one:3128", "invalid proxy URL 'one:3128'"),
        ("me:s3cret://@one:3128", "invalid proxy URL 'one:3128'"),
        ("http://one:99999", "invalid proxy URL 'http://one:99999'"),
        ("://one", "invalid proxy URL '://one'"),
    ],
)
async def test_an_invalid_proxy_of_the_environment_is_named_and_not_retried(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, proxy: str, message: str
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    client = AsyncClient(api_server_url="http://llama.invalid")
    caplog.set_level("INFO", "llama_deploy_client")
    with pytest.raises(ServerUnreachableError, match=message) as caught:
        await client.apiserver.deployments.list()
    assert "trying again" not in caplog.text
    error: BaseException | None = caught.value
    while error is not None:  # tools that report errors show their causes as well
        assert "s3cret" not in f"{error!r} {error}"
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("userinfo", ["", "me:s3%20cret@"])
async def test_the_credentials_of_a_proxy_are_for_it_alone(peer: PeerServer, userinfo: str) -> None:
    proxy = peer.url.replace("//", f"//{userinfo}")
    client = AsyncClient(api_server_url="http://llama.invalid", proxy=proxy)
    await client.apiserver.deployments.list()
    headers = peer.requests[0].headers
    basic = httpx.BasicAuth("me", "s3 cret")._auth_header
    assert headers.get("Proxy-Authorization") == (basic if userinfo else None)
    assert "Authorization" not in headers


@pytest.mark.parametrize("to_proxy", ["http", "https"])
async def test_https_through_a_proxy_is_for_the_server_alone(
    server_tls: ServerTLS, ca_bundle: Path, to_proxy: str
) -> None:
    proxy_tls: ssl.SSLContext | None = server_tls() if to_proxy == "https" else None
    with (
        PeerServer(server_tls("one.invalid")) as peer,
        RawServer(tunnel(peer.address), tls=proxy_tls) as proxy,
    ):
        options: dict[str, Any] = {"proxy": proxy.url.replace("//", "//me:secret@")}
        trusting = {**options, "ca_bundle": ca_bundle, "token": "s3cret"}
        client = AsyncClient(api_server_url="https://one.invalid", **trusting)
        assert (await client.apiserver.deployments.list())[0].id == "one"
        assert proxy.count() == {"CONNECT one.invalid:443": 1}
        assert proxy.requests[0].headers["Proxy-Authorization"].startswith("Basic ")
        assert b"s3cret" not in proxy.requests[0].head
        [request] = peer.requests
        assert request.target == "/deployments/"
        assert request.headers["Authorization"] == "Bearer s3cret"
        assert "Proxy-Authorization" not in request.headers
        distrustful = AsyncClient(api_server_url="https://one.invalid", **options)
        with pytest.raises(CertificateError):
            await distrustful.apiserver.deployments.list()
        another = AsyncClient(api_server_url="https://another.invalid", **trusting)
        with pytest.raises(CertificateError, match="Hostname mismatch"):
            await another.apiserver.deployments.list()


@pytest.mark.parametrize(
    ("scheme", "source"),
    [
        ("http", "the setting proxy"),
        ("https", "the setting proxy"),
        ("http", "the variable http_proxy"),
        ("https", "the variable HTTPS_PROXY"),
    ],
)
async def test_a_proxy_that_cannot_be_reached_is_named_with_its_source(
    monkeypatch: pytest.MonkeyPatch, closed_port: int, scheme: str, source: str
) -> None:
    proxy = f"http://127.0.0.1:{closed_port}"
    options: dict[str, Any] = {}
    if "setting" in source:
        options["proxy"] = proxy
    else:
        monkeypatch.setenv(source.rpartition(" ")[2], proxy)
    client = AsyncClient(api_server_url=f"{scheme}://llama.invalid", max_retries=0, **options)
    with pytest.raises(ServerUnreachableError) as caught:
        await client.apiserver.deployments.list()
    for text in (str(caught.value), (await client.apiserver.status()).status_message):
        assert f"the proxy {proxy} (from {source}) cannot be reached" in text
        assert "no_proxy" in text
        assert "is it running" not in text


@pytest.mark.parametrize(
    ("host", "target"),
    [("one.invalid", "one.invalid:443"), ("[::1]", "[::1]:443"), ("[::1]:8443", "[::1]:8443")],
)
async def test_a_tunnel_is_asked_for_by_host_and_port(host: str, target: str) -> None:
    with RawServer(always(response(b"", "407 Who Are You"))) as proxy:
        to_proxy = proxy.url.replace("//", "//me:secret@")
        client = AsyncClient(api_server_url=f"https://{host}", proxy=to_proxy)
        message = (
            r"407 Proxy Authentication.* The proxy http\S+ \(from the setting proxy\) requires"
        )
        with pytest.raises(AuthenticationError, match=message):
            await client.apiserver.deployments.list()
    [request] = proxy.requests
    assert (request.method, request.target) == ("CONNECT", target)
    assert request.headers["Host"] == target
    assert request.headers["Proxy-Authorization"] == "Basic bWU6c2VjcmV0"


@pytest.mark.parametrize(
    ("sent", "message", "tries"),
    [
        (b"HTTP/1.1 300 Which One\r\n\r\n", "refused: 300 Which One", 3),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "refused: 403 Forbidden", 1),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "refused: 503 Busy", 3),
        (b"", "broke off", 3),
        (b"SSH-2.0\r\n", "broke off", 3),
        (b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "sent more than the response", 3),
    ],
)
async def test_a_proxy_that_makes_no_tunnel_is_named(sent: bytes, message: str, tries: int) -> None:
    def script(connection: Connection) -> None:
        connection.request()
        connection.send(sent)

    with RawServer(script) as proxy:
        client = AsyncClient(api_server_url="https://llama.invalid", proxy=proxy.url)
        with pytest.raises(ServerUnreachableError, match=f"the proxy {proxy.url} .* {message}"):
            await client.apiserver.deployments.list()
        assert proxy.accepted == tries


async def test_a_gateway_error_of_a_proxy_is_not_taken_for_the_servers() -> None:
    with RawServer(always(response(b"<html>squid</html>", "503 Busy"))) as proxy:
        client = AsyncClient(api_server_url="http://llama.invalid", proxy=proxy.url, max_retries=0)
        with pytest.raises(ServerError, match=f"The proxy {proxy.url} .* responded") as caught:
            await client.apiserver.deployments.list()
        assert "log of" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("200 OK", "responded: the server sends no web pages"),
        ("302 Found", "responded, not the API server"),
        ("404 Not Found", "responded, not the API server"),
        ("407 Who", "requires a name and a password"),
        ("500 Internal Server Error", "responded, not the API server"),
    ],
)
async def test_a_page_of_a_proxy_is_not_taken_for_the_servers(status: str, message: str) -> None:
    page = response(b"<html><title>Sign in</title>", status, "content-type: text/html")
    whole = rf"Sign in.* The proxy \S+ \(from the setting proxy\) {message}"
    with RawServer(always(page)) as proxy:
        client = AsyncClient(api_server_url="http://llama.invalid", proxy=proxy.url, max_retries=0)
        with pytest.raises(CallError, match=whole):
            await client.apiserver.deployments.list()
        with pytest.raises(CallError, match=whole):
            await anext(task_of(client).events())
    assert set(proxy.count().values()) == {1}  # a page is not a stream that is not there yet


async def test_a_failure_of_the_server_behind_a_proxy_has_its_usual_causes() -> None:
    failure = response(b"Internal Server Error", "500 Internal Server Error")
    with RawServer(always(failure)) as proxy:
        client = AsyncClient(api_server_url="http://llama.invalid", proxy=proxy.url)
        with pytest.raises(ServerError, match=r"usual cause.*in the log.*may come from the proxy"):
            await task_of(client).results()
