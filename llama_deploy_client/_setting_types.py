"""The types of settings: validation, conversion, and errors that hide credentials."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    GetCoreSchemaHandler,
    SecretStr,
    ValidationError,
)
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

from ._suggestions import OTHER_NAMES, suggestion
from ._texts import shorten, without_credentials
from ._transport.urls import URL_HINT, parse_url, show_url

HIDDEN = "**********"


class _SecretUrl(str):
    """A URL whose `repr` hides its credentials."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(str(without_credentials(self)))


class _SecretHeaders(dict[str, str]):
    """Headers whose `repr` shows only their names."""

    def __repr__(self) -> str:
        return repr(dict.fromkeys(self, HIDDEN))


def _absolute(url: str) -> str:
    url = url.strip()
    parsed = parse_url(url)
    shown = shorten(show_url(url))
    if parsed is None or parsed.scheme not in ("http", "https"):
        hint = f". {URL_HINT}" if "@" in url else ""
        raise ValueError(
            f"{shown!r} is not an absolute http or https URL: write it like "
            f"'http://localhost:4501'{hint}"
        )
    if "?" in url or "#" in url:
        raise ValueError(f"{shown!r} has a query or a fragment: remove it")
    return _SecretUrl(url) if parsed.userinfo else url


def _existing(path: Path | str) -> Path:
    if not Path(path).is_file():
        raise ValueError(f"there is no file {str(path)!r}")
    return Path(path)


def hide(secret: SecretStr | str) -> SecretStr:
    """Return a secret that `repr` does not show."""
    return secret if isinstance(secret, SecretStr) else SecretStr(secret)


_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FRAMING = {
    "content-encoding",
    "content-length",
    "content-type",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
"""Headers that tell a server where a request ends and what its body is."""


def _check_sendable(texts: Iterable[str]) -> None:
    # Checked here, because an error while sending would quote the value.
    for text in texts:
        if text != text.strip() or set(text) & set("\r\n\0"):
            raise ValueError("a header cannot begin or end with a space, or contain a line break")
        if not text.isascii():
            raise ValueError(
                "a header can contain only ASCII: encode the value, for example as base64"
            )


def _sendable(token: SecretStr | str) -> SecretStr:
    secret = hide(token)
    _check_sendable([secret.get_secret_value()])
    return secret


def _no_text(headers: Any) -> Any:
    if isinstance(headers, str):  # for example, from a variable that is not valid JSON
        raise ValueError('headers must be a dict, as JSON such as {"X-Tenant": "blue"}')
    return headers


def _own(headers: dict[str, str]) -> dict[str, str]:
    _check_sendable(headers.values())
    for name in headers:
        if not _NAME.fullmatch(name):
            raise ValueError("a header's name must consist of ASCII letters, digits and hyphens")
        if name.lower() in _FRAMING:
            raise ValueError(f"the header {name} cannot be set: the client sends its own")
    return _SecretHeaders(headers)


def _of(expected: str, *types: type) -> BeforeValidator:
    """Refuse values of other types in one line: pydantic's errors of a union have many."""

    def check(value: Any) -> Any:
        if not isinstance(value, types):
            raise ValueError(f"must be {expected}, got {type(value).__name__}")
        return value

    return BeforeValidator(check)


_TEXT = _of("a text", str, bytes, SecretStr)

# Type checkers accept both forms; the field always holds the first one.
Url = Annotated[str, AfterValidator(_absolute)]
File = Annotated[Path | str, AfterValidator(_existing), _of("a path or a text", PathLike, str)]
Secret = Annotated[SecretStr | str, AfterValidator(hide), _TEXT]
Token = Annotated[SecretStr | str, AfterValidator(_sendable), _TEXT]
Headers = Annotated[dict[str, str], BeforeValidator(_no_text), AfterValidator(_own)]


def _hiding(known: Collection[str], value: Any, validate: Callable[[Any], Any]) -> Any:
    try:
        return validate(value)
    except ValidationError as error:
        title, problems = error.title, [*_without_inputs(error, known)]
    raise ValidationError.from_exception_data(title, problems, hide_input=True)


def _without_inputs(error: ValidationError, known: Collection[str]) -> Iterator[InitErrorDetails]:
    problems: list[Any] = error.errors(
        include_url=False, include_context=False, include_input=False
    )
    for each in problems:
        if each["type"] == "extra_forbidden":
            each["msg"] = f"no such setting{suggestion(each['loc'][0], known, OTHER_NAMES)}"
        reason = PydanticCustomError(each["type"], each["msg"])
        yield InitErrorDetails(type=reason, loc=each["loc"], input=HIDDEN)


class HidesInput(BaseModel):
    """A model whose errors hold no refused values: tools that report errors would show them."""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        # Not a validator of the model: this is around those of its subclasses, too.
        hiding = partial(_hiding, source.model_fields)
        return core_schema.no_info_wrap_validator_function(hiding, handler(source))
