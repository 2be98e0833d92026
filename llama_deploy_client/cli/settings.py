"""Combine a command's settings from their sources.

Flags come first, then a profile that is named, then the environment, then the profile `[default]`.
Credentials are sent only to a server that their own source names.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import field, frozen

from .exits import UsageError
from .profiles import (
    DEFAULT_PROFILE,
    HIDDEN,
    KEYS,
    SECRETS,
    expand,
    profile_file,
    read_profile,
    read_token,
)

if TYPE_CHECKING:
    from pydantic import ValidationError

T = TypeVar("T")

API_SERVER = "api_server_url"
CONTROL_PLANE = "control_plane_url"
DEFAULT_URLS = {API_SERVER: "http://localhost:4501", CONTROL_PLANE: "http://localhost:8000"}
COMMAND_LINE, ENVIRONMENT = "the command line", "the environment"
_URLS = (API_SERVER, CONTROL_PLANE, "proxy")
_PATHS = ("ca_bundle", "client_cert")
_PREFIX = "LLAMA_DEPLOY_"
_FLAGS = {"api_server_url": "--url", "disable_ssl": "--insecure", "token": "--token-file"}

VARIABLES = """\
LLAMA_DEPLOY_API_SERVER_URL     --url
LLAMA_DEPLOY_CONTROL_PLANE_URL  --control-plane-url
LLAMA_DEPLOY_TOKEN              the bearer token itself (no flag:
                                all users could see it)
