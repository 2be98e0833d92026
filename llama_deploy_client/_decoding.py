"""What is made of an answer: the value that its request names, or an error."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from ._texts import shorten
from .errors import MalformedResponseError
from .request import Request

T = TypeVar("T")


def decode(response: httpx.Response, request: Request[T]) -> T:
    """The answer as the type that the request names.

    Raises:
        MalformedResponseError: it is not as documented.
    """
    if request.text:
        value: Any = response.text
    elif request.returns is None:  # says nothing, but has to be JSON if there is a body
        value = None
        if response.content:
            _validate(response, object)
    else:
        value = _validate(response, request.returns)
    decoded: T = value
    return decoded


@cache
def _adapter(returns: Any) -> TypeAdapter[Any]:
    return TypeAdapter(returns)


def _validate(response: httpx.Response, returns: Any) -> Any:
    try:
        return _adapter(returns).validate_json(response.content)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = "".join(f"[{part!r}]" for part in problem["loc"])
        start = shorten(response.content) or "(nothing)"
        message = f"body{where} is not as documented: {problem['msg']}. It starts: {start}"
        # Not chained: pydantic's error quotes the body at length.
    raise MalformedResponseError(message, response=response)
