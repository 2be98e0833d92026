"""How a command ends: the one table from errors to exit codes and to what helps."""

from __future__ import annotations

import traceback
from enum import IntEnum

import typer
from attrs import frozen

from ..errors import (
    AnswerTimeoutError,
    AuthenticationError,
    BatchError,
    CallTimeoutError,
    CertificateError,
    ConnectionLostError,
    EventMismatchError,
    InvalidRequestError,
    LlamaDeployError,
    MalformedResponseError,
    NotFoundError,
    RedirectError,
    ResultsFileError,
    ServerError,
    ServerUnreachableError,
    StatusError,
    StreamFailedError,
    UnknownEndpointError,
)
from .output import tell_error


class ExitCode(IntEnum):
    """What a script can learn from the end of a command."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> ExitCode:
        code = int.__new__(cls, value)
        code._value_ = value
        code.meaning = meaning
        return code

    DONE = 0, "done"
    ERROR = 1, "an error of another kind"
    USAGE = 2, "wrong arguments, settings, profile or file"
    NOT_FOUND = 3, "no such deployment, service, session, task or path"
    UNREACHABLE = 4, "nothing answers there; nothing was sent"
    TIMEOUT = 5, "no answer, or no event, within the time"
    FAILED = 6, "the workflow, some of many, or the server failed (5xx); not healthy"
    AUTHENTICATION = 7, "the server, or a proxy, wants other credentials"
    REFUSED = 8, "the server found the request wrong (400, 422, other statuses)"
    CUT = 9, "the connection broke before the whole answer was there"
    FOREIGN = 10, "the answer is not LlamaDeploy's: a redirect, HTML, cut JSON"
    CERTIFICATE = 11, "TLS failed: certificate, host name, protocol"
    INTERRUPTED = 130, "stopped by Ctrl-C"
    BROKEN_PIPE = 141, "whoever read the output went away, as `head` does"


class UsageError(Exception):
    """Arguments, settings or files that make no sense."""


class NothingThereError(Exception):
    """The server has nothing of the name that was asked for, or nothing at all."""


@frozen
class _End:
    code: ExitCode
    hint: str = ""


# The first class counts that an error's order of resolution has, so a subclass needs no row.
_ENDS: dict[type[BaseException], _End] = {
    typer.TyperException: _End(ExitCode.USAGE, "--help shows how it is used."),
    UsageError: _End(ExitCode.USAGE),
    ValueError: _End(ExitCode.USAGE),  # what the package says of wrong ids and arguments
    TimeoutError: _End(ExitCode.TIMEOUT, "--timeout gives it longer."),
    OSError: _End(ExitCode.USAGE),  # of files; those of the network are LlamaDeployErrors
    KeyboardInterrupt: _End(ExitCode.INTERRUPTED),
    BrokenPipeError: _End(ExitCode.BROKEN_PIPE),
    NothingThereError: _End(ExitCode.NOT_FOUND),
    LlamaDeployError: _End(ExitCode.ERROR),
    BatchError: _End(ExitCode.FAILED),
    ResultsFileError: _End(ExitCode.USAGE),
    StatusError: _End(ExitCode.REFUSED),
    InvalidRequestError: _End(ExitCode.REFUSED),
    RedirectError: _End(ExitCode.FOREIGN),
    MalformedResponseError: _End(ExitCode.FOREIGN, "Is --url that of an API server?"),
    AuthenticationError: _End(
        ExitCode.AUTHENTICATION, "Give a token: LLAMA_DEPLOY_TOKEN, --token-file or a profile."
    ),
    NotFoundError: _End(ExitCode.NOT_FOUND, "What there is: `deployments list`, `services list`."),
    UnknownEndpointError: _End(ExitCode.NOT_FOUND),
    ServerError: _End(ExitCode.FAILED),
    StreamFailedError: _End(ExitCode.FAILED),
    CallTimeoutError: _End(ExitCode.TIMEOUT, "--timeout gives it longer."),
    AnswerTimeoutError: _End(ExitCode.TIMEOUT),
    EventMismatchError: _End(ExitCode.FOREIGN),
    ServerUnreachableError: _End(
        ExitCode.UNREACHABLE, "--url and --control-plane-url say where servers are."
    ),
    CertificateError: _End(ExitCode.CERTIFICATE),
    ConnectionLostError: _End(ExitCode.CUT),
}
_BUG = _End(ExitCode.ERROR, "This is a bug; --debug shows where it is.")
_QUIET = (ExitCode.INTERRUPTED, ExitCode.BROKEN_PIPE)


def _end(kind: type[BaseException]) -> _End:
    known = (_ENDS[each] for each in kind.__mro__ if each in _ENDS)
    return next(known, _BUG)


def report(error: BaseException, *, debug: bool = False) -> ExitCode:
    """Say on one line of stderr what went wrong and what to do; with `debug`, also where."""
    end = _end(type(error))
    if debug:
        traceback.print_exception(error)
    text = f"{type(error).__name__}: {error}" if end is _BUG else _text(error)
    if text and end.code not in _QUIET:
        told = text if text.endswith("?") else f"{text.rstrip('.')}."
        tell_error(f"{told} {end.hint}".strip())
    return end.code


def _text(error: BaseException) -> str:
    if isinstance(error, typer.TyperException):
        return error.format_message()  # empty where the help page was shown instead
    if isinstance(error, OSError) and not isinstance(error, LlamaDeployError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, BaseExceptionGroup):
        return error.message  # without the number of exceptions, which it has in words
    return str(error) or type(error).__name__
