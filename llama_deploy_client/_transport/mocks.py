"""Whether something stands in for the network in tests, as respx, pytest-httpx and VCR.py do.

They replace methods of httpx's or of httpcore's, to which this transport would not lead: a request
would reach the network unseen.
"""

from __future__ import annotations

import contextlib
import sys
from functools import cache
from types import FunctionType

_LIBRARIES = (
    "flexmock",
    "mock",
    "mocket",
    "mockito",
    "pook",
    "pytest",
    "pytest_httpx",
    "respx",
    "unittest.mock",
    "vcr",
)
"""Where none of these was imported, nothing is looked at."""

_TRACERS = {"ddtrace", "elasticapm", "logfire", "newrelic", "opentelemetry", "sentry_sdk", "wrapt"}
"""Packages that replace methods to see what passes, and pass it on."""


_SENDING = {"connect_tcp", "handle_async_request", "handle_request"}
"""Methods by which classes of httpcore are known to send."""


def is_mocked(*kinds: type) -> bool:
    """Whether a method of these classes of httpx, or of those of httpcore, was replaced."""
    if not any(name in sys.modules for name in _LIBRARIES):
        return False
    # It is not imported for this: that takes long, as it imports trio.
    below = _classes_of_httpcore() if "httpcore" in sys.modules else ()
    return any(map(has_foreign_method, (*kinds, *below)))


@cache
def _classes_of_httpcore() -> tuple[type, ...]:
    classes = [value for value in vars(sys.modules["httpcore"]).values() if isinstance(value, type)]
    return tuple(kind for kind in classes if vars(kind).keys() & _SENDING)


_known: dict[type, dict[str, object]] = {}
"""What was looked at before and is not a mock, by class and name."""


def has_foreign_method(kind: type) -> bool:
    """Whether a method of this class is another one than its package defines."""
    known = _known.setdefault(kind, {})
    for name, attribute in vars(kind).items():
        if known.get(name) is not attribute:
            if _is_foreign(kind, attribute):
                return True
            known[name] = attribute
    return False


def _is_foreign(kind: type, attribute: object) -> bool:
    if isinstance(attribute, property):
        attribute = attribute.fget
    attribute = getattr(attribute, "__func__", attribute)  # of a class method or a static one
    # By the code itself: a wrapper can have the name and the module of what it wraps.
    if isinstance(attribute, FunctionType):
        if attribute.__code__.co_filename.startswith(_own(kind)):
            return False
        module = attribute.__module__
    elif callable(attribute) or hasattr(attribute, "__get__"):
        module = type(attribute).__module__
        if module == "builtins":  # a slot, a class
            return False
    else:
        return False
    return module.partition(".")[0] not in _TRACERS


@cache
def _own(kind: type) -> tuple[str, ...]:
    """What the names of the files begin with in which the methods of `kind` are written."""
    package = sys.modules[kind.__module__.partition(".")[0]].__file__
    assert package is not None
    return package.removesuffix("__init__.py"), contextlib.__file__  # which decorates one of them
