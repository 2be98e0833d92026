# Made by `make generate` from llama_deploy_client/_async/sending.py: do not edit.
"""Sending: the settings, the connections, and the one place that uses both."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx
from pydantic import ConfigDict, Field, field_validator, model_validator

from .._certificates import CertificateFile
from .._concurrency import PerProcess, check_hook_sync, sleep_sync
from .._decoding import decode
from .._failures import as_cause, request_error, status_error
from .._polling import Polling
from .._retry import Retries
from .._servers import SERVERS, Server
from .._setting_types import HidesInput
from .._signals import is_of_signal_handler
from .._texts import ERROR_BODY, seconds, shorten, without_credentials
from .._timeout import Timeout, Unset, check_seconds
from .._transport.clock import monotonic
from .._transport.deadline import Deadline
from ..errors import (
    CallError,
    CallTimeoutError,
    CertificateFileError,
    MalformedResponseError,
    ReadTimeoutError,
    RedirectError,
    UnknownEndpointError,
)
from ..settings import OF_EACH_REQUEST, Options, Settings
from .doubt import Doubt, Reason, no_reason
from .http import BoundedAuth, Hook, HookError, HttpClient, read_body

if TYPE_CHECKING:
    from ..request import Request, StreamRequest

T = TypeVar("T")

_log = logging.getLogger("llama_deploy_client")

_TRANSPORT = "llama_deploy_client._transport._sync.transport"

MOMENT = 5.0
"""Seconds for finding out which kind of server lacks the path of a request."""


class Means(HidesInput):
    """Objects of the user's program that take part in sending, or replace the pool."""

    model_config = ConfigDict(
        frozen=True, arbitrary_types_allowed=True, extra="forbid", hide_input_in_errors=True
    )

    transport: httpx.BaseTransport | None = None
    http_client: httpx.Client | None = None
    event_hooks: Mapping[str, Sequence[Hook]] = Field(default={})

    @field_validator("event_hooks")
    @classmethod
    def _known_events(cls, hooks: Mapping[str, Sequence[Hook]]) -> Mapping[str, Sequence[Hook]]:
        if unknown := hooks.keys() - {"request", "response"}:
            raise ValueError(f"there is no event {min(unknown)!r}, only 'request' and 'response'")
        for hook in chain.from_iterable(hooks.values()):
            check_hook_sync(hook)
        return hooks

    @model_validator(mode="after")
    def _one_way_to_send(self) -> Self:
        if self.http_client and (self.transport or self.event_hooks):
            raise ValueError(
                "http_client cannot be combined with transport or event_hooks: set those on the "
                "httpx client itself"
            )
        return self


MEANS = frozenset(Means.model_fields)


class ClientOptions(Options, total=False):
    """The keyword arguments of a client."""

    transport: httpx.BaseTransport | None
    http_client: httpx.Client | None
    event_hooks: Mapping[str, Sequence[Hook]]


