"""Checks values against types by pydantic, up to the first problem. No I/O.

Pydantic collects all problems, and those of a small text that is wrong in each of its values take
a thousand times its size. Its lists, sets and dicts can be told to stop at the first one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator, core_schema

from ._signals import is_of_signal_handler
from ._texts import shorten

_MOST_LISTED = 100
"""How many problems pydantic may describe, where it collected more than the first one even so."""

_MOST_TOLD = 3
"""How many of them are told: an object can lack several fields."""

Problem = tuple[tuple[int | str, ...], str]
"""The keys and indices that lead to what is wrong, and what is wrong there."""

_SCHEMAS: dict[str, Any] = {
    "list": core_schema.ListSchema,
    "tuple": core_schema.TupleSchema,
    "set": core_schema.SetSchema,
    "frozenset": core_schema.FrozenSetSchema,
    "dict": core_schema.DictSchema,  # the last to be given it: early versions do not stop there
}
_STOPPABLE = {kind for kind, each in _SCHEMAS.items() if "fail_fast" in each.__annotations__}


class MisfitError(ValueError):
    """A value is not of a type.

    Attributes:
        problems: what is wrong; one at least.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems


def check(kind: Any, value: Any) -> Any:
    """`value` as one of the type `kind`.

    Raises:
        MisfitError: it does not fit.
    """
    return _run(_validator(kind).validate_python, value)


def check_json(kind: Any, text: str) -> Any:
    """The value of a JSON text as one of the type `kind`; strict types take dates as text there.

    Raises:
        MisfitError: it does not fit.
    """
    return _run(_validator(kind).validate_json, text)


def _run(validate: Callable[[Any], Any], value: Any) -> Any:
    try:
        return validate(value)
    except ValidationError as error:
        problems = _describe(error)
    # Not chained: pydantic's error keeps all of the value.
    raise MisfitError(*problems)


def _describe(error: ValidationError) -> list[Problem]:
    if error.error_count() > _MOST_LISTED:
        return [((), f"{error.error_count()} problems")]
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return [(problem["loc"], shorten(problem["msg"])) for problem in found[:_MOST_TOLD]]


@lru_cache(maxsize=256)
def _validator(kind: Any) -> SchemaValidator | TypeAdapter[Any]:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    try:
        return _build(_stop_early(adapter.core_schema))
    except Exception as error:  # of a version that has other schemas: all problems, then
        if is_of_signal_handler(error):
            raise
        return adapter


def _build(schema: Any) -> SchemaValidator:
    try:
        # Else it takes the validators that classes have, which do not stop early.
        return SchemaValidator(schema, None, _use_prebuilt=False)
    except TypeError:  # before there was a choice
        return SchemaValidator(schema)


def _stop_early(schema: Any) -> Any:
    """`schema`, or the schemas in a list or mapping of them, with lists that stop early."""
    if isinstance(schema, (list, tuple)):
        return type(schema)(map(_stop_early, schema))
    if not isinstance(schema, dict):
        return schema
    kind = schema.get("type")
    if not isinstance(kind, str):
        return {name: _stop_early(inner) for name, inner in schema.items()}
    changed = {
        key: _stop_early(value) if _holds_schemas(key) else value for key, value in schema.items()
    }
    return {**changed, "fail_fast": True} if kind in _STOPPABLE else changed


def _holds_schemas(key: str) -> bool:
    return key.endswith("schema") or key in ("fields", "choices", "steps", "definitions")
