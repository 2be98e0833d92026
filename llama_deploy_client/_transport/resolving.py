"""Addresses of a host, looked up in a thread of its own: a pair, async and blocking.

`getaddrinfo` cannot be stopped. In the loop's own executor it would wait behind the application's
threads, and `asyncio.run` would wait for it; in the caller's thread it would keep no deadline.
"""

from __future__ import annotations

import _thread
import asyncio
import queue
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

Addresses = list[tuple[Any, ...]]
"""What `socket.getaddrinfo` returns: family, kind, protocol, canonical name and address of each."""

_IPV4 = re.compile(r"\d+(\.\d+){3}")
_TCP = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")


async def resolve_async(host: str, port: int) -> Addresses:
    """The addresses of a host.

    Raises:
        OSError: it has none.
        UnicodeError: no host can have this name.
    """
    known = _without_looking_up(host, port)
    if known is not None:
        return known
    loop = asyncio.get_running_loop()
    found: asyncio.Future[Addresses | Exception] = loop.create_future()

    def tell(outcome: Addresses | Exception) -> None:
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(_settle, found, outcome)

    _look_up(host, port, tell)
    return _addresses(await found)


def resolve_sync(host: str, port: int, timeout: float | None) -> Addresses:
    """The addresses of a host.

    Raises:
        OSError: it has none.
        UnicodeError: no host can have this name.
        queue.Empty: they were not found within `timeout` seconds.
    """
    known = _without_looking_up(host, port)
    if known is not None:
        return known
    found: queue.SimpleQueue[Addresses | Exception] = queue.SimpleQueue()
    _look_up(host, port, found.put)
    return _addresses(found.get(timeout=timeout))


def _without_looking_up(host: str, port: int) -> Addresses | None:
    """The address that `host` is, if it is one; a zone (`fe80::1%eth0`) belongs to it."""
    if _IPV4.fullmatch(host):
        return [(socket.AF_INET, *_TCP, (host, port))]
    if ":" not in host:  # which no name has
        return None
    address, _, zone = host.partition("%")
    scope = int(zone) if zone.isdigit() else socket.if_nametoindex(zone) if zone else 0
    return [(socket.AF_INET6, *_TCP, (address, port, 0, scope))]


def _look_up(host: str, port: int, tell: Callable[[Addresses | Exception], None]) -> None:
    def work() -> None:
        try:
            tell(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:
            tell(error)

    # Not a `Thread`: a signal handler that raises in the midst of starting one breaks it.
    _thread.start_new_thread(work, ())


def _settle(found: asyncio.Future[Addresses | Exception], outcome: Addresses | Exception) -> None:
    if not found.done():
        found.set_result(outcome)


def _addresses(outcome: Addresses | Exception) -> Addresses:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
