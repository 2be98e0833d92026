"""What makes errors: out of answers that are no success, and out of httpx's errors."""

from __future__ import annotations

import ssl

import httpx

from ._servers import Server
from ._texts import explanation, shorten, without_credentials
from ._transport.urls import parse_url, show_url
from .errors import (
    AuthenticationError,
    CallError,
    CallTimeoutError,
    CertificateError,
    ConnectionLostError,
    InvalidRequestError,
    NotFoundError,
    RedirectError,
    ServerError,
    ServerUnreachableError,
    StatusError,
    UnknownEndpointError,
    bare,
)

_BY_STATUS: dict[int, type[StatusError]] = {
    400: InvalidRequestError,
    401: AuthenticationError,
    403: AuthenticationError,
    404: NotFoundError,
    407: AuthenticationError,
    422: InvalidRequestError,
}


def status_error(response: httpx.Response, server: Server) -> StatusError:
    """The error for an answer that is no success: the one table from status to error.

    Args:
        response: the answer, its body read.
        server: which server was asked.
    """
    status = response.status_code
    if 300 <= status < 400:
        return RedirectError(
            response,
            hint=f"It points to {_target(response)} and was not followed: "
            f"point {server.setting} there if that is the {server.name}.",
        )
    # FastAPI's own words for a path that no route matches; LlamaDeploy's say what is missing.
    if status in (404, 405) and explanation(response) in ("Not Found", "Method Not Allowed"):
        from ._generations import NEEDED  # with pydantic models, which a start can do without

        needed = NEEDED.get(response.request.url.path)
        return UnknownEndpointError(
            response,
            hint=f"This needs LlamaDeploy {needed}."
            if needed
            else f"The {server.name} was asked. What answers at {server.setting} has no such path: "
            "it is another server, or a LlamaDeploy of a generation without it.",
        )
    if status in _BY_STATUS:
        return _BY_STATUS[status](response)
    if 500 <= status < 600:
        return ServerError(response, hint=f"The reason is in the log of the {server.name}.")
    return StatusError(response)


def request_error(
    error: httpx.RequestError, request: httpx.Request, server: Server, timeout: float | None
) -> CallError:
    """The error for a request that has no whole answer.

    Args:
        error: what httpx made of it.
        request: what was sent, or was to be.
        server: which server was asked.
        timeout: the seconds that the call had.
    """
    why = shorten(str(error))
    if isinstance(error, httpx.TimeoutException):
        after = f": {why}" if why else ""
        return CallTimeoutError(f"no answer within {timeout} s{after}", request=request)
    if isinstance(error, httpx.ProxyError):  # its text is the answer to CONNECT: nothing was sent
        if why.startswith("407"):
            refusal = httpx.Response(407, request=request)
            return AuthenticationError(refusal, hint="The proxy's URL can have name and password.")
        message = f"the proxy on the way to the {server.name} refuses: {why}"
        return ServerUnreachableError(message, request=request)
    if isinstance(error, httpx.ConnectError):
        tls_error = _tls_error(error)
        if tls_error is not None:
            judged = isinstance(tls_error, ssl.SSLCertVerificationError)
            hint = (
                "A certificate of a private authority needs the setting ca_bundle"
                if judged
                else f"Does it speak HTTPS there? If not, {server.setting} begins with http:"
            )
            message = (
                f"no secure connection to the {server.name}: {shorten(str(tls_error))}. {hint}"
            )
            return CertificateError(message, request=request)
        return ServerUnreachableError(
            f"the {server.name}{server.note} cannot be reached ({why}): is it running, and is "
            f"the setting {server.setting} right?",
            request=request,
        )
    why = why or type(error).__name__
    if isinstance(error, httpx.LocalProtocolError):  # a hook or an authentication broke the request
        return CallError(f"the request cannot be sent: {why}", request=request)
    return ConnectionLostError(f"no whole answer from the {server.name}: {why}", request=request)


def _tls_error(error: BaseException | None) -> ssl.SSLError | None:
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error


def _target(response: httpx.Response) -> str:
    """Where a redirect points, fit to be shown."""
    location = response.headers.get("location", "nowhere")
    url = parse_url(location)
    return shorten(show_url(location) if url is None else str(without_credentials(url)))


def _is_about_a_url(error: BaseException) -> bool:
    chain = (error, error.__cause__, error.__context__)
    return any(isinstance(each, httpx.InvalidURL) for each in chain)


def as_cause(error: BaseException, request: httpx.Request) -> BaseException:
    """`error` and all that it came of, as their texts alone, fit to be shown.

    The request that httpx gives its errors has the credentials, and so have variables of the frames
    below httpx, and what it says of a URL: tools that report errors print all of them.
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
        if _is_about_a_url(each):  # which it quotes, as does what it came of
            each.args = ("a redirect or a proxy has an invalid URL",)
            each.__cause__ = each.__context__ = None
        elif all(isinstance(text, str) for text in each.args):
            each.args = tuple(map(shorten, each.args))
        todo += [each.__cause__, each.__context__]
    return error
