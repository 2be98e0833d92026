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
    │   ├── ServerUnreachableError      also httpx.ConnectError: nothing was sent
    │   │   └── CertificateError        TLS failed: certificate, host name, protocol
    │   ├── ConnectionLostError         also httpx.RemoteProtocolError: cut while answering
    │   │   └── StreamInterruptedError  an event stream was cut; has .delivered
    │   │       └── ReplayDiffersError  what the server sent again is not what it sent before
    │   └── StreamFailedError           the server reported an error inside a stream
    ├── ClientClosedError               the client was used after it was closed
    ├── EventMismatchError              also ValueError: an event does not fit its class
    ├── AnswerTimeoutError              also TimeoutError: a human's answer did not come in time
    ├── BatchError                      tasks of a batch failed; also ExceptionGroup; has .outcomes
    └── ResultsFileError                also ValueError: not the results file of this batch

Messages hold method, URL (without credentials), status, the server's own words, and what to do
where that is known. All of them can be pickled.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx

from ._servers import Server

if TYPE_CHECKING:
    from .events import ReceivedEvent
    from .types import Outcome

_SHOWN = 200
"""Characters of a foreign text (a body, a line) that a message shows."""


def shorten(text: str | bytes | bytearray) -> str:
    """The start of `text` on one line, fit for an error message."""
    if not isinstance(text, str):
        text = text[: 4 * _SHOWN].decode("utf-8", "replace")
    text = " ".join(text[: 4 * _SHOWN].split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def without_credentials(url: httpx.URL | str) -> httpx.URL:
    """`url` without user name and password."""
    url = httpx.URL(url)
    return url.copy_with(userinfo=b"") if url.userinfo else url


def _bare(request: httpx.Request) -> httpx.Request:
    return httpx.Request(request.method, without_credentials(request.url))


def as_cause(error: BaseException, request: httpx.Request) -> BaseException:
    """`error` and all that it came of, as their texts alone.

    The request that httpx gives its errors has the credentials, and so have variables of the frames
    below httpx: tools that report errors print both.
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
            each.request = _bare(request)
        todo += [each.__cause__, each.__context__]
    return error


def _restore(kind: type[Exception], args: tuple[Any, ...], state: dict[str, Any]) -> Exception:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class LlamaDeployError(Exception):
    """The root: everything that this package raises of its own accord is one of these."""

    def __reduce__(self) -> tuple[Any, ...]:
        # The constructors of httpx's errors take keywords, which Exception's own reduce loses.
        return _restore, (type(self), self.args, self.__dict__)


class CallError(LlamaDeployError, httpx.HTTPError):
    """An error of one HTTP call.

    Attributes:
        request: method and URL as httpx has them; without credentials, headers and body.
    """

    def __init__(self, message: str, *, request: httpx.Request) -> None:
        self.request = _bare(request)  # a kept error must not keep a token
        # Not super(): each of httpx's errors beside this one wants other keywords.
        Exception.__init__(self, f"{self.method} {self.url}: {message}")

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.request.method

    @property
    def url(self) -> str:
        """Where the request went, without credentials."""
        return str(self.request.url)


class StatusError(CallError, httpx.HTTPStatusError):
    """The server answered with a status that is no success.

    Attributes:
        status_code: the HTTP status.
        detail: the server's own explanation, or None where it gave none.
        response: status, headers and body as httpx has them.
    """

    def __init__(self, response: httpx.Response, *, hint: str = "") -> None:
        self.status_code = response.status_code
        self.detail = _detail(response)
        said = f"{self.status_code} {_phrase(self.status_code)}".strip()
        if self.detail and self.detail != _phrase(self.status_code):
            said += f": {self.detail}"
        CallError.__init__(self, f"{said}. {hint}" if hint else said, request=response.request)
        headers = httpx.Headers(response.headers)
        # The body is decoded already, its length changed by that; cookies are credentials.
        for name in ("content-encoding", "content-length", "transfer-encoding", "set-cookie"):
            headers.pop(name, None)
        self.response = httpx.Response(
            response.status_code, headers=headers, content=response.content, request=self.request
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
    """The workflow of a task failed (0.9). The server does not say why; its log does."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(
            response, hint="The workflow failed. LlamaDeploy says why in its log, and nowhere else."
        )


class MalformedResponseError(CallError):
    """A success by its status, but not what the API documents: HTML, cut JSON, too long.

    Attributes:
        status_code: the HTTP status.
    """

    def __init__(self, message: str, *, response: httpx.Response) -> None:
        self.status_code = response.status_code
        super().__init__(f"{self.status_code}, but {message}", request=response.request)


class CallTimeoutError(CallError, httpx.TimeoutException, TimeoutError):
    """No answer within `timeout` seconds, waiting and polling included."""


class ServerUnreachableError(CallError, httpx.ConnectError):
    """No connection could be made. Nothing was sent."""


class CertificateError(ServerUnreachableError):
    """TLS failed: an unknown authority, another host name, an expired certificate."""


class ConnectionLostError(CallError, httpx.RemoteProtocolError):
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

    def __init__(self, message: str, *, event: ReceivedEvent) -> None:
        self.event = event
        super().__init__(message)


class AnswerTimeoutError(LlamaDeployError, TimeoutError):
    """No answer to a workflow's question within `answer_timeout` seconds. None was sent.

    Attributes:
        event: the question.
    """

    def __init__(self, message: str, *, event: ReceivedEvent) -> None:
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
    if status in (404, 405) and _detail(response) in ("Not Found", "Method Not Allowed"):
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
    if isinstance(error, httpx.TimeoutException):
        why = f": {error}" if str(error) else ""
        return CallTimeoutError(f"no answer within {timeout} s{why}", request=request)
    if isinstance(error, httpx.ProxyError):  # its text is the answer to CONNECT: nothing was sent
        if str(error).startswith("407"):
            refusal = httpx.Response(407, request=request)
            return AuthenticationError(refusal, hint="The proxy's URL can have name and password.")
        message = f"the proxy on the way to the {server.name} refuses: {error}"
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
            message = f"no secure connection to the {server.name}: {tls_error}. {hint}"
            return CertificateError(message, request=request)
        return ServerUnreachableError(
            f"the {server.name}{server.note} cannot be reached ({error}): is it running, and is "
            f"the setting {server.setting} right?",
            request=request,
        )
    why = str(error) or type(error).__name__
    return ConnectionLostError(f"no whole answer from the {server.name}: {why}", request=request)


def _tls_error(error: BaseException | None) -> ssl.SSLError | None:
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error


def _target(response: httpx.Response) -> str:
    """Where a redirect points, fit to be shown."""
    location = response.headers.get("location", "nowhere")
    try:
        return str(without_credentials(location))
    except (httpx.InvalidURL, UnicodeError):
        return shorten(location.rpartition("@")[2])


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(no standard status)"


def _detail(response: httpx.Response) -> str | None:
    """What the server said: FastAPI's `detail`, else the start of the body."""
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        text = shorten(response.content)
        return text if text and text != _phrase(response.status_code) else None
    detail = body.get("detail", body) if isinstance(body, dict) else body
    if isinstance(detail, list):
        return "; ".join(_problem(problem) for problem in detail[:5])
    return shorten(detail if isinstance(detail, str) else json.dumps(detail))


def _problem(problem: Any) -> str:
    """One entry of FastAPI's list of validation errors."""
    if isinstance(problem, dict) and isinstance(problem.get("loc"), list) and "msg" in problem:
        where = ".".join(str(part) for part in problem["loc"])
        return shorten(f"{where}: {problem['msg']}")
    return shorten(json.dumps(problem))
