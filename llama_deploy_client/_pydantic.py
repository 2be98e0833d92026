"""Validate values with pydantic, up to the first problem. No I/O.

By default, pydantic collects all problems. For a small text whose every value is wrong, they take a
thousand times its size in memory. Its lists, sets and dicts can stop at the first one.
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
"""How many problems pydantic may describe, if it collected more than one after all."""

_MOST_TOLD = 3
"""How many problems are reported: an object can lack several fields."""

Problem = tuple[tuple[int | str, ...], str]
"""The keys and indices that lead to a wrong value, and what is wrong with it."""

_SCHEMAS: dict[str, Any] = {
    "list": core_schema.ListSchema,
    "tuple": core_schema.TupleSchema,
    "set": core_schema.SetSchema,
    "frozenset": core_schema.FrozenSetSchema,
    "dict": core_schema.DictSchema,  # the last one to get this option: early versions lack it
}
_STOPPABLE = {kind for kind, each in _SCHEMAS.items() if "fail_fast" in each.__annotations__}


class MisfitError(ValueError):
    """A value does not have the required type.

    Attributes:
        problems: what is wrong; at least one.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems


def check(kind: Any, value: Any) -> Any:
    """Validate `value`, and return it as the type `kind`.

    Raises:
        MisfitError: the value does not fit the type.
    """
    return _run(_validator(kind).validate_python, value)


def check_json(kind: Any, text: str) -> Any:
    """Return the value of a JSON text as the type `kind`; in JSON, strict types accept text dates.

    Raises:
        MisfitError: the value does not fit the type.
    """
    return _run(_validator(kind).validate_json, text)


def _run(validate: Callable[[Any], Any], value: Any) -> Any:
    try:
        return validate(value)
    except ValidationError as error:
        problems = _describe(error)
    # Not chained: pydantic's error holds the whole value.
    raise MisfitError(*problems)


def _describe(error: ValidationError) -> list[Problem]:
    if error.error_count() > _MOST_LISTED:
        return [((), f"{error.error_count()} problems")]
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    return [(problem["loc"], shorten(problem["msg"])) for problem in problems[:_MOST_TOLD]]


@lru_cache(maxsize=256)
def _validator(kind: Any) -> SchemaValidator | TypeAdapter[Any]:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    try:
        # A class that defers its schema has a mapping that builds it when it is read.
        return _build(_stop_early(dict(adapter.core_schema)))
    except Exception as error:  # a pydantic version with other schemas: collect all problems
        if is_of_signal_handler(error):
            raise
        return adapter


def _build(schema: Any) -> SchemaValidator:
    try:
        # Otherwise it would use the classes' own validators, which do not stop early.
        return SchemaValidator(schema, None, _use_prebuilt=False)
    except TypeError:  # older versions have no choice
        return SchemaValidator(schema)


def _stop_early(schema: Any) -> Any:
    """Change `schema`, or all schemas in a list or mapping, so that their lists stop early."""
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
