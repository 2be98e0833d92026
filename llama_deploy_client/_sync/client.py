# Made by `make generate` from llama_deploy_client/_async/client.py: do not edit.
"""The client: settings, and the one place that sends."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack, overload

import httpx
from pydantic import Field, PrivateAttr, field_validator, model_validator

from .._concurrency import PerProcess
from .._deadline import UNSET, Deadline, Timeout, Unset, check_seconds
from .._decoding import decode
from .._failures import as_cause, request_error, status_error
from .._polling import Polling
from .._retry import is_worth_retrying, pause
from .._servers import SERVERS
from .._texts import ERROR_BODY, shorten, without_credentials
from ..errors import CallError, CallTimeoutError, MalformedResponseError
from ..request import Request, StreamRequest, content_of
from ..settings import Options, Settings
from .http import BoundedAuth, Hook, HookError, HttpClient, read_body

if TYPE_CHECKING:
    from .apiserver import ApiServer
    from .core import Core
    from .streams import EventStream

T = TypeVar("T")
E = TypeVar("E")

_log = logging.getLogger("llama_deploy_client")


class SyncClient(Settings):
    """A client of LlamaDeploy's API server and control plane, with the options of `Settings`.

    Attributes:
        transport: an httpx transport in place of the connection pool.
        http_client: an httpx client in place of everything that is about connections: pool, TLS,
            proxy and hooks. Its headers and its authentication are sent where this client has none
            of its own. It is not closed by this one.
        event_hooks: what to call with each request before it is sent (`"request"`), and with each
            response before its body is read (`"response"`), as httpx's clients do. Requests have
            all their headers by then, `Authorization` included.
    """

    transport: httpx.BaseTransport | None = Field(default=None, frozen=True, repr=False)
    http_client: httpx.Client | None = Field(default=None, frozen=True, repr=False)
    event_hooks: Mapping[str, Sequence[Hook]] = Field(default={}, frozen=True, repr=False)

    _connections: PerProcess[HttpClient] = PrivateAttr(default_factory=PerProcess)

    @field_validator("event_hooks")
    @classmethod
    def _known_events(cls, hooks: Mapping[str, Sequence[Hook]]) -> Mapping[str, Sequence[Hook]]:
        if unknown := hooks.keys() - {"request", "response"}:
            raise ValueError(f"there is no event {min(unknown)!r}, only 'request' and 'response'")
        return hooks

    @model_validator(mode="after")
    def _one_way_to_send(self) -> Self:
        if self.http_client and (self.transport or self.event_hooks):
            raise ValueError(
                "http_client replaces transport and event_hooks: give them to that one instead"
            )
        return self

    def with_options(self, **options: Unpack[Options]) -> Self:
        """A client with other options for some calls. It shares the connections of this one.

        Examples:
            >>> def once(client):
            ...     return client.with_options(max_retries=0).apiserver.status()
        """
        other = self.model_copy()
        for name, value in options.items():
            setattr(other, name, value)
        return other

    @property
    def apiserver(self) -> ApiServer:
        """The API server: its status and its deployments. Sends nothing."""
        from .apiserver import ApiServer

        return ApiServer(client=self, id="apiserver")

    @property
    def core(self) -> Core:
        """The control plane of 0.6 to 0.8: its services and sessions. Sends nothing."""
        from .core import Core

        return Core(client=self, id="core")

    @overload
    def send(self, request: StreamRequest[E], *, timeout: Timeout = ...) -> EventStream[E]: ...
    @overload
    def send(self, request: Request[T], *, timeout: Timeout = ...) -> T: ...
    def send(self, request: Request[Any] | StreamRequest[Any], *, timeout: Timeout = UNSET) -> Any:
        """Send the request of any documented operation, with retries, deadline and errors.

        Args:
            request: what a module of `llama_deploy_api.api` builds.
            timeout: seconds for this call, or for a stream the seconds without an event.

        Returns:
            The type that the request names. For a stream it is an `EventStream`, which sends the
            request when it is asked for the first event, is read on where it was cut and can be,
            and ends when the server ends it.

        Raises:
            LlamaDeployError: as every method does.

        Examples:
            >>> from llama_deploy_api.api.core import get_session_task_result
            >>> def result(client, session_id, task_id):
            ...     return client.send(get_session_task_result.request(session_id, task_id))
        """
        deadline = self._deadline(timeout)
        if isinstance(request, StreamRequest):
            from .streams import EventStream, read_events

            return EventStream(read_events(self, request, deadline))
        return self._send(request, deadline)

    def _send(self, request: Request[T], deadline: Deadline) -> T:
        """Send it, and make of the answer what the request names."""
        return decode(self._respond(request, deadline), request, self.max_values)

    def _poll(self, request: Request[T | None], deadline: Deadline) -> T:
        """Send it until the answer is not None."""
        polling = Polling(self.poll_interval)
        while True:
            response = self._respond(request, deadline)
            value = decode(response, request, self.max_values)
            if value is not None:
                return value
            time.sleep(deadline.within(polling.pause()))
            if deadline.expired():
                message = f"no result within {deadline.timeout} s"
                raise CallTimeoutError(message, request=response.request)

    def _deadline(self, timeout: Timeout) -> Deadline:
        """By when a call has to be done: by its own `timeout`, or else by the setting."""
        if isinstance(timeout, Unset):
            return Deadline(self.timeout)
        if timeout is not None:
            check_seconds(timeout)
        return Deadline(timeout)

    def _respond(
        self, request: Request[Any] | StreamRequest[Any], deadline: Deadline
    ) -> httpx.Response:
        """The answer to it; it is sent again where that may help and does no harm."""
        attempt = 0
        while True:
            try:
                return self._send_once(request, deadline)
            except CallError as error:
                seconds = pause(attempt, error)
                if (
                    attempt >= self.max_retries  # which may have been lowered meanwhile
                    or not is_worth_retrying(error, replayable=not request.stream)
                    or deadline.within(seconds) < seconds
                ):
                    raise
                _log.info("trying again in %.1f s: %s", seconds, error)
            attempt += 1
            time.sleep(seconds)

    def _send_once(
        self, request: Request[Any] | StreamRequest[Any], deadline: Deadline
    ) -> httpx.Response:
        """Send it. Whatever is no success becomes its error here."""
        server = SERVERS[request.server]
        stream = request.stream
        http = self.http_client or self._connections.get(self.disable_ssl, self._make_http)
        built = http.build_request(
            request.method,
            # Not in a variable: tools that report errors print those.
            getattr(self, server.setting).rstrip("/") + request.path,
            **content_of(request),
            headers=self.headers,
            timeout=deadline.remaining(),
            extensions={"deadline": deadline, "stream": stream},
        )
        built.headers["Accept-Encoding"] = "identity"
        auth = self._authentication() or http.auth
        if built.url.userinfo:  # errors and httpx's log show URLs
            auth = auth or httpx.BasicAuth(built.url.username, built.url.password)
            built.url = without_credentials(built.url)
        if auth is not None and not self.token:  # that one sends nothing of its own
            auth = BoundedAuth(auth, self.max_response_size)
        try:
            response = http.send(built, stream=True, auth=auth)
            _log.debug("%s %s: %d", built.method, built.url, response.status_code)
            # Nothing is unpacked, asked for or not: a MiB of gzip can become a GiB.
            encoding = response.headers.pop("Content-Encoding", "identity")
            if response.is_success and encoding.strip().lower() not in ("", "identity"):
                response.close()
                message = f"its body is compressed ({shorten(encoding)}), which was not asked for"
                raise MalformedResponseError(message, response=response)
            if not response.is_success:
                limit = min(ERROR_BODY, self.max_response_size)
                read_body(response, limit, or_its_start=True)
            elif not stream:
                read_body(response, self.max_response_size)
        except HookError as failed:
            raise failed.error from failed.error.__cause__
        except httpx.RequestError as error:
            cause = as_cause(error, built)
            raise request_error(error, built, server, deadline.timeout) from cause
        except (httpx.InvalidURL, UnicodeError) as error:  # httpx looks where a redirect points
            cause = as_cause(error, built)
            broken = httpx.RemoteProtocolError("it redirects to what is no URL")
            raise request_error(broken, built, server, deadline.timeout) from cause
        if not response.is_success:
            raise status_error(response, server)
        return response

    def _make_http(self) -> HttpClient:
        from .._transport._sync.transport import (
            LaneTransport,  # with its parser, which a start can do without
        )

        transport = self.transport or LaneTransport(
            tls=self._tls(), max_connections=self.max_connections, proxy=self.proxy
        )
        return HttpClient(transport, self.event_hooks)

    def close(self) -> None:
        """Close all connections. The client is of no use after.

        It need not be closed: connections close with their event loop, and with the client.
        """
        for http in self._connections.close():
            http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
