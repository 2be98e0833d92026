"""Connections that keep a deadline: plain sockets, in the two colours.

An asyncio transport can be closed only by its own loop while that runs, which a client that lives
on after `asyncio.run` cannot offer. A plain socket can be closed at any time, by anyone.

httpx's time-outs bound one read each, and start anew with every byte that arrives. Here each
operation gets the time that is left of the whole call.
"""

from __future__ import annotations

import asyncio
import select
import socket
import weakref
from typing import Any, Self

import aiohappyeyeballs
import httpx

from ._deadline import Deadline

_NEXT_ADDRESS = 0.25
"""Seconds until the next address of a host is tried beside the first one (RFC 8305)."""

_READ_SIZE = 65536
_LONGEST_WAIT = 1.0
"""Seconds that a thread waits in one go. Python sees a Ctrl-C just before it only after it."""


class _Socket:
    """A TCP connection. It is closed when this object is dropped, at the latest."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._close = weakref.finalize(self, connected.close)
        connected.setblocking(False)
        # macOS refuses this for a connection that was reset meanwhile.
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def is_readable(self) -> bool:
        """Whether there is something to read: on an idle connection, its end."""
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            pass
        return True


class AsyncSocket(_Socket):
    """One on the running asyncio loop."""

    @classmethod
    async def connect(cls, host: str, port: int, deadline: Deadline) -> Self:
        try:
            async with asyncio.timeout(_left(deadline, httpx.ConnectTimeout)):
                loop = asyncio.get_running_loop()
                addresses = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                connected = await aiohappyeyeballs.start_connection(
                    addresses, happy_eyeballs_delay=_NEXT_ADDRESS
                )
            return cls(connected)
        except TimeoutError as error:
            raise httpx.ConnectTimeout(str(error)) from error
        except (OSError, UnicodeError) as error:  # the latter for a name that no DNS can have
            raise httpx.ConnectError(str(error)) from error

    async def read(self, deadline: Deadline) -> bytes:
        """What has arrived, as soon as there is something; nothing at the end."""
        await asyncio.sleep(0)  # else a server quicker than its client would stop all other tasks
        left = _left(deadline, httpx.ReadTimeout)
        try:
            try:
                return self._socket.recv(_READ_SIZE)
            except BlockingIOError:
                async with asyncio.timeout(left):
                    return await asyncio.get_running_loop().sock_recv(self._socket, _READ_SIZE)
        except TimeoutError as error:
            raise httpx.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpx.ReadError(str(error)) from error

    async def write(self, content: bytes, deadline: Deadline) -> None:
        left = _left(deadline, httpx.WriteTimeout)
        try:
            async with asyncio.timeout(left):
                await asyncio.get_running_loop().sock_sendall(self._socket, content)
        except TimeoutError as error:
            raise httpx.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpx.WriteError(str(error)) from error

    async def aclose(self) -> None:
        self._close()


class SyncSocket(_Socket):
    """One for a thread that may block."""

    @classmethod
    def connect(cls, host: str, port: int, deadline: Deadline) -> Self:
        try:
            return cls(_connect(host, port, deadline))
        except TimeoutError as error:
            raise httpx.ConnectTimeout(str(error)) from error
        except (OSError, UnicodeError) as error:  # the latter for a name that no DNS can have
            raise httpx.ConnectError(str(error)) from error

    def read(self, deadline: Deadline) -> bytes:
        """What has arrived, as soon as there is something; nothing at the end."""
        while True:
            left = _left(deadline, httpx.ReadTimeout)
            try:
                return self._socket.recv(_READ_SIZE)
            except BlockingIOError:
                _wait(self._socket, left)
            except OSError as error:
                raise httpx.ReadError(str(error)) from error

    def write(self, content: bytes, deadline: Deadline) -> None:
        unsent = memoryview(content)
        while unsent:
            left = _left(deadline, httpx.WriteTimeout)
            try:
                unsent = unsent[self._socket.send(unsent) :]
            except BlockingIOError:
                _wait(self._socket, left, to_write=True)
            except OSError as error:
                raise httpx.WriteError(str(error)) from error

    def close(self) -> None:
        self._close()


def _connect(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A connection to the first address of a host that takes one.

    `socket.create_connection` would give the whole time to each of them. Here they share it, so
    that one after a silent one has some left.
    """
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    while True:
        left = _left(deadline, httpx.ConnectTimeout)
        share = None if left is None else left / len(addresses)
        family, kind, protocol, _, address = addresses.pop(0)
        try:
            return _connect_to(address, socket.socket(family, kind, protocol), share)
        except OSError:
            if not addresses:
                raise


def _connect_to(address: Any, unconnected: socket.socket, seconds: float | None) -> socket.socket:
    try:
        unconnected.settimeout(seconds)
        unconnected.connect(address)
    except OSError:
        unconnected.close()
        raise
    return unconnected


def _left(deadline: Deadline, timeout: type[httpx.TimeoutException]) -> float | None:
    """Seconds left, and never 0."""
    left = deadline.remaining()
    if left == 0:
        raise timeout("timed out")
    return left


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
