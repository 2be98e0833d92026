"""The names of peers in tables, and who they are."""

from __future__ import annotations

from ..environments import Environments
from ..peers import Peer

OURS = "this client"
OUR_TRANSPORT = "httpx over this client's transport"
HTTPX = "httpx"
AIOHTTP = "aiohttp"
PYREQWEST = "pyreqwest"
OVER_AIOHTTP = "this client over aiohttp"
OVER_PYREQWEST = "this client over pyreqwest"
HTTPX_OVER_AIOHTTP = "httpx over aiohttp"
HTTPX_OVER_PYREQWEST = "httpx over pyreqwest"
SHIPPED_06 = "shipped 0.6.1"
SHIPPED_09 = "shipped 0.9.2"
SHIPPED_WITHOUT_TLS = "shipped 0.9.2, disable_ssl"
FLOOR = "a bare socket"


def callers(environments: Environments) -> list[Peer]:
    """Those that can be called by many at once."""
    ours, others, shipped = environments.ours, environments.others, environments.shipped
    return [
        Peer(OURS, ours, "facade:Facade"),
        Peer(OUR_TRANSPORT, ours, "facade:OverOurTransport"),
        Peer(HTTPX, others, "with_httpx:Httpx"),
        Peer(AIOHTTP, others, "with_aiohttp:Aiohttp"),
        Peer(PYREQWEST, others, "with_pyreqwest:Pyreqwest"),
        Peer(OVER_AIOHTTP, others, "facade:over_aiohttp"),
        Peer(OVER_PYREQWEST, others, "facade:over_pyreqwest"),
        Peer(HTTPX_OVER_AIOHTTP, others, "with_httpx:over_aiohttp"),
        Peer(HTTPX_OVER_PYREQWEST, others, "with_httpx:over_pyreqwest"),
        Peer(SHIPPED_06, shipped["0.6.1"], "shipped:Shipped"),
        Peer(SHIPPED_09, shipped["0.9.2"], "shipped:Shipped"),
    ]


def everyone(environments: Environments) -> list[Peer]:
    """All async ones."""
    return [
        *callers(environments),
        Peer(SHIPPED_WITHOUT_TLS, environments.shipped["0.9.2"], "shipped:without_tls"),
        Peer(FLOOR, environments.others, "with_sockets:Bare"),
    ]


def blocking(environments: Environments) -> list[Peer]:
    """All blocking ones."""
    ours, others, shipped = environments.ours, environments.others, environments.shipped
    return [
        Peer(OURS, ours, "facade:BlockingFacade", "sync"),
        Peer(OUR_TRANSPORT, ours, "facade:BlockingOverOurTransport", "sync"),
        Peer(HTTPX, others, "with_httpx:BlockingHttpx", "sync"),
        Peer(PYREQWEST, others, "with_pyreqwest:BlockingPyreqwest", "sync"),
        Peer(OVER_PYREQWEST, others, "facade:blocking_over_pyreqwest", "sync"),
        Peer(SHIPPED_06, shipped["0.6.1"], "shipped:BlockingShipped", "sync"),
        Peer(SHIPPED_09, shipped["0.9.2"], "shipped:BlockingShipped", "sync"),
        Peer(SHIPPED_WITHOUT_TLS, shipped["0.9.2"], "shipped:blocking_without_tls", "sync"),
        Peer(FLOOR, others, "with_sockets:BlockingBare", "sync"),
    ]


def only(peers: list[Peer], *labels: str) -> list[Peer]:
    """Those of these names."""
    return [peer for peer in peers if peer.label in labels]
