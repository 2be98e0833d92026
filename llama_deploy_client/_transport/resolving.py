"""Addresses of a host: a pair, async and blocking."""

from __future__ import annotations

import errno
import re
import socket
from functools import partial
from typing import Any

from .deadline import Deadline
from .threads import aside_async, aside_sync

Addresses = list[tuple[Any, ...]]
"""What `socket.getaddrinfo` returns: family, kind, protocol, canonical name and address of each."""

_IPV4 = re.compile(r"\d+(\.\d+){3}")
_TCP = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")


async def resolve_async(host: str, port: int, deadline: Deadline) -> Addresses:
    """The addresses of a host.

    Raises:
        httpx.ConnectTimeout: they were not found in time.
        OSError: it has none.
        UnicodeError: no host can have this name.
    """
    known = _without_looking_up(host, port)
    return await aside_async(_look_up(host, port), deadline) if known is None else known


def resolve_sync(host: str, port: int, deadline: Deadline) -> Addresses:
    """The addresses of a host.

    Raises:
        httpx.ConnectTimeout: they were not found in time.
        OSError: it has none.
        UnicodeError: no host can have this name.
    """
    known = _without_looking_up(host, port)
    return aside_sync(_look_up(host, port), deadline) if known is None else known


def _without_looking_up(host: str, port: int) -> Addresses | None:
    """The address that `host` is, if it is one; a zone (`fe80::1%eth0`) belongs to it."""
    if _IPV4.fullmatch(host):
        return [(socket.AF_INET, *_TCP, (host, port))]
    if ":" not in host:  # which no name has
        return None
    address, _, zone = host.partition("%")
    return [(socket.AF_INET6, *_TCP, (address, port, 0, _scope(zone)))]


def _scope(zone: str) -> int:
    if not zone or zone.isdigit():
        return int(zone or 0)
    indices = {name: index for index, name in socket.if_nameindex()}
    if zone not in indices:
        raise OSError(errno.ENODEV, f"there is no network interface {zone!r}")
    return indices[zone]


def _look_up(host: str, port: int) -> partial[Addresses]:
    return partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
