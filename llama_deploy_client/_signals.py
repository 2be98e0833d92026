"""Tell errors of signal handlers from others. No I/O."""

from __future__ import annotations

import signal
from functools import partial
from traceback import walk_tb
from types import CodeType
from typing import Any


def is_of_signal_handler(error: BaseException) -> bool:
    """Return whether a signal handler raised `error`, as the time limits of Celery and RQ do.

    Python runs a handler between any two lines of the main thread. An `except` around them sees
    its error, as if those lines had raised it.
    """
    handlers = {_code(signal.getsignal(number)) for number in signal.valid_signals()}
    return any(frame.f_code in handlers for frame, _ in walk_tb(error.__traceback__))


def _code(handler: Any) -> CodeType | None:
    """Return the code that a call of the handler runs; None if that is not Python code."""
    while isinstance(handler, partial):
        handler = handler.func
    called = getattr(type(handler), "__call__", None)  # noqa: B004 - of objects that can be called
    code: CodeType | None = getattr(handler, "__code__", None) or getattr(called, "__code__", None)
    return code
