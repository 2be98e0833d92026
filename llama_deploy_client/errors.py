"""The errors of this package: one tree, rooted in `LlamaDeployError`.

Errors about a call are also what httpx, or Python itself, would raise there, so that handlers
written for either go on working:

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
    │   ├── MalformedResponseError      the answer is not what the API documents
    │   ├── CallTimeoutError            also TimeoutError and httpx.TimeoutException
    │   │   ├── ConnectTimeoutError     also httpx.ConnectTimeout: nothing was sent
    │   │   ├── PoolTimeoutError        also httpx.PoolTimeout: nothing was sent
    │   │   ├── WriteTimeoutError       also httpx.WriteTimeout
    │   │   └── ReadTimeoutError        also httpx.ReadTimeout
    │   ├── ServerUnreachableError      also httpx.ConnectError: nothing was sent
    │   │   └── CertificateError        TLS failed: certificate, host name, protocol
    │   │       └── CertificateFileError    also ValueError: a file of certificates is not usable
    │   ├── ConnectionLostError         also httpx.RemoteProtocolError and httpx.ReadError: cut
    │   │   └── StreamInterruptedError  an event stream was cut; has .delivered
    │   │       └── ReplayDiffersError  what the server sent again is not what it sent before
    │   └── StreamFailedError           the server reported an error inside a stream
    ├── ClientClosedError               the client was used after it was closed
    ├── EventMismatchError              also ValueError: an event does not fit its class
    ├── AnswerTimeoutError              also TimeoutError: a human's answer did not come in time
    ├── BatchError                      tasks of a batch failed; also ExceptionGroup; has .outcomes
    └── ResultsFileError                also ValueError: not the results file of this batch

Messages begin with what went wrong, in the server's own words where it has some, and say what to do
where that is known. Method and URL (without credentials) follow. All of them can be pickled.
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
    """Method and URL of `request`, without credentials, headers and body."""
    return httpx.Request(request.method, without_credentials(request.url))


def _restore(kind: type[Exception], args: tuple[Any, ...], state: dict[str, Any]) -> Exception:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class _Event(Protocol):
    """What errors know of a `ReceivedEvent`, which raises them itself."""

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
    """The root: everything that this package raises of its own accord is one of these."""

    def __reduce__(self) -> tuple[Any, ...]:
        # The constructors of httpx's errors take keywords, which Exception's own reduce loses.
        return _restore, (type(self), self.args, self.__dict__)


class CallError(LlamaDeployError, httpx.HTTPError):
    """An error of one HTTP call.

    Attributes:
        message: what went wrong. The text of the error has method and URL behind it.
        request: method and URL as httpx has them; without credentials, headers and body.
    """

    def __init__(self, message: str, *, request: httpx.Request) -> None:
        self.request = bare(request)  # a kept error must not keep a token
        # Not super(): each of httpx's errors beside this one wants other keywords.
        Exception.__init__(self)
        self._say(message)

    def _say(self, message: str) -> None:
        self.message = message
        self.args = (f"{message.removesuffix('.')} ({self.method} {self.url})",)

    def _add(self, sentence: str) -> None:
        """Have the message say more."""
        self._say(f"{self.message.removesuffix('.')}. {sentence}")

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.request.method

    @property
    def url(self) -> str:
        """Where the request went, without credentials."""
        return str(self.request.url)


class StatusError(CallError, httpx.HTTPStatusError):
    """The server responded with a status that is not 2xx.

    Attributes:
        status_code: the HTTP status.
        detail: the server's own explanation, or None where it gave none.
        response: status, headers and body as httpx has them; of a long body the first 64 KiB, or
            `max_response_size` bytes of one that a workflow server sent.
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
        said = f"{self.status_code} {phrase(self.status_code)}".strip()
        if self.detail and self.detail != phrase(self.status_code):
            said += f": {self.detail}"
        message = ". ".join(filter(None, (cause, said, hint)))
        CallError.__init__(self, message, request=response.request)
        headers = httpx.Headers(response.headers)
        # The body is decoded already, its length changed by that; cookies are credentials.
        for name in ("content-encoding", "content-length", "transfer-encoding", "set-cookie"):
            headers.pop(name, None)
        self.response = httpx.Response(
            response.status_code, headers=headers, content=response.content, request=self.request
        )
        try:
            self.response.elapsed = response.elapsed
        except RuntimeError:  # nobody measured it, as with a proxy's answer to CONNECT
            self.response.elapsed = timedelta()
        self.response.encoding = (
            "utf-8"  # a server can name a codec that unpacks, or that does not exist
        )


class RedirectError(StatusError):
    """A redirect. It is not followed: credentials would travel with it."""


class InvalidRequestError(StatusError):
    """The server found the request wrong (400, 422)."""


class AuthenticationError(StatusError):
    """The server, or a proxy before it, wants other credentials (401, 403, 407)."""


class NotFoundError(StatusError, ValueError):
    """What was asked for does not exist (404)."""


