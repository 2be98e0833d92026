"""Connections with deadlines: plain sockets, async and blocking.

Only a running loop can close its asyncio transports, but a client may outlive `asyncio.run`. A
plain socket can be closed at any time, from anywhere.

httpx's time-outs limit each single read. Here, each operation gets the time left of the whole call.
"""

from __future__ import annotations

import asyncio
import atexit
import errno
import os
import select
import selectors
import socket
import weakref
from collections import deque
from collections.abc import Callable
from operator import methodcaller
from typing import Any, NoReturn, Self, TypeVar

import aiohappyeyeballs
import httpx

from .deadline import Deadline
from .resolving import resolve_async, resolve_sync

_NEXT_ADDRESS = 0.25
"""Seconds before the next address of a host is tried in parallel (RFC 8305)."""

_READ_SIZE = 65536
_LONGEST_WAIT = 1.0
"""Longest single wait of a thread, in seconds: a Ctrl-C just before it takes effect after it."""

# epoll would need a file descriptor. On Windows, `select` reports a failed connection as
# exceptional, which this selector handles.
_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)

_KEEP_ALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPALIVE": 60, "TCP_KEEPINTVL": 60, "TCP_KEEPCNT": 5}
"""TCP keep-alive, by option, where the system has it: first probe after 60 s, then every 60 s, five
times. The first two are names of the same option on two systems."""


class _Closer(weakref.ref["_Socket"]):
    """Closes a socket when its owner is dropped, wherever that happens.

    It runs no Python code, unlike `weakref.finalize`, in which the interpreter would swallow a
    signal handler's exception.
    """

    __slots__ = ("close",)

    close: Callable[[], None]

    @classmethod
    def of(cls, owner: _Socket, opened: socket.socket) -> Self:
        closer = cls(owner, methodcaller("close"))
        closer.close = super(socket.socket, opened).close  # its part in C
        # a copy, since other threads open sockets meanwhile
        _closers.difference_update([each for each in list(_closers) if each() is None])
        _closers.add(closer)
        return closer

    def end(self) -> None:
        """Close the socket now."""
        self.close()
        _closers.discard(self)


_closers: set[_Closer] = set()
"""The closers of open sockets; one dropped together with its owner would not be called."""


@atexit.register
def _close_all() -> None:
    for closer in list(_closers):
        closer.end()


class _Socket:
    """A TCP connection. Dropping this object closes it."""

    was_cut = False  # TCP cannot tell a cut from an end

    def __init__(self, opened: socket.socket) -> None:
        self._socket = opened
        self._closer = _Closer.of(self, opened)

    def _set_up(self) -> Self:
        """Set the options of a connection."""
        self._socket.setblocking(False)
        # macOS refuses options of a connection that was reset meanwhile
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEP_ALIVE.items():
            if hasattr(socket, name):
                self._socket.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        return self

    def read_nowait(self) -> bytes | None:
        """Return the bytes that have arrived, b"" at the end, or None if there are none yet."""
        try:
            return self._socket.recv(_READ_SIZE)
        except BlockingIOError:
            return None
        except OSError as error:
            _raise_as(httpx.ReadError, error)

    def _send(self, content: memoryview) -> int:
        """Return how many bytes the system accepts at once."""
        try:
            return self._socket.send(content)
        except BlockingIOError:
            return 0
        except OSError as error:
            _raise_as(httpx.WriteError, error)

    def is_readable(self) -> bool:
        """Return whether there is something to read; on an idle connection, that is its end."""
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno is None:
                raise
        return True


S = TypeVar("S", bound=_Socket)


class AsyncSocket(_Socket):
    """A socket for the running asyncio loop."""

    @classmethod
    async def connect(cls, host: str, port: int, deadline: Deadline) -> Self:
        limit = asyncio.timeout(_left(deadline, httpx.ConnectTimeout))
        try:
            async with limit:
                addresses = await resolve_async(host, port, deadline)
                connected = await aiohappyeyeballs.start_connection(
                    addresses,
                    happy_eyeballs_delay=_NEXT_ADDRESS,
                )
            return cls(connected)._set_up()
        except (OSError, UnicodeError) as error:  # UnicodeError: an invalid host name
            kind = httpx.ConnectTimeout if limit.expired() else httpx.ConnectError
            raise kind(str(error)) from error

    async def read(self, deadline: Deadline) -> bytes:
        """Return bytes as soon as any arrive; b"" at the end."""
        # otherwise a server faster than its client would block all other tasks
        await asyncio.sleep(0)
        time_left = _left(deadline, httpx.ReadTimeout)
        received = self.read_nowait()
        if received is not None:
            return received
        limit = asyncio.timeout(time_left)
        try:
            async with limit:
                return await asyncio.get_running_loop().sock_recv(self._socket, _READ_SIZE)
        except OSError as error:
            if limit.expired():
                raise httpx.ReadTimeout("timed out") from error
            _raise_as(httpx.ReadError, error)

    async def write(self, content: memoryview, deadline: Deadline) -> None:
        time_left = _left(deadline, httpx.WriteTimeout)
        sent = self._send(content)  # most requests are sent at once
        if sent == len(content):
            return
        limit = asyncio.timeout(time_left)
        try:
            async with limit:
                await asyncio.get_running_loop().sock_sendall(self._socket, content[sent:])
        except OSError as error:
            if limit.expired():
                raise httpx.WriteTimeout("timed out") from error
            _raise_as(httpx.WriteError, error)

    async def aclose(self) -> None:
        self._closer.end()


