"""The errors of this package: one tree, rooted in `LlamaDeployError`.

Errors of a call are also subclasses of the httpx or Python errors for the same failure, so that
handlers written for those still work:

    LlamaDeployError
    ├── CallError                       also httpx.HTTPError; has .method, .url, .request
    │   ├── StatusError                 also httpx.HTTPStatusError; has .status_code, .detail
    │   │   ├── RedirectError           3xx: never followed
    │   │   ├── InvalidRequestError     400, 422
    │   │   ├── AuthenticationError     401, 403, 407
    │   │   ├── NotFoundError           404; also ValueError
    │   │   │   └── UnknownEndpointError    the server has no such path at all
    │   │   └── ServerError             5xx
    │   │       └── TaskFailedError     0.9: the workflow of a `TaskRun` failed
    │   ├── MalformedResponseError      the response is not what the API documents
    │   ├── CallTimeoutError            also TimeoutError and httpx.TimeoutException
    │   │   ├── ConnectTimeoutError     also httpx.ConnectTimeout: nothing was sent
    │   │   ├── PoolTimeoutError        also httpx.PoolTimeout: nothing was sent
    │   │   ├── WriteTimeoutError       also httpx.WriteTimeout
    │   │   └── ReadTimeoutError        also httpx.ReadTimeout
    │   ├── ServerUnreachableError      also httpx.ConnectError: nothing was sent
    │   │   └── CertificateError        TLS failed: certificate, host name, protocol
    │   │       └── CertificateFileError    also ValueError: a certificate file cannot be used
    │   ├── ConnectionLostError         also httpx.RemoteProtocolError and httpx.ReadError: cut
    │   │   └── StreamInterruptedError  an event stream was cut; has .delivered
    │   │       └── ReplayDiffersError  after a cut, the server sent other events than before
    │   └── StreamFailedError           the server reported an error inside a stream
    ├── ClientClosedError               the client was used after it was closed
    ├── EventMismatchError              also ValueError: an event does not fit its class
    ├── AnswerTimeoutError              also TimeoutError: a human's reply did not come in time
    ├── BatchError                      tasks of a batch failed; also ExceptionGroup; has .outcomes
    └── ResultsFileError                also ValueError: not the results file of this batch

Messages begin with the cause, in the server's own words if it gives any, and say what to do if that
is known. Method and URL (without credentials) follow. All errors can be pickled.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import httpx

from ._texts import explanation, gateway_of, is_web_page, phrase, shorten, without_credentials

if TYPE_CHECKING:
    from pydantic import BaseModel

    from .types import Outcome

M = TypeVar("M", bound="BaseModel")


def bare(request: httpx.Request) -> httpx.Request:
    """Return a request with the method and URL of `request`, without credentials."""
    return httpx.Request(request.method, without_credentials(request.url))


def _restore(kind: type[Exception], args: tuple[Any, ...], state: dict[str, Any]) -> Exception:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class _Event(Protocol):
    """The interface of a `ReceivedEvent`, whose module imports this one."""

    @property
    def qualified_name(self) -> str | None: ...
    @property
    def value(self) -> Any: ...
    @property
    def name(self) -> str | None: ...
    @property
    def fields(self) -> dict[str, Any]: ...
    def parse_as(self, kind: type[M], /) -> M: ...


class LlamaDeployError(Exception):
    """The root of all errors that this package raises for failed calls, streams and batches."""

    def __reduce__(self) -> tuple[Any, ...]:
        # httpx's errors take keyword arguments, which Exception.__reduce__ loses.
        return _restore, (type(self), self.args, self.__dict__)


class CallError(LlamaDeployError, httpx.HTTPError):
    """An error of one HTTP call.

    Attributes:
        message: what went wrong. The text of the error adds method and URL.
        request: an `httpx.Request` with method and URL only: no credentials, headers or body.
    """

    def __init__(self, message: str, *, request: httpx.Request) -> None:
        self.request = bare(request)  # an error must not hold a token
        # Not super(): each httpx base class takes other keyword arguments.
        Exception.__init__(self)
        self._say(message)

    def _say(self, message: str) -> None:
        self.message = message
        self.args = (f"{message.removesuffix('.')} ({self.method} {self.url})",)

    def _add(self, sentence: str) -> None:
        """Add a sentence to the message."""
        self._say(f"{self.message.removesuffix('.')}. {sentence}")

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.request.method

    @property
    def url(self) -> str:
        """The URL of the request, without credentials."""
        return str(self.request.url)


class StatusError(CallError, httpx.HTTPStatusError):
    """The server responded with a status that is not 2xx.

    Attributes:
        status_code: the HTTP status.
        detail: the server's own explanation, or None.
        response: an `httpx.Response` with status, headers and body; of a long body, the first 64
            KiB, or `max_response_size` bytes from a workflow server.
    """

    def __init__(
        self,
        response: httpx.Response,
        *,
        cause: str = "",
        hint: str = "",
        detail: str | None = None,
    ) -> None:
        self.status_code = response.status_code
        self.detail = explanation(response) if detail is None else shorten(detail)
        status = f"{self.status_code} {phrase(self.status_code)}".strip()
        if self.detail and self.detail != phrase(self.status_code):
            status += f": {self.detail}"
        message = ". ".join(filter(None, (cause, status, hint)))
        CallError.__init__(self, message, request=response.request)
        headers = httpx.Headers(response.headers)
        # The body is already decoded, so its length differs; cookies are credentials.
        for name in ("content-encoding", "content-length", "transfer-encoding", "set-cookie"):
            headers.pop(name, None)
        self.response = httpx.Response(
            response.status_code, headers=headers, content=response.content, request=self.request
        )
        try:
            self.response.elapsed = response.elapsed
        except RuntimeError:  # not measured, for example for a proxy's response to CONNECT
            self.response.elapsed = timedelta()
        self.response.encoding = (
            "utf-8"  # a server can name a codec that decompresses, or does not exist
        )


class RedirectError(StatusError):
    """The server sent a redirect. The client never follows one: it could leak credentials."""


class InvalidRequestError(StatusError):
    """The server rejected the request as invalid (400, 422)."""


class AuthenticationError(StatusError):
    """The server, or a proxy, refused the credentials or got none (401, 403, 407)."""


class NotFoundError(StatusError, ValueError):
    """The deployment, session, task or service does not exist (404)."""


class UnknownEndpointError(NotFoundError):
    """The server has no such path: it is another kind of server, or another generation."""


class ServerError(StatusError):
    """The server failed (5xx). LlamaDeploy gives the reason only in its log."""


class TaskFailedError(ServerError):
    """The workflow of a task failed (0.9), or that of a handler (llama-agents).

    Attributes:
        reason: the workflow's own message; None from LlamaDeploy, which writes it only to its log.
    """

    def __init__(self, response: httpx.Response, *, reason: str | None = None) -> None:
        self.reason = reason
        cause = "The workflow failed"
        if reason is None:
            cause += ": LlamaDeploy gives the reason only in its log"
        super().__init__(response, cause=cause, detail=reason)


class MalformedResponseError(CallError):
    """The status is 2xx, but the body is not what the API documents: HTML, invalid JSON, too long.

    Attributes:
        status_code: the HTTP status.
    """

    def __init__(self, message: str, *, response: httpx.Response) -> None:
        self.status_code = response.status_code
        if is_web_page(response):
            who = gateway_of(response)
            message = f"{message.removesuffix('.')}. {who} responded: the server sends no web pages"
        super().__init__(f"{self.status_code}, but {message}", request=response.request)


class CallTimeoutError(CallError, httpx.TimeoutException, TimeoutError):
    """No response or result within `timeout` seconds, including waiting and polling."""


class ConnectTimeoutError(CallTimeoutError, httpx.ConnectTimeout):
    """No connection was made in time. Nothing was sent."""


class PoolTimeoutError(CallTimeoutError, httpx.PoolTimeout):
    """All connections were busy for the whole time. Nothing was sent."""


class WriteTimeoutError(CallTimeoutError, httpx.WriteTimeout):
    """The request could not be sent in time."""


class ReadTimeoutError(CallTimeoutError, httpx.ReadTimeout):
    """The response, or the next event, did not arrive in time."""


class ServerUnreachableError(CallError, httpx.ConnectError):
    """No connection could be made. Nothing was sent.

    Attributes:
        lasting: whether a retry would fail the same way, for example with an invalid proxy URL.
    """

    lasting = False


class CertificateError(ServerUnreachableError):
    """TLS failed: an unknown authority, another host name, an expired certificate."""

    lasting = True


class CertificateFileError(CertificateError, ValueError):
    """A certificate file that a setting or an environment variable names cannot be used."""


class ConnectionLostError(CallError, httpx.RemoteProtocolError, httpx.ReadError):
    """The connection broke before the whole response arrived."""


class StreamInterruptedError(ConnectionLostError):
    """An event stream was cut before its last event. All events received before were delivered.

    Attributes:
        delivered: how many events this stream delivered.
    """

    def __init__(self, message: str, *, request: httpx.Request, delivered: int) -> None:
        self.delivered = delivered
        super().__init__(f"{message} ({delivered} events delivered)", request=request)


class ReplayDiffersError(StreamInterruptedError):
    """A stream was cut, and the server then sent other events than before."""


class StreamFailedError(CallError):
    """The server reported an error of its own as the last line of a stream.

    Attributes:
        delivered: how many events this stream delivered.
    """

    def __init__(self, message: str, *, request: httpx.Request, delivered: int) -> None:
        self.delivered = delivered
        super().__init__(f"{message} ({delivered} events delivered)", request=request)


class EventMismatchError(LlamaDeployError, ValueError):
    """An event does not fit the class that it has the name of.

    The stream is not affected: keep iterating for the next event.

    Attributes:
        event: the event as the server sent it.
    """

    def __init__(self, message: str, *, event: _Event) -> None:
        self.event = event
        super().__init__(message)


class AnswerTimeoutError(LlamaDeployError, TimeoutError):
    """No reply to a workflow's question within `answer_timeout` seconds. Nothing was sent.

    Attributes:
        event: the question.
    """

    def __init__(self, message: str, *, event: _Event) -> None:
        self.event = event
        super().__init__(message)


class ClientClosedError(LlamaDeployError, RuntimeError):
    """The client was used after it was closed."""


class BatchError(LlamaDeployError, ExceptionGroup[Exception]):
    """Tasks of a batch failed, or the batch ended before its last task.

    Attributes:
        exceptions: the errors of the tasks that failed, in the order of their inputs; then what
            ended the batch early, if anything.
        outcomes: the outcome of each task that ran, in the order of the inputs.
        stopped: what ended the batch early, or None.
    """

    outcomes: Sequence[Outcome] = ()
    stopped: Exception | None = None

    @classmethod
    def of(cls, outcomes: Sequence[Outcome], stopped: Exception | None) -> BatchError:
        """Make the error from outcomes, some of them failures, and from what ended the batch."""
        failures = [outcome for outcome in outcomes if outcome.error is not None]
        errors = [outcome.error for outcome in failures if outcome.error is not None]
        parts = [f"{len(failures)} of {len(outcomes)} tasks failed"] if outcomes else []
        if failures:
            parts.append(f"The first, input {failures[0].index}: {failures[0].error}")
        if stopped is not None:
            parts.append(f"The batch ended early: {stopped}")
            errors += [] if stopped in errors else [stopped]
        error = cls(". ".join(parts), errors)
        error.outcomes, error.stopped = outcomes, stopped
        return error


class ResultsFileError(LlamaDeployError, ValueError):
    """A results file is in use, is not a results file, or has results of other inputs."""
