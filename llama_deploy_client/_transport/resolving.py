"""Resolve host names: a pair, async and blocking."""

from __future__ import annotations

import errno
import re
import socket
from functools import partial
from typing import Any

from .deadline import Deadline
from .threads import aside_async, aside_sync

Addresses = list[tuple[Any, ...]]
"""The result of `socket.getaddrinfo`: family, kind, protocol, canonical name, address."""

_IPV4 = re.compile(r"\d+(\.\d+){3}")
_TCP = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")


async def resolve_async(host: str, port: int, deadline: Deadline) -> Addresses:
    """Return the addresses of a host.

    Raises:
        httpx.ConnectTimeout: resolving took too long.
        OSError: the host has no address.
        UnicodeError: the name is not a valid host name.
    """
    known = _without_looking_up(host, port)
    return await aside_async(_look_up(host, port), deadline) if known is None else known


def resolve_sync(host: str, port: int, deadline: Deadline) -> Addresses:
    """Return the addresses of a host.

    Raises:
        httpx.ConnectTimeout: resolving took too long.
        OSError: the host has no address.
        UnicodeError: the name is not a valid host name.
    """
    known = _without_looking_up(host, port)
    return aside_sync(_look_up(host, port), deadline) if known is None else known


def _without_looking_up(host: str, port: int) -> Addresses | None:
    """Return `host` itself if it is an address, perhaps with a zone (`fe80::1%eth0`)."""
    if _IPV4.fullmatch(host):
        return [(socket.AF_INET, *_TCP, (host, port))]
    if ":" not in host:  # names never have one
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