LLAMA_DEPLOY_TIMEOUT            --timeout
LLAMA_DEPLOY_DEPLOYMENT         --deployment
LLAMA_DEPLOY_PROFILE            --profile
LLAMA_DEPLOY_…                  every other setting of the package"""
"""The environment variables, for the help page."""

PRECEDENCE = """\
1. flags
2. the profile that --profile or LLAMA_DEPLOY_PROFILE names
3. environment variables
4. the profile [default]
Credentials are sent only to a URL that the same source gives."""
"""The order of sources, for the help page."""


@frozen
class Source:
    """One source of settings.

    Attributes:
        name: for messages.
        values: its settings; `token_file` is replaced by the token.
        files: its files that hold secrets.
    """

    name: str
    values: Mapping[str, Any] = field(factory=dict, repr=False)
    files: Sequence[Path] = ()

    def names(self, key: str) -> str:
        """Return where in this source the setting is, for messages."""
        if self.name == COMMAND_LINE:
            return _FLAGS.get(key, f"--{key.replace('_', '-')}")
        return _variable(key) if self.name == ENVIRONMENT else self.name


@frozen
class Settings:
    """All settings of one command, and their sources.

    Args:
        sources: the sources, those with precedence first.
    """

    sources: Sequence[Source]

    def source(self, key: str) -> Source | None:
        """Return the source of a setting; None if it has its default."""
        return next((source for source in self.sources if key in source.values), None)

    def get(self, key: str) -> Any:
        """Return the value of a setting, or None."""
        source = self.source(key)
        return None if source is None else source.values[key]

    def origin(self, key: str) -> str:
        """Return where a setting comes from, for messages."""
        source = self.source(key)
        return "the defaults" if source is None else source.names(key)

    def credential(self, key: str, server: str) -> Source | None:
        """Return the source whose credential may be sent to the URL in the setting `server`.

        A default URL gets credentials only of sources that set no URL.
        """
        url = self.get(server)

        def names_it(source: Source) -> bool:
            if url is None:
                return not {API_SERVER, CONTROL_PLANE} & source.values.keys()
            return bool(source.values.get(server) == url)

        return next((each for each in self.sources if key in each.values and names_it(each)), None)

    def withheld(self, server: str) -> Iterator[tuple[str, Source]]:
        """Yield the credentials that are not sent to this server, each with its source."""
        for key in SECRETS:
            source = self.source(key)
            if source is not None and self.credential(key, server) is None:
                yield key, source

    def values(self, server: str) -> dict[str, Any]:
        """Return the client's settings for requests to this server.

        Raises:
            UsageError: `--token-file` is set, but another source gives the server's URL.
        """
        for key in SECRETS:
            source = self.source(key)
            if source is None or source.name != COMMAND_LINE:
                continue
            if self.credential(key, server) is not source:  # a profile's own may not replace it
                raise UsageError(
                    f"{source.names(key)} is not sent to the URL of {self.origin(server)}: a "
                    "credential is sent only to a URL of the same source. Add "
                    f"{source.names(server)} URL"
                )
        keys = {key for source in self.sources for key in source.values} - {"deployment"}
        values = {key: self.get(key) for key in keys if key not in SECRETS}
        for key in SECRETS:
            if allowed := self.credential(key, server):
                values[key] = allowed.values[key]
        return values


@frozen
class Flags:
    """The flags that are settings."""

    profile: str | None = None
    url: str | None = None
    control_plane_url: str | None = None
    token_file: str | None = None
    ca_bundle: str | None = None
    insecure: bool = False
    timeout: str | None = None


def resolve(options: Flags) -> Settings:
    """Return the settings of a command.

    Raises:
        UsageError: a source cannot be read, or is invalid.
    """
    named = options.profile or os.environ.get(f"{_PREFIX}PROFILE") or None
    profile, environment = _profile(named), _environment()
    below = [environment, profile] if named is None else [profile, environment]
    return Settings([_flags(options), *below])


def make_client(
    kind: type[T], settings: Settings, *, server: str = API_SERVER, **overrides: Any
) -> T:
    """Make a client with these settings.

    Args:
        kind: the client's class.
        settings: the settings of the command.
        server: the setting with the URL of the server that the client is for.
        overrides: settings that replace those of the command.

    Raises:
        UsageError: a setting is invalid.
    """
    from pydantic import ValidationError

    try:
        with _no_variables():
            return kind(**{**settings.values(server), **overrides})
    except ValidationError as error:
        raise UsageError(_explain(error, settings)) from None  # pydantic's text may quote a secret


def _flags(options: Flags) -> Source:
    file = options.token_file
    flags: dict[str, Any] = {
        "api_server_url": options.url,
        "control_plane_url": options.control_plane_url,
        "ca_bundle": options.ca_bundle,
        "disable_ssl": options.insecure or None,
        "timeout": options.timeout,
        "token": None if file is None else _token(file, "--token-file"),
    }
    values = {key: value for key, value in flags.items() if value is not None}
    return Source(COMMAND_LINE, _read(values), [] if file is None else [expand(file)])


def _profile(name: str | None) -> Source:
    values, path = dict(read_profile(name)), profile_file()
    source = f"profile {name or DEFAULT_PROFILE!r} in {path}"
    files = [path] if any(key in values for key in HIDDEN) else []
    if file := values.pop("token_file", None):
        values["token"] = _token(file, f"The token_file of {source}")
        files.append(expand(file))
    return Source(source, _read(values), files)


def _token(file: str, source: str) -> str:
    """Return the token in a file. Errors say which source names the file."""
    try:
        return read_token(file)
    except (OSError, UsageError) as error:
        error.add_note(f"{source} names it.")
        raise


def _environment() -> Source:
    variables = {name.upper(): value for name, value in os.environ.items()}
    values: dict[str, Any] = {
        key: variables[_variable(key)] for key in KEYS if _variable(key) in variables
    }
    values = {key: None if text == "none" else text for key, text in values.items()}
    values.pop("token_file", None)
    if not values.get("deployment", "-"):
        del values["deployment"]
    if "headers" in values:
        try:
            values["headers"] = json.loads(values["headers"])
        except ValueError:  # the error's text would quote a secret
            raise UsageError(f"{_variable('headers')} is not a JSON object") from None
    return Source(ENVIRONMENT, _read(values))


def _read(values: dict[str, Any]) -> dict[str, Any]:
    """Parse settings that people write: `~` in paths, and `none` for no limit."""
    for key in _PATHS:
        if isinstance(values.get(key), str):
            values[key] = str(expand(values[key]))
    if str(values.get("timeout")).lower() == "none" and "timeout" in values:
        values["timeout"] = None
    return values


def without_userinfo(url: str) -> str:
    """Return a URL, even an invalid one, without user name and password."""
    scheme, colon, rest = url.rpartition("://")
    return f"{scheme.rpartition('@')[2]}{colon}{rest.rpartition('@')[2]}"


def _variable(key: str) -> str:
    return f"{_PREFIX}{key.upper()}"


@contextmanager
def _no_variables() -> Iterator[None]:
    """Hide the variables from the client, which would read them again and merge headers."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if _is_ours(name)}
    try:
        yield
    finally:
        os.environ.update(hidden)


def _is_ours(name: str) -> bool:
    return name.upper().startswith(_PREFIX)


def _explain(error: ValidationError, settings: Settings) -> str:
    """Return which settings are invalid, and why, without secret values."""
    details = error.errors(include_url=False, include_context=False, include_input=False)
    texts = []
    for each in details:
        text = each["msg"].removeprefix("Value error, ")
        key = str(each["loc"][0]) if each["loc"] else ""
        if source := settings.source(key):
            value = repr(settings.get(key))
            shown = "" if key in (*HIDDEN, *_URLS) or value in text else f", got {value}"
            text = f"setting {key} (from {source.names(key)}): {text}{shown}"
        texts.append(text)
    return "; ".join(dict.fromkeys(texts))  # a setting with several types has an error for each
