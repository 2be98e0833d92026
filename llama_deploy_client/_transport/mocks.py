"""Detect tools that replace the network in tests, such as respx, pytest-httpx and VCR.py.

They replace methods of httpx or httpcore that this transport does not use, so a request would
bypass them and reach the network.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import ValuesView
from functools import cache
from types import FunctionType

import httpx

_TRACERS = {"ddtrace", "elasticapm", "logfire", "newrelic", "opentelemetry", "sentry_sdk", "wrapt"}
"""Packages that wrap methods only to observe calls."""

_SENDING = {"connect_tcp", "handle_async_request", "handle_request"}
"""The methods with which httpcore's classes send."""


def is_mocked(*kinds: type) -> bool:
    """Return whether one of these httpx classes, or a method of it or of httpcore, was replaced."""
    if any(map(_is_replaced, kinds)):
        return True
    # Do not import httpcore for this: it imports trio, which is slow.
    below = _classes_of_httpcore() if "httpcore" in sys.modules else ()
    attributes = list(map(tuple, _attributes(kinds + below)))
    if _known.get(kinds) != attributes:  # compares by identity first
        if any(map(foreign_methods, kinds + below)):
            return True
        _known[kinds] = attributes
    return False


_known: dict[tuple[type, ...], list[tuple[object, ...]]] = {}
"""The attributes of classes when none was foreign, to compare with for each request."""


@cache
def _attributes(kinds: tuple[type, ...]) -> list[ValuesView[object]]:
    return [vars(kind).values() for kind in kinds]


def _is_replaced(kind: type) -> bool:
    current = getattr(httpx, kind.__name__)
    return current is not kind and not _passes_on(getattr(current, "__module__", ""))


@cache
def _classes_of_httpcore() -> tuple[type, ...]:
    classes = [value for value in vars(sys.modules["httpcore"]).values() if isinstance(value, type)]
    return tuple(kind for kind in classes if vars(kind).keys() & _SENDING)


def foreign_methods(kind: type) -> set[str]:
    """Return the names of this class's methods that its package does not define."""
    return {name for name, attribute in vars(kind).items() if _is_foreign(kind, name, attribute)}


def _is_foreign(kind: type, name: str, attribute: object) -> bool:
    if isinstance(attribute, property):
        attribute = attribute.fget
    # the function of a class method or static method
    attribute = getattr(attribute, "__func__", attribute)
    if isinstance(attribute, FunctionType):
        return not (_is_own(kind, name, attribute) or _passes_on(attribute.__module__))
    if callable(attribute) or hasattr(attribute, "__get__"):
        module = type(attribute).__module__
        return module != "builtins" and not _passes_on(module)  # a slot, a class
    return False


def _is_own(kind: type, name: str, function: FunctionType) -> bool:
    """Return whether a function is the original method.

    Its code and its module's globals show it; a wrapper can copy everything else.
    """
    if function.__globals__ is vars(contextlib):  # a method that is a context manager
        function = function.__wrapped__  # type: ignore[attr-defined]  # set by its decorator
    package = kind.__module__.partition(".")[0]
    is_of_package = function.__globals__.get("__name__", "").partition(".")[0] == package
    return is_of_package and function.__code__.co_qualname == f"{kind.__qualname__}.{name}"


def _passes_on(module: str) -> bool:
    return module.partition(".")[0] in _TRACERS
