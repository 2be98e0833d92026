"""The exit codes, and the errors of the command line itself."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes, for scripts."""

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
    UNREACHABLE = 4, "no connection to the server; nothing was sent"
    TIMEOUT = 5, "no response, or no event, within the time"
    FAILED = 6, "the workflow, a task of a batch, or the server failed (5xx); unhealthy"
    AUTHENTICATION = 7, "the server, or a proxy, refused the credentials"
    REFUSED = 8, "the server rejected the request (400, 422, other statuses)"
    CUT = 9, "the connection broke before the whole response arrived"
    FOREIGN = 10, "the response is not LlamaDeploy's: a redirect, HTML, incomplete JSON"
    CERTIFICATE = 11, "TLS failed: certificate, host name, protocol"
    INTERRUPTED = 130, "stopped by Ctrl-C"
    BROKEN_PIPE = 141, "the reader of the output closed the pipe, as `head` does"


class UsageError(Exception):
    """Arguments, settings or files are wrong."""


class NothingThereError(Exception):
    """The server has no object with this name or id, or none at all."""
