"""Connections that keep a deadline: plain sockets, async and blocking.

An asyncio transport can be closed only by its own loop while that runs, which a client that lives
on after `asyncio.run` cannot offer. A plain socket can be closed at any time, by anyone.

httpx's time-outs bound one read each, and start again with every byte that arrives. Here each
operation gets the time that is left of the whole call.
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
"""Seconds until the next address of a host is tried beside the first one (RFC 8305)."""

_READ_SIZE = 65536
_LONGEST_WAIT = 1.0
"""Seconds that a thread waits in one go. Python sees a Ctrl-C just before it only after it."""

# epoll would take a file descriptor. On Windows, a connection that failed is an exceptional one to
# `select`, which this selector knows.
_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)

_KEEP_ALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPALIVE": 60, "TCP_KEEPINTVL": 60, "TCP_KEEPCNT": 5}
"""When the kernel asks a silent peer whether it is still there, by option, where there is one:
after 60 s, each 60 s, five times. The first two are names of one option on two systems."""


class _Closer(weakref.ref["_Socket"]):
    """Closes a socket when the object that has it is dropped, wherever that happens.

    Nothing of that is written in Python. `weakref.finalize` is, and the interpreter swallows what a
    signal handler raises in there.
    """

    __slots__ = ("close",)

    close: Callable[[], None]

    @classmethod
    def of(cls, owner: _Socket, opened: socket.socket) -> Self:
        closer = cls(owner, methodcaller("close"))
        closer.close = super(socket.socket, opened).close  # the part of it that is written in C
        _closers.difference_update([each for each in _closers if each() is None])
        _closers.add(closer)
        return closer

    def end(self) -> None:
        """Close it now."""
        self.close()
        _closers.discard(self)


_closers: set[_Closer] = set()
"""Those of sockets that are open: one that was dropped together with the owner is not called."""


@atexit.register
def _close_all() -> None:
    for closer in list(_closers):
        closer.end()


class _Socket:
    """A TCP connection. It is closed when this object is dropped, at the latest."""

    was_cut = False  # its end is an end, as far as TCP can tell

    def __init__(self, opened: socket.socket) -> None:
        self._socket = opened
        self._closer = _Closer.of(self, opened)

    def _set_up(self) -> Self:
        """Set the options of a connection."""
        self._socket.setblocking(False)
        # macOS refuses options of a connection that was reset meanwhile.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEP_ALIVE.items():
            if hasattr(socket, name):
                self._socket.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        return self

    def read_nowait(self) -> bytes | None:
        """What has arrived, nothing at the end, or None if that would have to be waited for."""
        try:
            return self._socket.recv(_READ_SIZE)
        except BlockingIOError:
            return None
        except OSError as error:
            _raise_as(httpx.ReadError, error)

    def _send(self, content: memoryview) -> int:
        """How much of it the system takes at once."""
        try:
            return self._socket.send(content)
        except BlockingIOError:
            return 0
        except OSError as error:
            _raise_as(httpx.WriteError, error)

    def is_readable(self) -> bool:
        """Whether there is something to read: on an idle connection, its end."""
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
    """One on the running asyncio loop."""

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
        except (OSError, UnicodeError) as error:  # the latter for a name that no DNS can have
            kind = httpx.ConnectTimeout if limit.expired() else httpx.ConnectError
            raise kind(str(error)) from error

    async def read(self, deadline: Deadline) -> bytes:
        """What has arrived, as soon as there is something; nothing at the end."""
        await asyncio.sleep(0)  # else a server quicker than its client would stop all other tasks
        left = _left(deadline, httpx.ReadTimeout)
        received = self.read_nowait()
        if received is not None:
            return received
        limit = asyncio.timeout(left)
        try:
            async with limit:
                return await asyncio.get_running_loop().sock_recv(self._socket, _READ_SIZE)
        except OSError as error:
            if limit.expired():
                raise httpx.ReadTimeout("timed out") from error
            _raise_as(httpx.ReadError, error)

    async def write(self, content: memoryview, deadline: Deadline) -> None:
        left = _left(deadline, httpx.WriteTimeout)
        sent = self._send(content)  # most requests go out whole, and take no time
        if sent == len(content):
            return
        limit = asyncio.timeout(left)
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
    """One for a thread that may block."""

    @classmethod
    def connect(cls, host: str, port: int, deadline: Deadline) -> Self:
        try:
            addresses = resolve_sync(host, port, deadline)
            return cls._connect(deque(addresses), deadline)._set_up()
        except OSError as error:
            _raise_as(httpx.ConnectError, error)
        except UnicodeError as error:  # a name that no DNS can have
            raise httpx.ConnectError(str(error)) from error

    def read(self, deadline: Deadline) -> bytes:
        """What has arrived, as soon as there is something; nothing at the end."""
        while True:
            left = _left(deadline, httpx.ReadTimeout)
            received = self.read_nowait()
            if received is not None:
                return received
            _wait(self._socket, left)

    def write(self, content: memoryview, deadline: Deadline) -> None:
        unsent = content
        while unsent:
            left = _left(deadline, httpx.WriteTimeout)
            unsent = unsent[self._send(unsent) :]
            if unsent:
                _wait(self._socket, left, to_write=True)

    def close(self) -> None:
        self._closer.end()

    @classmethod
    def _connect(cls, addresses: deque[tuple[Any, ...]], deadline: Deadline) -> Self:
        """A connection to the first address that answers.

        Each is tried a moment after the one before, or at once where that one failed, and goes on
        beside it: a silent address must not use up the time.
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
                        pass  # it may come about
                    except OSError as error:
                        if error.errno is None:  # a signal handler's
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
        """A socket on its way to be a connection, with a closer before there is something to close.

        One that is dropped open warns of that, and the interpreter swallows what a signal handler
        raises in the meantime.
        """
        unopened = socket.socket.__new__(socket.socket)
        opened = cls(unopened)
        socket.socket.__init__(unopened, family, kind, protocol)
        unopened.setblocking(False)
        return opened


