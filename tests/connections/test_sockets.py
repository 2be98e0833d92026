"""The sockets themselves."""

from __future__ import annotations

import asyncio
import errno
import gc
import select
import socket
import struct
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from llama_deploy_client import Client, SyncClient
from llama_deploy_client._transport import sockets
from llama_deploy_client._transport.deadline import Deadline
from llama_deploy_client._transport.sockets import AsyncSocket, SyncSocket

from .peer import PeerServer


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has every name stand for these ports of the loopback address."""

    def resolve(*ports: int) -> None:
        tcp = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        found = [(*tcp, ("127.0.0.1", port)) for port in ports]

        def getaddrinfo(host: str, *_: Any, **__: Any) -> list[Any]:
            assert host == "llama.invalid"
            return list(found)

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return resolve


async def test_the_next_address_of_a_host_is_tried_while_the_first_is_silent(
    peer: PeerServer, full_port: int, resolve: Callable[..., None]
) -> None:
    resolve(full_port, peer.server_port)
    client = Client(api_server_url="http://llama.invalid", timeout=5)
    assert (await client.apiserver.deployments.list())[0].id == "one"


def test_a_blocking_call_tries_the_next_address_while_the_first_is_silent(
    peer: PeerServer, full_port: int, resolve: Callable[..., None]
) -> None:
    resolve(full_port, full_port, peer.server_port)
    client = SyncClient(api_server_url="http://llama.invalid", timeout=None)
    assert client.apiserver.deployments.list()[0].id == "one"


def test_the_addresses_of_a_host_share_the_time_of_a_blocking_call(
    full_port: int, resolve: Callable[..., None]
) -> None:
    resolve(*[full_port] * 20)  # eight seconds, if each had the time of all
    began = time.monotonic()
    with pytest.raises(httpx.ConnectTimeout, match="timed out"):
        SyncSocket.connect("llama.invalid", 1, Deadline(0.4))
    assert time.monotonic() - began < 4


def test_an_address_that_refuses_is_passed_over_even_without_a_deadline(
    peer: PeerServer, resolve: Callable[..., None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        closed = listening.getsockname()[1]
    resolve(closed, peer.server_port)
    SyncSocket.connect("llama.invalid", 1, Deadline(None)).close()


@pytest.mark.parametrize("seconds", [3e6, 1e300, float("inf")])
def test_a_time_may_be_longer_than_systems_can_wait(peer: PeerServer, seconds: float) -> None:
    client = SyncClient(api_server_url=peer.url, timeout=seconds, max_connections=2)
    with ThreadPoolExecutor(8) as threads:  # so that some wait for a connection
        calls = [threads.submit(client.apiserver.deployments.list) for _ in range(16)]
    assert all(call.result()[0].id == "one" for call in calls)


@pytest.fixture(params=["poll", "select"])
def way_to_wait(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Systems have the one or the other: no Windows has `poll`."""
    monkeypatch.delattr(select, "select" if request.param == "poll" else "poll")
    # Or a wait for what never comes would be slow, and nothing worse.
    monkeypatch.setattr(sockets, "_LONGEST_WAIT", 3600.0)
    way: str = request.param
    return way


SOON = 0.05
MORE_THAN_SOCKETS_HOLD = b"#" * 20_000_000


