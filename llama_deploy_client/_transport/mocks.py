"""Whether something stands in for the network in tests, as respx, pytest-httpx and VCR.py do.

They replace methods of httpx's or of httpcore's, to which this transport would not lead: a request
would reach the network unseen.
"""

from __future__ import annotations

import contextlib
import sys
from functools import cache
from types import FunctionType

_LIBRARIES = ("respx", "pytest_httpx", "vcr", "pook", "pytest", "unittest.mock", "mock")
"""Where none of these was imported, nothing is looked at."""

_TRACERS = {"ddtrace", "elasticapm", "logfire", "newrelic", "opentelemetry", "sentry_sdk", "wrapt"}
"""Packages that replace methods to see what passes, and pass it on."""


def is_mocked(*names: str) -> bool:
    """Whether a method of these classes is another one than their packages define."""
    if not any(name in sys.modules for name in _LIBRARIES):
        return False
    # Of what was never imported, nothing was replaced, and httpcore takes long: it imports trio.
    kinds = [name.split(".") for name in names]
    return any(
        _has_foreign_method(getattr(sys.modules[package], kind))
        for package, kind in kinds
        if package in sys.modules
    )


_known: dict[type, dict[str, object]] = {}
"""What was looked at before and found to be no mock, by class and name."""


def _has_foreign_method(kind: type) -> bool:
    known = _known.setdefault(kind, {})
    for name, method in vars(kind).items():
        if known.get(name) is not method:
            if callable(method) and _is_foreign(kind, method):
                return True
            known[name] = method
    return False


def _is_foreign(kind: type, method: object) -> bool:
    # By the code itself: a wrapper can have the name and the module of what it wraps.
    if isinstance(method, FunctionType) and method.__code__.co_filename.startswith(_own(kind)):
        return False
    module = getattr(method, "__globals__", {}).get("__name__") or type(method).__module__
    return module.partition(".")[0] not in _TRACERS


@cache
def _own(kind: type) -> tuple[str, ...]:
    """What the names of the files begin with in which the methods of `kind` are written."""
    package = sys.modules[kind.__module__.partition(".")[0]].__file__
    assert package is not None
    return package.removesuffix("__init__.py"), contextlib.__file__  # which decorates one of them
