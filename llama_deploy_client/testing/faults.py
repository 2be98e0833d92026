"""Faults for `FakeServer.inject`. Each changes the steps of a response."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Protocol

from attrs import define, evolve, frozen

from .._transport.clock import monotonic
from .steps import JSON, CutError, Head, Pause, RefusedError, StatusError, Step, Steps, Wait, whole

__all__ = ["Cut", "Fault", "GivesUp", "Malformed", "Refused", "Slow", "Status"]


class Fault(Protocol):
    """A failure of a response."""

    def apply(self, steps: Steps) -> Steps:
        """Return the changed response. Steps that the fault skips are not carried out."""
        ...


@frozen
class Status:
    """An error status in place of a response; the request is not carried out."""

    status: int = 500
    detail: str = "injected"

    def apply(self, steps: Steps) -> Steps:
        error = StatusError(self.status, self.detail)
        yield from whole(error.status, error.content, error.headers)


@frozen
class Refused:
    """The connection is refused; the request is not carried out."""

    def apply(self, steps: Steps) -> Steps:
        raise RefusedError
        yield from steps


@frozen
class Malformed:
    """A 2xx response with an invalid body; the request is not carried out."""

    body: bytes = b"<html>"
    content_type: str = JSON

    def apply(self, steps: Steps) -> Steps:
        yield from whole(200, self.body, {"Content-Type": self.content_type})


@frozen
class Cut:
    """The connection breaks: after some events of a stream, or bytes of a body, or else at once."""

    after_events: int | None = None
    after_bytes: int | None = None

    def apply(self, steps: Steps) -> Steps:
        events, rest = self.after_events, self.after_bytes
        for step in steps:
            if isinstance(step, bytes):
                events = None if events is None else events - 1
                if rest is not None:
                    step = step[:rest]
                    rest -= len(step)
            elif isinstance(step, Head) and events is None and rest is None:
                raise CutError  # carried out, but without a response
            yield step
            if isinstance(step, Head | bytes) and 0 in (events, rest):
                raise CutError
        raise CutError


@frozen
class Slow:
    """A delay in seconds before the response, or before the event after some others."""

    seconds: float
    after_events: int | None = None

    def apply(self, steps: Steps) -> Steps:
        before = self.after_events
        if before is None:
            yield Pause(self.seconds)
        for step in steps:
            if isinstance(step, bytes) and before is not None:
                if before == 0:
                    yield Pause(self.seconds)
                before -= 1
            yield step


@frozen
class GivesUp:
    """A gateway gives up after some seconds without a byte; the request was carried out.

    It responds 504 with a web page, or cuts a response that has begun.
    """

    seconds: float

    def apply(self, steps: Steps) -> Steps:
        begun, silent_since = False, monotonic()
        for step in steps:
            rest = max(0.0, silent_since + self.seconds - monotonic())
            if isinstance(step, Pause):
                step = Pause(min(step.seconds, rest))
            elif isinstance(step, Wait):
                step = evolve(step, seconds=rest)
            yield step
            if isinstance(step, Head | bytes):
                begun, silent_since = True, monotonic()
            elif monotonic() >= silent_since + self.seconds:
                break
        else:
            return
        if begun:
            raise CutError
        yield from whole(504, _PAGE, {"Content-Type": "text/html"})


_PAGE = b"<html>\n<head><title>504 Gateway Time-out</title></head>\n<body></body>\n</html>\n"


@define
class _Injected:
    fault: Fault
    path: str
    times: int
    happened: bool = False


class Faults:
    """The faults that have not happened yet."""

    def __init__(self) -> None:
        self._injected: list[_Injected] = []

    def add(self, fault: Fault, path: str, times: int) -> None:
        """Apply a fault to the next requests with a path, in which `*` stands for any text."""
        if isinstance(fault, type) or not hasattr(fault, "apply"):
            raise TypeError(f"a fault must be an instance such as Status(503), got {fault!r}")
        if not path.startswith(("/", "*")):
            raise ValueError(f"a path must begin with '/' or '*', got {path!r}")
        if times < 1:
            raise ValueError(f"times must be at least 1, got {times}")
        self._injected.append(_Injected(fault, path, times))

    def apply(self, path: str, steps: Steps) -> Iterator[Step]:
        """Return the steps with the first fault for this path applied."""
        for injected in self._injected:
            if fnmatchcase(path, injected.path):
                injected.happened = True
                injected.times -= 1
                if not injected.times:
                    self._injected.remove(injected)
                return injected.fault.apply(steps)
        return steps

    def check(self) -> None:
        """Check that every fault affected a request.

        Raises:
            AssertionError: a fault affected no request.
        """
        for injected in self._injected:
            if not injected.happened:
                message = f"{injected.fault} affected no request with the path {injected.path}"
                raise AssertionError(message)