class SyncSocket(_Socket):
    """A socket for a thread that may block."""

    @classmethod
    def connect(cls, host: str, port: int, deadline: Deadline) -> Self:
        try:
            addresses = resolve_sync(host, port, deadline)
            return cls._connect(deque(addresses), deadline)._set_up()
        except OSError as error:
            _raise_as(httpx.ConnectError, error)
        except UnicodeError as error:  # an invalid host name
            raise httpx.ConnectError(str(error)) from error

    def read(self, deadline: Deadline) -> bytes:
        """Return bytes as soon as any arrive; b"" at the end."""
        while True:
            time_left = _left(deadline, httpx.ReadTimeout)
            received = self.read_nowait()
            if received is not None:
                return received
            _wait(self._socket, time_left)

    def write(self, content: memoryview, deadline: Deadline) -> None:
        unsent = content
        while unsent:
            time_left = _left(deadline, httpx.WriteTimeout)
            unsent = unsent[self._send(unsent) :]
            if unsent:
                _wait(self._socket, time_left, to_write=True)

    def close(self) -> None:
        self._closer.end()

    @classmethod
    def _connect(cls, addresses: deque[tuple[Any, ...]], deadline: Deadline) -> Self:
        """Connect to the first address that responds.

        Each address is tried shortly after the one before, or at once if that failed. Earlier
        attempts continue in parallel: a silent address must not use up the time.
        """
        failure = OSError(errno.EADDRNOTAVAIL, "the host has no address")
        under_way: list[Self] = []
        try:
            while addresses or under_way:
                if addresses:
                    family, kind, protocol, _, address = addresses.popleft()
                    under_way.append(cls._open(family, kind, protocol))
                    try:
                        under_way[-1]._socket.connect(address)
                    except BlockingIOError:
                        pass  # connecting takes a while
                    except OSError as error:
                        if error.errno is None:  # a signal handler raised it
                            raise
                        failure = OSError(error.errno, error.strerror)
                        under_way.pop().close()
                        continue
                for settled in _wait_for_any(under_way, _until_next(deadline, last=not addresses)):
                    under_way.remove(settled)
                    code = settled._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if not code:
                        return settled
                    failure = OSError(code, os.strerror(code))
                    settled.close()
        finally:
            for given_up in under_way:
                given_up.close()
        raise failure

    @classmethod
    def _open(cls, family: int, kind: int, protocol: int) -> Self:
        """Open a socket, with a closer that exists before the socket does.

        An open socket that is dropped emits a warning, in which the interpreter would swallow a
        signal handler's exception.
        """
        unopened = socket.socket.__new__(socket.socket)
        opened = cls(unopened)
        socket.socket.__init__(unopened, family, kind, protocol)
        unopened.setblocking(False)
        return opened


def _until_next(deadline: Deadline, *, last: bool) -> float:
    """Return the seconds until the next address is tried, or the thread checks for signals."""
    time_left = _left(deadline, httpx.ConnectTimeout)
    longest = _LONGEST_WAIT if last else _NEXT_ADDRESS
    return longest if time_left is None else min(longest, time_left)


def _wait_for_any(connecting: list[S], seconds: float) -> list[S]:
    """Return the sockets that are connected, or failed."""
    with _Selector() as selector:
        for each in connecting:
            selector.register(each._socket, selectors.EVENT_WRITE, each)
        return [key.data for key, _ in selector.select(seconds)]


def _left(deadline: Deadline, timeout: type[httpx.TimeoutException]) -> float | None:
    """Return the seconds left, never 0."""
    remaining = deadline.remaining()
    if remaining == 0:
        raise timeout("timed out")
    return remaining


def _raise_as(kind: type[httpx.NetworkError], error: OSError) -> NoReturn:
    """Raise a network error as an error of httpx.

    Errors of the kernel have numbers. One without comes from a signal handler, such as a
    `TimeoutError` that ends a job, and is raised unchanged.
    """
    if error.errno is None:
        raise error
    raise kind(str(error)) from error


def _wait(waiting: socket.socket, seconds: float | None, *, to_write: bool = False) -> None:
    """Wait until a socket can be read or written, at most `seconds`, perhaps less."""
    seconds = _LONGEST_WAIT if seconds is None else min(seconds, _LONGEST_WAIT)
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(waiting, select.POLLOUT if to_write else select.POLLIN)
        poll.poll(seconds * 1000)
    else:  # on Windows, `select` accepts sockets of any number
        reading, writing = ([], [waiting]) if to_write else ([waiting], [])
        select.select(reading, writing, [], seconds)
