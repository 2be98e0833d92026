"""Convert responses with an error status, and httpx's errors, to errors of this package."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from errno import ECONNREFUSED, EMFILE, ENFILE, ENOBUFS, ENOMEM
from typing import TYPE_CHECKING, Any

import httpx

from ._servers import Server
from ._texts import explanation, gateway_of, is_web_page, seconds, shorten, without_credentials
from ._transport.contract import ProxyFailedError
from ._transport.urls import parse_url, show_url
from .errors import (
    AuthenticationError,
    CallError,
    CallTimeoutError,
    CertificateError,
    ConnectionLostError,
    ConnectTimeoutError,
    InvalidRequestError,
    NotFoundError,
    PoolTimeoutError,
    ReadTimeoutError,
    RedirectError,
    ServerError,
    ServerUnreachableError,
    StatusError,
    UnknownEndpointError,
    WriteTimeoutError,
    bare,
)

if TYPE_CHECKING:
    from .request import Request, StreamRequest

_BY_STATUS: dict[int, type[StatusError]] = {
    400: InvalidRequestError,
    401: AuthenticationError,
    403: AuthenticationError,
    404: NotFoundError,
    407: AuthenticationError,
    422: InvalidRequestError,
}

_BY_TIMEOUT: dict[type[httpx.RequestError], type[CallTimeoutError]] = {
    httpx.ConnectTimeout: ConnectTimeoutError,
    httpx.PoolTimeout: PoolTimeoutError,
    httpx.WriteTimeout: WriteTimeoutError,
    httpx.ReadTimeout: ReadTimeoutError,
}


_OWN_LIMITS = {EMFILE, ENFILE, ENOBUFS, ENOMEM}
"""The kernel's error numbers if this machine, not the server, keeps a socket from opening."""


def status_error(
    response: httpx.Response,
    server: Server,
    request: Request[Any] | StreamRequest[Any] | None = None,
) -> StatusError:
    """Return the error for a status that is not 2xx: the one table from status to error.

    Args:
        response: the response, its body read.
        server: the kind of server that the request was sent to.
        request: the request, for the usual causes of a 500.
    """
    status = response.status_code
    gateway = _gateway(response, server)
    if 300 <= status < 400:
        return RedirectError(
            response,
            hint=f"It points to {_target(response)} and was not followed: "
            f"point {server.setting} there if that is the {server.name}. {gateway}".strip(),
        )
    # FastAPI's words for a path without a route; LlamaDeploy's own 404s say what is missing.
    if status in (404, 405) and explanation(response) in ("Not Found", "Method Not Allowed"):
        from ._generations import NEEDED  # imports pydantic models, which a start does not need

        needed = NEEDED.get(response.request.url.path)
        return UnknownEndpointError(
            response,
            hint=f"This needs LlamaDeploy {needed}."
            if needed
            else f"The server at {server.setting} has no such path: {server.others}.",
        )
    if status in _BY_STATUS:
        return _BY_STATUS[status](response, hint=gateway)
    if 500 <= status < 600:
        if status in (502, 503, 504) or is_web_page(response):
            return ServerError(response, hint=gateway)
        causes = None
        if status == 500 and request is not None:
            from ._causes import usual_causes  # imported on the first error only

            causes = usual_causes(request, response.request.url)
        log = f"The reason is in the log of the {server.name}. {gateway}".strip()
        return ServerError(response, cause=causes or "", hint=log)
    if status == 413:
        limit = "LlamaDeploy has no such limit, but gateways have: nginx's client_max_body_size."
        return StatusError(response, hint=f"{limit} {gateway}".strip())
    return StatusError(response, hint=gateway)


def _gateway(response: httpx.Response, server: Server) -> str:
    """Say which gateway or proxy responded in place of the server; LlamaDeploy never does this."""
    proxy = response.request.extensions.get("proxy")
    who = gateway_of(response)
    if response.status_code == 407:
        return f"{who} requires a name and a password. The proxy's URL can contain them."
    if response.status_code in (502, 503, 504):
        why = "it may be down, or too slow for the gateway"
        return f"{who} responded, not the {server.name}: {why}."
    if is_web_page(response):
        return f"{who} responded, not the {server.name}, which sends no web pages."
    return f"The response may come from the proxy {proxy}." if proxy else ""


def request_error(
    error: httpx.RequestError, request: httpx.Request, server: Server, timeout: float | None
) -> CallError:
    """Return the error for a request without a complete response.

    Args:
        error: httpx's error.
        request: the request that was sent, or was to be sent.
        server: the kind of server that the request was sent to.
        timeout: the seconds that the call was allowed.
    """
    why = shorten(str(error))
    proxy = request.extensions.get("proxy")
    if isinstance(error, httpx.TimeoutException):
        after = f": {why}" if why else ""
        by = f" by way of the proxy {proxy}" if proxy else ""
        kind = _BY_TIMEOUT.get(type(error), CallTimeoutError)
        return kind(f"no response within {seconds(timeout)}{by}{after}", request=request)
    tls_error = _tls_error(error)
    if isinstance(error, httpx.ProxyError):
        return _proxy_error(error, tls_error, request, server)
    if isinstance(error, httpx.ConnectError):
        if tls_error is not None:
            reason = shorten(str(tls_error))
            hint = _tls_hint(tls_error, server.setting)
            message = f"no secure connection to the {server.name}: {reason}. {hint}".strip()
            return CertificateError(message, request=request)
        advice = f"is it running, and is the setting {server.setting} right?"
        if any(isinstance(each, OSError) and each.errno in _OWN_LIMITS for each in _causes(error)):
            advice = "that is a limit of this program or machine, not the server's fault"
        return ServerUnreachableError(
            f"the {server.name}{server.note} cannot be reached ({why}): {advice}", request=request
        )
    why = why or type(error).__name__
    # a hook or an authentication made the request invalid
    if isinstance(error, httpx.LocalProtocolError):
        return CallError(f"the request cannot be sent: {why}", request=request)
    by = f" by way of the proxy {proxy}" if proxy else ""
    return ConnectionLostError(
        f"no complete response from the {server.name}{by}: {why}", request=request
    )


