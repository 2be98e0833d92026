"""The proxy on the way to a server, and how URLs are written to it. No I/O."""

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
        url: where it is, without credentials.
        source: what names it: a setting, or a variable of the environment.
        headers: what it knows the client by.
    """

    url: httpx.URL
    source: str
    headers: tuple[Header, ...] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.url} (from {self.source})"


def find_proxy(setting: str | None, url: httpx.URL, *, trust_env: bool = True) -> Proxy | None:
    """The proxy on the way to `url`: that of the setting, or else of the environment.

    Raises:
        ProxyFailedError: it cannot be used.
    """
    text, source = setting, "the setting proxy"
    if not text and trust_env:
        text, source = _of_environment(url)
    text = (text or "").strip()
    if not text:
        return None
    # Other programs take `proxy.example:3128`, so that is what many environments have.
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
    """The proxy that the environment names for `url`, and by what."""
    hosts = (url.host, f"{host_of(url).decode()}:{port_of(url)}")
    if any(map(proxy_bypass, hosts)):
        return None, ""
    proxies = getproxies()
    kind = url.scheme if url.scheme in proxies else "all"
    variables = (f"{kind}_proxy", f"{kind}_proxy".upper())
    named = next((name for name in variables if os.environ.get(name)), None)
    return proxies.get(kind), f"the variable {named}" if named else "the system's settings"


def _identification(proxy: httpx.URL) -> tuple[Header, ...]:
    if not proxy.userinfo:
        return ()
    pair = f"{proxy.username}:{proxy.password}".encode()
    return ((b"Proxy-Authorization", b"Basic " + b64encode(pair)),)


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