class UnknownEndpointError(NotFoundError):
    """The server has no such path: it is another server, or of another generation."""


class ServerError(StatusError):
    """The server failed (5xx). LlamaDeploy gives no reason; its log does."""


class TaskFailedError(ServerError):
    """The workflow of a task failed (0.9), or that of a handler (llama-agents).

    Attributes:
        reason: the workflow's own message. LlamaDeploy does not say it, only its log does: None.
    """

    def __init__(self, response: httpx.Response, *, reason: str | None = None) -> None:
        self.reason = reason
        cause = "The workflow failed"
        if reason is None:
            cause += ": LlamaDeploy says why in its log, and nowhere else"
        super().__init__(response, cause=cause, detail=reason)


class MalformedResponseError(CallError):
    """A success by its status, but not what the API documents: HTML, cut JSON, too long.

    Attributes:
        status_code: the HTTP status.
    """

    def __init__(self, message: str, *, response: httpx.Response) -> None:
        self.status_code = response.status_code
        if is_web_page(response):
            who = gateway_of(response)
            message = f"{message.removesuffix('.')}. {who} answered: the server sends no web pages"
        super().__init__(f"{self.status_code}, but {message}", request=response.request)


class CallTimeoutError(CallError, httpx.TimeoutException, TimeoutError):
    """No answer within `timeout` seconds, waiting and polling included."""


class ConnectTimeoutError(CallTimeoutError, httpx.ConnectTimeout):
    """The time was over before there was a connection. Nothing was sent."""


class PoolTimeoutError(CallTimeoutError, httpx.PoolTimeout):
    """The time was over while all connections were busy. Nothing was sent."""


class WriteTimeoutError(CallTimeoutError, httpx.WriteTimeout):
    """The time was over before the whole request was sent."""


class ReadTimeoutError(CallTimeoutError, httpx.ReadTimeout):
    """The time was over before the whole answer, or the next event, was there."""


class ServerUnreachableError(CallError, httpx.ConnectError):
    """No connection could be made. Nothing was sent.

    Attributes:
        lasting: whether another try would fail alike, as with a proxy URL that is invalid.
    """

    lasting = False


class CertificateError(ServerUnreachableError):
    """TLS failed: an unknown authority, another host name, an expired certificate."""

    lasting = True


class CertificateFileError(CertificateError, ValueError):
    """A file of certificates that a setting or a variable names cannot be used."""


class ConnectionLostError(CallError, httpx.RemoteProtocolError, httpx.ReadError):
    """The connection broke before the whole answer was there."""


class StreamInterruptedError(ConnectionLostError):
    """An event stream ended before its end. All events received before were delivered.

    Attributes:
        delivered: how many events this stream delivered.
    """

    def __init__(self, message: str, *, request: httpx.Request, delivered: int) -> None:
        self.delivered = delivered
        super().__init__(f"{message} ({delivered} events delivered)", request=request)


class ReplayDiffersError(StreamInterruptedError):
    """A stream was cut, and what the server sent again is not what was delivered before."""


class StreamFailedError(CallError):
    """The server reported an error of its own as the last line of a stream.

    Attributes:
        delivered: how many events this stream delivered.
    """

    def __init__(self, message: str, *, request: httpx.Request, delivered: int) -> None:
        self.delivered = delivered
        super().__init__(f"{message} ({delivered} events delivered)", request=request)


class EventMismatchError(LlamaDeployError, ValueError):
    """An event does not fit the class that it is to be an instance of.

    The stream goes on behind it: iterate on.

    Attributes:
        event: the event as it came.
    """

    def __init__(self, message: str, *, event: _Event) -> None:
        self.event = event
        super().__init__(message)


class AnswerTimeoutError(LlamaDeployError, TimeoutError):
    """No answer to a workflow's question within `answer_timeout` seconds. None was sent.

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
        exceptions: the errors of the tasks that failed, in the order of their inputs, and at last
            what ended the batch early.
        outcomes: what became of each task that was run, in the order of the inputs.
        stopped: what ended the batch early, or None.
    """

    outcomes: Sequence[Outcome] = ()
    stopped: Exception | None = None

    @classmethod
    def of(cls, outcomes: Sequence[Outcome], stopped: Exception | None) -> BatchError:
        """The error for these outcomes, some of which are failures, or for what ended the batch."""
        failures = [outcome for outcome in outcomes if outcome.error is not None]
        errors = [outcome.error for outcome in failures if outcome.error is not None]
        told = [f"{len(failures)} of {len(outcomes)} tasks failed"] if outcomes else []
        if failures:
            told.append(f"The first, input {failures[0].index}: {failures[0].error}")
        if stopped is not None:
            told.append(f"The batch ended early: {stopped}")
            errors += [] if stopped in errors else [stopped]
        made = cls(". ".join(told), errors)
        made.outcomes, made.stopped = outcomes, stopped
        return made


class ResultsFileError(LlamaDeployError, ValueError):
    """A results file is something else, is in use, or has results of other inputs."""
