"""Convert a response to the type that its request names, or to an error. No I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, get_args

import httpx

from ._pydantic import MisfitError, check
from ._texts import shorten
from .errors import MalformedResponseError

if TYPE_CHECKING:
    from .request import Request

T = TypeVar("T")

_VALUES_OF_AN_ENTRY = 10
"""The number of values that a list entry counts as if it becomes an instance of a class."""


def decode(response: httpx.Response, request: Request[T], max_values: int) -> T:
    """Convert a response to the type that the request names.

    Raises:
        MalformedResponseError: the body is not valid JSON, not as documented, or over a limit.
    """
    if request.text:
        # whatever charset the response claims
        value: Any = response.content.decode(errors="replace")
    elif request.returns is None:  # no content expected, but a body has to be JSON
        value = None
        if response.content:
            _validate(response, object, max_values)
    else:
        value = _validate(response, request.returns, max_values)
    decoded: T = value
    return decoded


def _validate(response: httpx.Response, returns: Any, max_values: int) -> Any:
    from ._received_json import JSONError, parse  # imported late, for a quick start

    try:
        value = parse(response.content, max_values)
        _check_entries(value, returns, max_values)
        return check(returns, value)
    except JSONError as error:
        problem = f"body is not as documented: it {error}"
    except MisfitError as error:
        place, reason = error.problems[0]
        where = shorten("".join(f"[{part!r}]" for part in place))
        problem = f"body{where} is not as documented: {reason}"
    start = shorten(response.content) or "(nothing)"
    raise MalformedResponseError(f"{problem}. It starts: {start}", response=response)


def _check_entries(value: Any, returns: Any, max_values: int) -> None:
    """Limit lists of class instances, which take more time and memory than plain values."""
    most = max_values // _VALUES_OF_AN_ENTRY
    within = value.values() if isinstance(value, dict) else ()
    are_many = any(isinstance(each, (list, dict)) and len(each) > most for each in (value, *within))
    if are_many and returns not in (object, Any) and get_args(returns)[-1:] != (Any,):
        raise MisfitError(((), f"it has more than {most} entries, a tenth of the max_values"))