@contextmanager
def connected() -> Iterator[tuple[SyncSocket, socket.socket]]:
    """A blocking client's socket, and the other end."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        near = SyncSocket.connect("127.0.0.1", listening.getsockname()[1], Deadline(5))
        far, _ = listening.accept()
        with far:
            yield near, far
            near.close()


@pytest.mark.usefixtures("way_to_wait")
def test_a_blocking_socket_reads_what_comes_and_nothing_at_the_end() -> None:
    with connected() as (near, far):
        threading.Timer(SOON, far.sendall, [b"one"]).start()
        assert near.read(Deadline(5)) == b"one"
        threading.Timer(SOON, far.shutdown, [socket.SHUT_WR]).start()
        assert near.read(Deadline(None)) == b""


@pytest.mark.usefixtures("way_to_wait")
def test_a_blocking_socket_writes_more_than_sockets_hold() -> None:
    with connected() as (near, far):
        received = bytearray()

        def read() -> None:
            while len(received) < len(MORE_THAN_SOCKETS_HOLD):
                received.extend(far.recv(1 << 20))

        reader = threading.Thread(target=read)
        reader.start()
        near.write(memoryview(MORE_THAN_SOCKETS_HOLD), Deadline(30))
        reader.join()
        assert received == MORE_THAN_SOCKETS_HOLD


@pytest.mark.usefixtures("way_to_wait")
@pytest.mark.parametrize("seconds", [0, 0.05])
def test_a_blocking_socket_gives_up_at_its_deadline(full_port: int, seconds: float) -> None:
    with pytest.raises(httpx.ConnectTimeout, match="timed out"):
        SyncSocket.connect("127.0.0.1", full_port, Deadline(seconds))
    with connected() as (near, _):
        with pytest.raises(httpx.ReadTimeout, match="timed out"):
            near.read(Deadline(seconds))
        with pytest.raises(httpx.WriteTimeout, match="timed out"):
            near.write(memoryview(MORE_THAN_SOCKETS_HOLD), Deadline(seconds))


@pytest.mark.usefixtures("way_to_wait")
@pytest.mark.parametrize("operation", ["read", "write"])
def test_a_blocking_socket_sleeps_while_it_waits(
    monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    waits = []
    wait = sockets._wait

    def counted(*args: Any, **options: Any) -> None:
        waits.append(args)
        wait(*args, **options)

    monkeypatch.setattr(sockets, "_wait", counted)
    with connected() as (near, _), pytest.raises(httpx.TimeoutException):
        if operation == "read":
            near.read(Deadline(0.2))
        else:
            near.write(memoryview(MORE_THAN_SOCKETS_HOLD), Deadline(0.2))
    assert len(waits) < 20


def test_a_blocking_socket_tells_what_broke_in_the_systems_words() -> None:
    with connected() as (near, far):
        far.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        far.close()
        with pytest.raises(httpx.ReadError, match=f"Errno {errno.ECONNRESET}"):
            near.read(Deadline(5))
        with pytest.raises(httpx.WriteError, match=f"Errno {errno.EPIPE}"):
            near.write(memoryview(b"x"), Deadline(5))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(httpx.ConnectError, match=f"Errno {errno.ECONNREFUSED}"):
        SyncSocket.connect("127.0.0.1", port, Deadline(5))


async def test_reading_what_is_there_already_leaves_other_tasks_their_turns() -> None:
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(take_turns())
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        near = await AsyncSocket.connect("127.0.0.1", port, Deadline(5))
        far, _ = listening.accept()
        with far:
            before = turns
            for _ in range(10):
                far.sendall(b"x")
                assert await near.read(Deadline(5)) == b"x"
            assert turns - before >= 10
            await near.aclose()
    other.cancel()


def test_a_socket_knows_whether_there_is_something_to_read() -> None:
    with connected() as (near, far):
        assert not near.is_readable()
        far.sendall(b"x")
        select.select([near._socket], [], [], 5)
        assert near.is_readable()
        assert near.read(Deadline(5)) == b"x"
        near.close()
        assert near.is_readable()


async def test_a_connection_that_is_reset_before_it_is_set_up_could_not_be_made(
    peer: PeerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.EINVAL, "as macOS says it")

    monkeypatch.setattr(socket.socket, "setsockopt", refuse)
    host, port = "127.0.0.1", peer.server_port
    with pytest.raises(httpx.ConnectError, match="as macOS says it"):
        await AsyncSocket.connect(host, port, Deadline(5))
    with pytest.raises(httpx.ConnectError, match="as macOS says it"):
        SyncSocket.connect(host, port, Deadline(5))


def test_a_socket_that_is_broken_off_as_it_opens_is_closed(
    peer: PeerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is dropped open warns of that, which swallows what a signal handler raises then."""
    opened: list[int] = []
    make = socket.socket.__init__

    def broken_off(self: socket.socket, *args: Any) -> None:
        make(self, *args)
        opened.append(self.fileno())
        raise KeyboardInterrupt

    monkeypatch.setattr(socket.socket, "__init__", broken_off)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with pytest.raises(KeyboardInterrupt):
            SyncSocket.connect("127.0.0.1", peer.server_port, Deadline(5))
        gc.collect()
    assert opened
    assert not warned


@pytest.mark.parametrize("proxied", [False, True])
@pytest.mark.parametrize("blocking", [False, True])
async def test_a_peer_that_vanished_is_noticed(
    peer: PeerServer, monkeypatch: pytest.MonkeyPatch, proxied: bool, blocking: bool
) -> None:
    names = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT")  # not on every system
    seen: list[int] = []
    set_up = sockets._Socket._set_up

    def look(self: Any) -> Any:
        set_up(self)
        seen.append(self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))
        for name in names:
            if hasattr(socket, name):
                seen.append(self._socket.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)))
        return self

    monkeypatch.setattr(sockets._Socket, "_set_up", look)
    options: dict[str, Any] = {"api_server_url": peer.url}
    if proxied:
        options = {"api_server_url": "http://llama.invalid", "proxy": peer.url}
    if blocking:
        await asyncio.to_thread(SyncClient(**options).apiserver.deployments.list)
    else:
        await Client(**options).apiserver.deployments.list()
    assert seen in ([1, 60, 60, 5], [1])


KERNEL_GAVE_UP = TimeoutError(errno.ETIMEDOUT, "Connection timed out")
JOB_IS_OVER = TimeoutError("the job took too long")  # as a signal handler raises it


class Failing:
    """A socket that fails as the kernel's do after keep-alive found nobody."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def fail(self, *_: Any) -> Any:
        raise self.error

    def setblocking(self, _: bool) -> None: ...
    def setsockopt(self, *_: Any) -> None: ...

    recv = send = fail


@pytest.mark.parametrize("timeout", [None, 5])
async def test_the_kernels_time_out_is_not_a_deadline_of_the_caller(
    monkeypatch: pytest.MonkeyPatch, timeout: float | None
) -> None:
    monkeypatch.setattr(sockets._Closer, "of", lambda *_: None)
    failing: Any = Failing(KERNEL_GAVE_UP)
    for kind in (AsyncSocket, SyncSocket):
        with pytest.raises(httpx.ReadError, match="timed out"):
            kind(failing).read_nowait()
    with pytest.raises(httpx.ReadError, match="timed out"):
        await AsyncSocket(failing).read(Deadline(timeout))
    with pytest.raises(httpx.ReadError, match="timed out"):
        SyncSocket(failing).read(Deadline(timeout))
    with pytest.raises(httpx.WriteError, match="timed out"):
        SyncSocket(failing).write(memoryview(b"x"), Deadline(timeout))


def test_a_signal_handlers_time_out_comes_out_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets._Closer, "of", lambda *_: None)
    failing: Any = Failing(JOB_IS_OVER)
    with pytest.raises(TimeoutError, match="the job took too long") as caught:
        SyncSocket(failing).read(Deadline(5))
    assert caught.value is JOB_IS_OVER
    with pytest.raises(TimeoutError, match="the job took too long"):
        SyncSocket(failing).write(memoryview(b"x"), Deadline(5))
