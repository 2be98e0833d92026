"""Find the proxy on the way to a server, and write URLs for it. No I/O."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from urllib.request import getproxies, proxy_bypass

import httpx
from attrs import field, frozen

from .contract import ProxyFailedError
from .http1 import Header
from .urls import URL_HINT, parse_url, show_url

_ZONE = re.compile(rb"%[^\]:]*")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@frozen
class Proxy:
    """A proxy.

    Attributes:
        url: its URL, without credentials.
        source: the setting or environment variable that names it.
        headers: the headers that identify the client to it.
    """

    url: httpx.URL
    source: str
    headers: tuple[Header, ...] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.url} (from {self.source})"


def find_proxy(setting: str | None, url: httpx.URL, *, trust_env: bool = True) -> Proxy | None:
    """Return the proxy for `url`: that of the setting, or else of the environment.

    Raises:
        ProxyFailedError: the proxy cannot be used.
    """
    text, source = setting, "the setting proxy"
    if not text and trust_env:
        text, source = _of_environment(url)
    text = (text or "").strip()
    if not text:
        return None
    # Other programs accept `proxy.example:3128`, so many environments contain that.
    parsed = parse_url(text if "://" in text else f"http://{text}")
    if parsed is None or not parsed.scheme:
        message = f"invalid proxy URL {show_url(text)!r} (from {source}). {URL_HINT}"
        raise ProxyFailedError(message, lasting=True)
    bare = parsed.copy_with(userinfo=b"")
    if parsed.scheme not in _DEFAULT_PORTS:
        message = f"a {parsed.scheme} proxy needs a transport of your own: {bare} (from {source})"
        raise ProxyFailedError(message, lasting=True)
    return Proxy(bare, source, _identification(parsed))


def _of_environment(url: httpx.URL) -> tuple[str | None, str]:
    """Return the proxy in the environment for `url`, and what names it."""
    hosts = (url.host, f"{host_of(url).decode()}:{port_of(url)}")
    if any(map(proxy_bypass, hosts)):
        return None, ""
    proxies = getproxies()
    kind = url.scheme if url.scheme in proxies else "all"
    variables = (f"{kind}_proxy", f"{kind}_proxy".upper())
    variable = next((name for name in variables if os.environ.get(name)), None)
    return proxies.get(kind), f"the variable {variable}" if variable else "the system's settings"


def _identification(proxy: httpx.URL) -> tuple[Header, ...]:
    if not proxy.userinfo:
        return ()
    pair = f"{proxy.username}:{proxy.password}".encode()
    return ((b"Proxy-Authorization", b"Basic " + b64encode(pair)),)


def port_of(url: httpx.URL) -> int:
    return url.port or _DEFAULT_PORTS[url.scheme]


def host_of(url: httpx.URL) -> bytes:
    """Return the host as URLs write it, with brackets around an IPv6 address."""
    return b"[%s]" % url.raw_host if b":" in url.raw_host else url.raw_host


def without_zone(host: bytes) -> bytes:
    """Return the host without its IPv6 zone (`%25eth0`), which is local to this machine."""
    return _ZONE.sub(b"", host)


def absolute(url: httpx.URL) -> bytes:
    return b"%s://%s%s" % (url.raw_scheme, url.netloc, url.raw_path)