class Sender:
    """Sends requests with its settings, over its connections.

    Args:
        settings: read for each request, so they may change.
        means: objects used in place of the pool, or called for each request.
        connections: the connections of another sender, to share; new ones by default.
    """

    def __init__(
        self, settings: Settings, means: Means, connections: PerProcess[HttpClient] | None = None
    ) -> None:
        self.settings = settings
        self.means = means
        self._connections = PerProcess[HttpClient]() if connections is None else connections

    def with_options(self, options: Mapping[str, Any]) -> Sender:
        """Return a sender with other options. It shares the connections where the options allow."""
        means = {name: value for name, value in options.items() if name in MEANS}
        others = {name: value for name, value in options.items() if name not in MEANS}
        return Sender(
            self.settings._replaced(others),
            Means(**{**dict(self.means), **means}) if means else self.means,
            self._connections if options.keys() <= OF_EACH_REQUEST else None,
        )

    def shares_connections(self, other: Sender) -> bool:
        """Whether both can use the same connections."""
        return self._connections is other._connections

    def send(self, request: Request[T], deadline: Deadline) -> T:
        """Send a request, and convert the response to the type that the request names."""
        return decode(self.respond(request, deadline), request, self.settings.max_values)

    def poll(
        self,
        request: Request[T | None],
        deadline: Deadline,
        why_silent: Reason = no_reason,
    ) -> T:
        """Poll until the response is not None, even if a gateway gives up on a request.

        Args:
            request: the request to repeat.
            deadline: the end of the polling.
            why_silent: says why no result may come.
        """
        polling = Polling(self.settings.poll_interval)
        doubt: Doubt | None = None  # until the server says "not yet"
        while True:
            try:
                response = self.respond(request, deadline, patient=True)
            except CallTimeoutError as error:
                if doubt is None:
                    raise
                timed_out = error
                if isinstance(error, ReadTimeoutError):  # of the last poll, which had less time
                    timed_out = no_result(deadline, error.request)
                raise doubt.explain(timed_out, deadline) from error.__cause__
            value = decode(response, request, self.settings.max_values)
            if value is not None:
                return value
            doubt = doubt or Doubt(why_silent)
            doubt.grow(deadline)
            sleep_sync(deadline.within(polling.pause()))
            if deadline.expired():
                raise doubt.explain(no_result(deadline, response.request), deadline)

    def deadline(self, timeout: Timeout) -> Deadline:
        """Return the deadline of a call, from its own `timeout` or else from the setting."""
        if isinstance(timeout, Unset):
            return Deadline(self.settings.timeout)
        if timeout is not None:
            check_seconds(timeout)
        return Deadline(timeout)

    def respond(
        self,
        request: Request[Any] | StreamRequest[Any],
        deadline: Deadline,
        *,
        patient: bool = False,
    ) -> httpx.Response:
        """Send a request and return the response, with retries where they are safe.

        Args:
            request: the request to send.
            deadline: the time by which the response must be complete.
            patient: keep trying if a gateway gives up on the request, even if it does so at once.
        """
        retries = Retries(
            replayable=not request.stream,
            waits=request.waits,
            patient=patient,
            operation=request.operation,
        )
        while True:
            began = monotonic()
            try:
                return self._send_once(request, deadline)
            except CallError as error:
                # the setting may have been lowered meanwhile
                pause = retries.pause(error, monotonic() - began, self.settings.max_retries)
                if pause is None:
                    if request.server == "workflows" or not request.stream:  # else it may come
                        self.raise_recognised(error, request, deadline)
                    raise
                if (rest := deadline.within(pause)) < pause:
                    if not retries.waiting:
                        raise
                    sleep_sync(rest)
                    within = seconds(deadline.timeout)
                    message = f"no response within {within}. The last attempt: {error.message}"
                    raise ReadTimeoutError(message, request=error.request) from error
                _log.info("retrying in %.1f s: %s", pause, error)
            sleep_sync(pause)

    def raise_recognised(
        self, error: CallError, request: Request[Any] | StreamRequest[Any], deadline: Deadline
    ) -> None:
        """Raise an error that names the server, if it is one of another kind."""
        if not isinstance(error, UnknownEndpointError | RedirectError):
            return
        from ..request import Request
        from .recognising import recognise  # imported on the first error only

        within = Deadline(deadline.within(MOMENT))

        def ask(path: str) -> Any:
            question: Request[Any] = Request(
                operation="recognise",
                server=request.server,
                method="GET",
                path=path,
                returns=dict[str, Any],
            )
            try:
                response = self._send_once(question, within)
                return decode(response, question, self.settings.max_values)
            except Exception as problem:  # report the first error, not this one
                if is_of_signal_handler(problem):
                    raise
                return None

        url = getattr(self.settings, SERVERS[request.server].setting)
        if hint := recognise(ask, request.server, url):
            raise type(error)(error.response, hint=hint) from None

    def _send_once(
        self, request: Request[Any] | StreamRequest[Any], deadline: Deadline
    ) -> httpx.Response:
        """Send it once; raise for any status that is not 2xx."""
        server = SERVERS[request.server]
        http = self._http()
        built, auth = self._build(http, request, deadline)
        try:
            response = http.send(built, stream=True, auth=auth)
            _log.debug("%s %s: %d", built.method, built.url, response.status_code)
            self._read(response, server, stream=request.stream)
        except CertificateFile as error:
            raise CertificateFileError(str(error), request=built) from error.__cause__
        except HookError as failed:
            raise failed.error from failed.error.__cause__
        except httpx.RequestError as error:
            cause = as_cause(error, built)
            raise request_error(error, built, server, deadline.timeout) from cause
        except (httpx.InvalidURL, UnicodeError) as error:  # httpx parses the target of a redirect
            cause = as_cause(error, built)
            invalid = httpx.RemoteProtocolError("it redirects to an invalid URL")
            raise request_error(invalid, built, server, deadline.timeout) from cause
        if not response.is_success:
            raise status_error(response, server, request)
        return response

    def _http(self) -> HttpClient | httpx.Client:
        """Return the HTTP client that sends."""
        if self.means.http_client is not None:
            return self.means.http_client
        if _TRANSPORT not in sys.modules:
            # Import it in a step of its own, so that all imports together do not block the loop.
            sleep_sync(0)
        return self._connections.get(self.settings.disable_ssl, self._make_http)

    def _build(
        self,
        http: HttpClient | httpx.Client,
        request: Request[Any] | StreamRequest[Any],
        deadline: Deadline,
    ) -> tuple[httpx.Request, httpx.Auth | None]:
        """Return httpx's form of the request, and the authentication."""
        settings = self.settings
        built = http.build_request(
            request.method,
            # Not in a variable: tools that report errors print variables.
            getattr(settings, SERVERS[request.server].setting).rstrip("/") + request.path,
            **request.content(),
            headers=settings.headers,
            timeout=deadline.remaining(),
            extensions={"deadline": deadline, "stream": request.stream},
        )
        built.headers["Accept-Encoding"] = "identity"
        auth = settings._authentication() or http.auth
        if built.url.userinfo:  # errors and httpx's log show URLs
            auth = auth or httpx.BasicAuth(built.url.username, built.url.password)
            built.url = without_credentials(built.url)
        # a user's http_client does not send these by itself
        if auth is not None and not settings.token:
            auth = BoundedAuth(auth, settings.max_response_size)
        return built, auth

    def _read(self, response: httpx.Response, server: Server, *, stream: bool) -> None:
        """Read the body, unless it is a stream; of an error, only as much as messages show."""
        # Bodies are never decompressed: a MiB of gzip can become a GiB.
        encoding = "identity"
        if "Content-Encoding" in response.headers:
            encoding = response.headers.pop("Content-Encoding")
        if not response.is_success:
            is_json = response.headers.get("Content-Type", "").startswith("application/json")
            limit = server.error_size if is_json else ERROR_BODY
            limit = min(limit, self.settings.max_response_size)
            read_body(response, limit, or_its_start=True)
        elif encoding.strip().lower() not in ("", "identity"):
            response.close()
            message = (
                f"its body is compressed ({shorten(encoding)}), "
                "although the request asked for identity"
            )
            raise MalformedResponseError(message, response=response)
        elif not stream:
            read_body(response, self.settings.max_response_size)

    def _make_http(self) -> HttpClient:
        # imported late, with its parser, for a quick start
        from .._transport._sync.transport import LaneTransport

        settings = self.settings
        transport = self.means.transport or LaneTransport(
            tls=settings._tls(),
            max_connections=settings.max_connections,
            proxy=settings.proxy,
            trust_env=settings.trust_env,
        )
        return HttpClient(transport, self.means.event_hooks)

    def prepare(self) -> None:
        """Import what the first request needs, so that it does not block the loop."""
        from .._transport._sync import transport  # noqa: F401

    def close(self) -> None:
        """Close all connections; nothing can be sent afterwards."""
        for http in self._connections.close():
            http.close()


def no_result(deadline: Deadline, request: httpx.Request) -> ReadTimeoutError:
    """Return the error of a result that did not come before the deadline."""
    return ReadTimeoutError(f"no result within {seconds(deadline.timeout)}", request=request)
