"""What a signal handler raised, and what else did. No I/O."""

from __future__ import annotations

import signal
from functools import partial
from traceback import walk_tb
from types import CodeType
from typing import Any


def is_of_signal_handler(error: BaseException) -> bool:
    """Whether a signal handler raised it, as the time limits of Celery and RQ do.

    Python runs a handler between any two lines of the main thread. An `except` around them sees
    its error, as if those lines had raised it.
    """
    handlers = {_code(signal.getsignal(number)) for number in signal.valid_signals()}
    return any(frame.f_code in handlers for frame, _ in walk_tb(error.__traceback__))


def _code(handler: Any) -> CodeType | None:
    """What runs when it is called; None if that is not written in Python."""
    while isinstance(handler, partial):
        handler = handler.func
    called = getattr(type(handler), "__call__", None)  # noqa: B004 - of objects that can be called
    code: CodeType | None = getattr(handler, "__code__", None) or getattr(called, "__code__", None)
    return code
