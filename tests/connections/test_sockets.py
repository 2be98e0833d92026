"""The sockets themselves, async and blocking."""

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
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from llama_deploy_client import SyncClient
from llama_deploy_client._transport import sockets
from llama_deploy_client._transport.deadline import Deadline
from llama_deploy_client._transport.sockets import AsyncSocket, SyncSocket

from ..faults.wire import LOOPBACK
from .conftest import MORE_THAN_SOCKETS_HOLD, settled
from .peer import PeerServer

Resolve = Callable[..., None]
LARGE = memoryview(b"#" * MORE_THAN_SOCKETS_HOLD)


@pytest.fixture(params=["async", "poll", "select"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A class of sockets. Blocking ones wait by what the system has: Windows has no `poll`."""
    if request.param == "async":
        return AsyncSocket
    monkeypatch.delattr(select, "select" if request.param == "poll" else "poll")
    # Or a wait that nothing ends would be slow, but would not fail.
    monkeypatch.setattr(sockets, "_LONGEST_WAIT", 3600.0)
    return SyncSocket


@asynccontextmanager
async def connected(kind: Any) -> AsyncIterator[tuple[Any, socket.socket]]:
    """A socket, and the other end."""
    with socket.create_server((LOOPBACK, 0)) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        near = await settled(kind.connect(*listening.getsockname(), Deadline(30)))
        far, _ = listening.accept()
        with far:
            yield near, far
            near._closer.end()


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """Has every name stand for these ports of the loopback address."""

    def resolve(*ports: int) -> None:
        tcp = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")

        def getaddrinfo(host: str, *_: Any, **__: Any) -> list[Any]:
            assert host == "llama.invalid"
            return [(*tcp, (LOOPBACK, port)) for port in ports]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return resolve


async def test_the_next_address_is_tried_while_the_first_is_silent_or_after_it_refused(
    kind: Any, silent_port: int, full_port: int, closed_port: int, resolve: Resolve
) -> None:
    for ports in ([full_port, full_port], [closed_port]):
        resolve(*ports, silent_port)
        near = await settled(kind.connect("llama.invalid", 1, Deadline(None)))
        assert near._socket.getpeername()[1] == silent_port
        near._closer.end()


def test_the_addresses_of_a_host_share_the_time_of_a_blocking_call(
    full_port: int, resolve: Resolve
) -> None:
    resolve(*[full_port] * 100)  # forty seconds, if each had the time of all
    start = time.monotonic()
    with pytest.raises(httpx.ConnectTimeout, match="timed out"):
        SyncSocket.connect("llama.invalid", 1, Deadline(0.4))
    assert time.monotonic() - start < 20


@pytest.mark.parametrize("seconds", [3e6, 1e300, float("inf")])
def test_a_time_may_be_longer_than_systems_can_wait(peer: PeerServer, seconds: float) -> None:
    client = SyncClient(api_server_url=peer.url, timeout=seconds, max_connections=2)
    with ThreadPoolExecutor(8) as threads:  # so that some wait for a connection
        calls = [threads.submit(client.apiserver.deployments.list) for _ in range(16)]
    assert all(call.result()[0].id == "one" for call in calls)


async def test_reading_gives_what_arrives_and_nothing_at_the_end(kind: Any) -> None:
    async with connected(kind) as (near, far):
        threading.Timer(0.05, far.sendall, [b"one"]).start()
        assert await settled(near.read(Deadline(30))) == b"one"
        threading.Timer(0.05, far.shutdown, [socket.SHUT_WR]).start()
        assert await settled(near.read(Deadline(None))) == b""


async def test_writing_takes_more_than_sockets_hold(kind: Any) -> None:
    async with connected(kind) as (near, far):
        received = bytearray()

        def read() -> None:
            while len(received) < len(LARGE):
                received.extend(far.recv(1 << 20))

        reader = threading.Thread(target=read)
        reader.start()
        await settled(near.write(LARGE, Deadline(30)))
        await asyncio.to_thread(reader.join)
        assert received == LARGE


@pytest.mark.parametrize("seconds", [0, 0.05])
async def test_every_operation_gives_up_at_its_deadline(
    kind: Any, full_port: int, seconds: float
) -> None:
    with pytest.raises(httpx.ConnectTimeout):
        await settled(kind.connect(LOOPBACK, full_port, Deadline(seconds)))
    async with connected(kind) as (near, _):
        with pytest.raises(httpx.ReadTimeout, match="timed out"):
            await settled(near.read(Deadline(seconds)))
        with pytest.raises(httpx.WriteTimeout, match="timed out"):
            await settled(near.write(LARGE, Deadline(seconds)))


@pytest.mark.parametrize("kind", ["poll", "select"], indirect=True)
async def test_a_blocking_socket_sleeps_while_it_waits(
    kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = []
    wait = sockets._wait

    def counted(*args: Any, **options: Any) -> None:
        waits.append(args)
        wait(*args, **options)

    monkeypatch.setattr(sockets, "_wait", counted)
    async with connected(kind) as (near, _):
        with pytest.raises(httpx.ReadTimeout):
            near.read(Deadline(0.2))
        with pytest.raises(httpx.WriteTimeout):
            near.write(LARGE, Deadline(0.2))
    assert len(waits) < 40


async def test_errors_of_the_system_keep_its_words(kind: Any, closed_port: int) -> None:
    async with connected(kind) as (near, far):
        far.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        far.close()
        with pytest.raises(httpx.ReadError, match=f"Errno {errno.ECONNRESET}"):
            await settled(near.read(Deadline(30)))
        with pytest.raises(httpx.WriteError, match=f"Errno {errno.EPIPE}"):
            await settled(near.write(memoryview(b"x"), Deadline(30)))
    with pytest.raises(httpx.ConnectError, match=f"Errno {errno.ECONNREFUSED}"):
        await settled(kind.connect(LOOPBACK, closed_port, Deadline(30)))


async def test_reading_what_has_arrived_leaves_other_tasks_their_turns() -> None:
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(take_turns())
    async with connected(AsyncSocket) as (near, far):
        before = turns
        for _ in range(10):
            far.sendall(b"x")
            assert await near.read(Deadline(30)) == b"x"
        assert turns - before >= 10
    other.cancel()


async def test_a_socket_knows_whether_there_is_something_to_read() -> None:
    async with connected(SyncSocket) as (near, far):
        assert not near.is_readable()
        far.sendall(b"x")
        select.select([near._socket], [], [], 30)
        assert near.is_readable()
        assert near.read(Deadline(30)) == b"x"
        near.close()
        assert near.is_readable()


async def test_a_connection_that_is_reset_before_it_is_set_up_could_not_be_made(
    kind: Any, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.EINVAL, "as macOS says it")

    with monkeypatch.context() as patch:
        patch.setattr(socket.socket, "setsockopt", refuse)
        with pytest.raises(httpx.ConnectError, match="as macOS says it"):
            await settled(kind.connect(LOOPBACK, silent_port, Deadline(30)))


def test_a_socket_that_is_broken_off_as_it_opens_is_closed(
    silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A socket that is dropped open warns of that, which swallows a signal handler's exception."""
    opened: list[int] = []
    make = socket.socket.__init__

    def broken_off(self: socket.socket, *args: Any) -> None:
        make(self, *args)
        opened.append(self.fileno())
        raise KeyboardInterrupt

    with (
        monkeypatch.context() as patch,
        warnings.catch_warnings(record=True) as messages,
    ):
        patch.setattr(socket.socket, "__init__", broken_off)
        warnings.simplefilter("always")
        with pytest.raises(KeyboardInterrupt):
            SyncSocket.connect(LOOPBACK, silent_port, Deadline(30))
        gc.collect()
    [number] = opened
    assert not [each for each in messages if f"fd={number}," in str(each.message)]


def test_a_socket_may_open_while_another_thread_opens_one(
    silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile() -> str:
        closers.add("of the other thread")
        return "still open"

    closers: set[Any] = {meanwhile}
    monkeypatch.setattr(sockets, "_closers", closers)
    SyncSocket.connect(LOOPBACK, silent_port, Deadline(30)).close()
    assert closers == {meanwhile, "of the other thread"}


async def test_keep_alive_notices_a_peer_that_vanished(kind: Any) -> None:
    seconds = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 60, "TCP_KEEPCNT": 5}  # not on every system
    async with connected(kind) as (near, _):
        assert near._socket.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        for name, value in seconds.items():
            if hasattr(socket, name):
                option = getattr(socket, name)
                assert near._socket.getsockopt(socket.IPPROTO_TCP, option) == value


class Failing:
    """A socket whose operations fail."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def fail(self, *_: Any) -> Any:
        raise self.error

    def setblocking(self, _: bool) -> None: ...
    def setsockopt(self, *_: Any) -> None: ...

    recv = send = fail


@pytest.mark.parametrize(
    ("error", "read_error", "write_error", "message"),
    [
        # The kernel's, after keep-alive found nobody: not a deadline of the caller.
        (TimeoutError(errno.ETIMEDOUT, "timed out"), httpx.ReadError, httpx.WriteError, "timed"),
        # As a signal handler raises it: it comes out as it is.
        (TimeoutError("the job took too long"), TimeoutError, TimeoutError, "the job took"),
    ],
    ids=["kernel", "signal"],
)
@pytest.mark.parametrize("timeout", [None, 5])
async def test_the_time_outs_of_others_are_not_a_deadline_of_the_caller(
    kind: Any,
    monkeypatch: pytest.MonkeyPatch,
    timeout: float | None,
    error: Exception,
    read_error: type[Exception],
    write_error: type[Exception],
    message: str,
) -> None:
    monkeypatch.setattr(sockets._Closer, "of", lambda *_: None)
    failing = kind(Failing(error))
    with pytest.raises(read_error, match=message):
        failing.read_nowait()
    with pytest.raises(read_error, match=message):
        await settled(failing.read(Deadline(timeout)))
    with pytest.raises(write_error, match=message):
        await settled(failing.write(memoryview(b"x"), Deadline(timeout)))
