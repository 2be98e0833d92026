"""Report the error of a command: the one table from errors to exit codes and hints."""

from __future__ import annotations

import re
import traceback
from typing import TYPE_CHECKING

import typer
from attrs import frozen

from .._gateways import WAY
from ..errors import (
    AnswerTimeoutError,
    AuthenticationError,
    BatchError,
    CallError,
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
from .exits import ExitCode, NothingThereError, UsageError
from .output import note, show_error
from .settings import API_SERVER

if TYPE_CHECKING:
    from .invocation import Invocation


@frozen
class _End:
    code: ExitCode
    hint: str = ""


# The first class in an error's MRO that has a row counts, so subclasses need no rows.
_ENDS: dict[type[BaseException], _End] = {
    typer.TyperException: _End(ExitCode.USAGE, "--help shows the usage."),
    UsageError: _End(ExitCode.USAGE),
    ValueError: _End(ExitCode.USAGE),  # the package raises it for invalid ids and arguments
    TimeoutError: _End(ExitCode.TIMEOUT, "--timeout sets a longer limit."),
    OSError: _End(ExitCode.USAGE),  # from files; network errors are LlamaDeployErrors
    KeyboardInterrupt: _End(ExitCode.INTERRUPTED),
    NothingThereError: _End(ExitCode.NOT_FOUND),
    LlamaDeployError: _End(ExitCode.ERROR),
    BatchError: _End(ExitCode.FAILED),
    ResultsFileError: _End(ExitCode.USAGE, "--results names the file."),
    StatusError: _End(ExitCode.REFUSED),
    InvalidRequestError: _End(ExitCode.REFUSED),
    RedirectError: _End(ExitCode.FOREIGN),
    MalformedResponseError: _End(ExitCode.FOREIGN, "Is --url that of an API server?"),
    AuthenticationError: _End(ExitCode.AUTHENTICATION),
    NotFoundError: _End(ExitCode.NOT_FOUND),
    UnknownEndpointError: _End(ExitCode.NOT_FOUND),
    ServerError: _End(ExitCode.FAILED),
    StreamFailedError: _End(ExitCode.FAILED),
    CallTimeoutError: _End(ExitCode.TIMEOUT, "--timeout sets a longer limit."),
    AnswerTimeoutError: _End(ExitCode.TIMEOUT),
    EventMismatchError: _End(ExitCode.FOREIGN),
    ServerUnreachableError: _End(
        ExitCode.UNREACHABLE, "--url and --control-plane-url set the URLs of the servers."
    ),
    CertificateError: _End(ExitCode.CERTIFICATE),
    ConnectionLostError: _End(ExitCode.CUT),
}
_WAY = "run --detach, then tasks wait; for many tasks, run --inputs with --create-and-wait"
_IN_PROGRAMS = {
    WAY: _WAY,
    ", the last_event of tasks.stream": "",
    ", and there is no answer=": "",
    " (is_question= decides which events are questions)": "",
}
"""What messages say to programs, and what commands say instead."""
_PROXY = 407
_LIMIT = re.compile(r"the (max_(?:line_size|response_size|values))\b")
_ELSEWHERE = (
    MalformedResponseError,
    RedirectError,
    ServerUnreachableError,
    UnknownEndpointError,
)
_BUG = _End(ExitCode.ERROR, "This is a bug; --debug shows where it is.")


def end_of(kind: type[BaseException]) -> _End:
    """Return the exit code and the hint for a class of errors."""
    return next((_ENDS[each] for each in kind.__mro__ if each in _ENDS), _BUG)


def report(error: BaseException, call: Invocation | None = None) -> ExitCode:
    """Print the error and what to do, on one line of stderr; with `--debug`, the traceback, too.

    Notes that were added to the error say how to continue.
    """
    if isinstance(error, BrokenPipeError):
        raise error  # the reader of the output has gone
    end = end_of(type(error))
    debug = call is not None and call.options.debug
    if debug:
        traceback.print_exception(error)
    notes = getattr(error, "__notes__", [])
    if isinstance(error, KeyboardInterrupt):
        for each in notes:
            note(each)
        return end.code
    text = f"{type(error).__name__}: {error}" if end is _BUG else _text(error, debug=debug)
    if text:  # without a message, the help page was shown instead
        parts = [
            _sentence(text),
            _tried(error, call),
            _hint(text, end, call),
            _credentials(error, call),
            *notes,
        ]
        show_error(" ".join(filter(None, parts)))
    return end.code


def _hint(text: str, end: _End, call: Invocation | None) -> str:
    """Return the hint; if a limit of the client is the cause, how to raise it."""
    if limit := _LIMIT.search(text):
        return f"LLAMA_DEPLOY_{limit[1].upper()} or a profile raises the limit."
    if end is _ENDS[MalformedResponseError] and call is not None and call.server != API_SERVER:
        return "Is --control-plane-url that of a control plane?"
    return end.hint


def _sentence(text: str) -> str:
    return text if text.endswith("?") else f"{text.rstrip('.')}."


def _text(error: BaseException, *, debug: bool) -> str:
    if isinstance(error, typer.TyperException):
        return error.format_message()
    if isinstance(error, OSError) and not isinstance(error, LlamaDeployError) and error.strerror:
        return f"{error.filename or 'standard output'}: {error.strerror}"
    if isinstance(error, BaseExceptionGroup):
        return _for_commands(error.message)  # `str` would add the number of exceptions
    return cause(error, debug=debug) or type(error).__name__


def cause(error: BaseException, *, debug: bool = False) -> str:
    """Return an error's message; without the request, unless `debug`."""
    if debug or not isinstance(error, CallError):
        return str(error)
    return _for_commands(without_request(str(error), error.method, error.url))


def _for_commands(text: str) -> str:
    for program, command in _IN_PROGRAMS.items():
        text = text.replace(program, command)
    return text


def without_request(text: str, method: str, url: str) -> str:
    """Return a message without the request that it names."""
    request = f"{method} {url}"
    for shown in (f"{request}: ", f" ({request})", f"{request} "):
        text = text.replace(shown, "")
    return text


def _tried(error: BaseException, call: Invocation | None) -> str:
    """Return the URL and its source, if no server or another server responded."""
    if call is None or not isinstance(error, _ELSEWHERE):
        return ""
    url = str(error.request.url.copy_with(raw_path=b"/")).rstrip("/")
    return f"The URL is {url} (from {call.settings.origin(call.server)})."


def _credentials(error: BaseException, call: Invocation | None) -> str:
    """Return which token a server refused, and which credentials were not sent to it."""
    if call is None or not isinstance(error, AuthenticationError | RedirectError):
        return ""
    settings = call.settings
    texts = []
    if isinstance(error, AuthenticationError) and error.status_code != _PROXY:
        sent = settings.credential("token", call.server)
        start = "Set a token:" if sent is None else f"The token is from {sent.names('token')}:"
        end = "" if sent is None else " set another"
        texts.append(f"{start} LLAMA_DEPLOY_TOKEN, --token-file or a profile{end}.")
    texts += [
        f"The {key} from {source.names(key)} was not sent: a credential is sent only to a URL from "
        f"the same source, and this URL is from {settings.origin(call.server)}."
        for key, source in settings.withheld(call.server)
    ]
    return " ".join(texts)