def _until_next(deadline: Deadline, *, last: bool) -> float:
    """Seconds until the next address is tried, or until the thread looks up."""
    left = _left(deadline, httpx.ConnectTimeout)
    longest = _LONGEST_WAIT if last else _NEXT_ADDRESS
    return longest if left is None else min(longest, left)


def _wait_for_any(connecting: list[S], seconds: float) -> list[S]:
    """Those of the sockets that are connected, or failed to."""
    with _Selector() as selector:
        for each in connecting:
            selector.register(each._socket, selectors.EVENT_WRITE, each)
        return [key.data for key, _ in selector.select(seconds)]


def _left(deadline: Deadline, timeout: type[httpx.TimeoutException]) -> float | None:
    """Seconds left, and never 0."""
    left = deadline.remaining()
    if left == 0:
        raise timeout("timed out")
    return left


def _raise_as(kind: type[httpx.NetworkError], error: OSError) -> NoReturn:
    """Raise the network's `error` as one of httpx's.

    The kernel's have numbers. One without is a signal handler's, such as a `TimeoutError` that
    ends a job, and comes out as it is.
    """
    if error.errno is None:
        raise error
    raise kind(str(error)) from error


def _wait(waiting: socket.socket, seconds: float | None, *, to_write: bool = False) -> None:
    """Wait until a socket can be read or written, `seconds` at the longest; perhaps less."""
    seconds = _LONGEST_WAIT if seconds is None else min(seconds, _LONGEST_WAIT)
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(waiting, select.POLLOUT if to_write else select.POLLIN)
        poll.poll(seconds * 1000)
    else:  # Windows, whose `select` takes sockets of any number
        reading, writing = ([], [waiting]) if to_write else ([waiting], [])
        select.select(reading, writing, [], seconds)