def why_down(error: ServerUnreachableError) -> str:
    """Return the status message for a server that is down, with the reason if it is unusual."""
    telling = (OSError, UnicodeError, ProxyFailedError)
    reasons = [each for each in _causes(error) if isinstance(each, telling)]
    if all(isinstance(each, OSError) and each.errno == ECONNREFUSED for each in reasons):
        return "API Server is down"
    return f"API Server is down: {error}"


def _proxy_error(
    error: httpx.ProxyError,
    tls_error: ssl.SSLError | None,
    request: httpx.Request,
    server: Server,
) -> CallError:
    """Return the error for a proxy through which no server was reached. Nothing was sent."""
    why = shorten(str(error))
    if isinstance(error, ProxyFailedError) and error.status == 407:
        return status_error(httpx.Response(407, request=request), server)
    proxy = request.extensions.get("proxy")
    hint = (
        f"If the {server.name} needs no proxy, name its host in the variable no_proxy, or make the "
        "client with trust_env=False"
    )
    text = f"the proxy {proxy} {why}" if proxy else why
    if tls_error is not None:
        hint = f"{_tls_hint(tls_error, 'the URL of the proxy')}. {hint}"
        return CertificateError(f"{text}. {hint}", request=request)
    unreachable = ServerUnreachableError(f"{text}. {hint}", request=request)
    unreachable.lasting = isinstance(error, ProxyFailedError) and error.lasting
    return unreachable


def _tls_hint(error: ssl.SSLError, setting: str) -> str:
    """Return advice for a TLS error."""
    if isinstance(error, ssl.SSLCertVerificationError):
        code = getattr(error, "verify_code", None)  # an unpickled error has no code
        return _BY_VERIFY_CODE.get(code, "The server needs another certificate")
    reason = getattr(error, "reason", None)  # only OpenSSL's own errors have one
    if reason is None:
        return ""
    if "ALERT_HANDSHAKE_FAILURE" in reason:
        return (
            "The server may require a client certificate (setting client_cert), or share no cipher "
            "with this Python"
        )
    if "PROTOCOL_VERSION" in reason:
        return "The server and this Python share no TLS version"
    if _ABOUT_OURS.search(reason):
        return (
            "The server requires a client certificate, or another one: see the setting client_cert"
        )
    return f"Does the server speak HTTPS at this port? If not, {setting} must begin with http:"


_ABOUT_OURS = re.compile("ALERT_(.*CERTIFICATE|UNKNOWN_CA)")
"""OpenSSL's reasons for a client certificate that is missing or refused."""
_AUTHORITY = "A certificate of a private authority needs the setting ca_bundle"
_NAME = "The certificate is for another host: is the host in the URL right?"
_BY_VERIFY_CODE: dict[int | None, str] = {
    9: "The certificate is not valid yet: is the clock of this machine right?",
    10: "The server needs a new certificate, or the clock of this machine is wrong",
    **dict.fromkeys((None, 2, 18, 19, 20, 21), _AUTHORITY),
    62: _NAME,
    64: _NAME,
}
"""Advice for a certificate that OpenSSL refuses, by OpenSSL's code for the reason."""


def _tls_error(error: BaseException) -> ssl.SSLError | None:
    return next((each for each in _causes(error) if isinstance(each, ssl.SSLError)), None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and its chain of causes, each once."""
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        seen.append(cause)
        yield cause
        cause = cause.__cause__ or cause.__context__


def _target(response: httpx.Response) -> str:
    """Return the target of a redirect in a form that messages can show."""
    location = response.headers.get("location", "nowhere")
    url = parse_url(location)
    return shorten(show_url(location) if url is None else str(without_credentials(url)))


def _is_about_a_url(error: BaseException) -> bool:
    chain = (error, error.__cause__, error.__context__)
    return any(isinstance(each, httpx.InvalidURL) for each in chain)


def as_cause(error: BaseException, request: httpx.Request) -> BaseException:
    """Return `error` and its causes with their texts only, safe to show.

    The request of httpx's errors holds credentials, and so do variables in httpx's frames and the
    URLs that it quotes: tools that report errors print all of them.
    """
    todo: list[BaseException | None] = [error]
    seen: set[int] = set()
    while todo:
        each = todo.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        each.__traceback__ = None
        if isinstance(each, httpx.RequestError):
            each.request = bare(request)
        if _is_about_a_url(each):  # this error and its causes quote the URL
            each.args = ("a redirect or a proxy has an invalid URL",)
            each.__cause__ = each.__context__ = None
        elif all(isinstance(text, str) for text in each.args):
            each.args = tuple(map(shorten, each.args))
        todo += [each.__cause__, each.__context__]
    return error
