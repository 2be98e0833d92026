"""The proxy on the way to a server, and how URLs are written to it. No I/O."""

from __future__ import annotations

import re
from base64 import b64encode
from urllib.request import getproxies, proxy_bypass

import httpx

from .http1 import Header
from .urls import URL_HINT, parse_url, show_url

_ZONE = re.compile(rb"%[^\]:]*")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def find_proxy(setting: str | None, url: httpx.URL) -> httpx.Proxy | None:
    """The proxy on the way to `url`: that of the setting, or else of the environment."""
    found = setting or _of_environment(url)
    if found is None:
        return None
    # Other programs take `proxy.example:3128`, so that is what many environments have.
    parsed = parse_url(found if "://" in found else f"http://{found}")
    if parsed is None:
        raise httpx.ConnectError(f"invalid proxy URL {show_url(found)!r}. {URL_HINT}")
    if parsed.scheme not in _DEFAULT_PORTS:
        raise httpx.ConnectError(f"a {parsed.scheme} proxy needs a transport of your own")
    return httpx.Proxy(parsed)


def _of_environment(url: httpx.URL) -> str | None:
    hosts = (url.host, f"{host_of(url).decode()}:{port_of(url)}")
    if any(map(proxy_bypass, hosts)):
        return None
    proxies = getproxies()
    return proxies.get(url.scheme) or proxies.get("all")


def port_of(url: httpx.URL) -> int:
    return url.port or _DEFAULT_PORTS[url.scheme]


def host_of(url: httpx.URL) -> bytes:
    """The host as it stands in a URL, where brackets go around an IPv6 address."""
    return b"[%s]" % url.raw_host if b":" in url.raw_host else url.raw_host


def without_zone(host: bytes) -> bytes:
    """The host without its IPv6 zone (`%25eth0`), which means nothing to others."""
    return _ZONE.sub(b"", host)


def absolute(url: httpx.URL) -> bytes:
    return b"%s://%s%s" % (url.raw_scheme, url.netloc, url.raw_path)


def credentials(proxy: httpx.Proxy) -> tuple[Header, ...]:
    if proxy.raw_auth is None:
        return ()
    return ((b"Proxy-Authorization", b"Basic " + b64encode(b":".join(proxy.raw_auth))),)
