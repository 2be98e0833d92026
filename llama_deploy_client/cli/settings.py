"""Where a command's settings come from: flags, else the environment, else a profile.

A profile is a table of `profiles.toml`. Its keys are the client's settings, and two of the command
line's own: `deployment` and `token_file`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from attrs import asdict, frozen
from pydantic import ValidationError

from .. import Settings, SyncClient
from ..settings import BOUND
from .arguments import read_file
from .exits import UsageError

T = TypeVar("T", bound=Settings)

PREFIX = "LLAMA_DEPLOY_"
DEFAULT_PROFILE = "default"
_OF_PYTHON_ALONE = {"auth", *BOUND}
_OF_COMMANDS_ALONE = ("deployment", "token_file")
_KEYS = (set(SyncClient.model_fields) - _OF_PYTHON_ALONE) | set(_OF_COMMANDS_ALONE)
_PANEL = "Connection and output"

VARIABLES = """\
LLAMA_DEPLOY_API_SERVER_URL     --url
LLAMA_DEPLOY_CONTROL_PLANE_URL  --control-plane-url
LLAMA_DEPLOY_TOKEN              the bearer token itself; as a flag,
                                all users of the machine could see it
LLAMA_DEPLOY_TIMEOUT            --timeout
LLAMA_DEPLOY_DEPLOYMENT         --deployment
LLAMA_DEPLOY_PROFILE            --profile
LLAMA_DEPLOY_…                  every other setting of the package
Flags outrank variables, and these the profile."""
"""What a help page says of the environment."""


def profile_file() -> Path:
    """Where profiles are: the folder that this system has for settings."""
    return Path(typer.get_app_dir("llama_deploy_client")) / "profiles.toml"


def read_profiles() -> dict[str, dict[str, Any]]:
    """All profiles by name; none where there is no file."""
    path = profile_file()
    try:
        profiles = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise UsageError(f"{path} is no TOML: {error}") from error
    for name, profile in profiles.items():
        if not isinstance(profile, dict):
            raise UsageError(f"{path}: {name!r} stands outside of a profile: begin with [default]")
    return profiles


def complete_profile(incomplete: str) -> list[str]:
    """The names of profiles that begin so."""
    try:
        return [name for name in read_profiles() if name.startswith(incomplete)]
    except (UsageError, OSError):
        return []


@frozen
class Options:
    """The options that every command has, before or after its name."""

    profile: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Take settings from this profile.",
            autocompletion=complete_profile,
            rich_help_panel=_PANEL,
        ),
    ] = None
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="The API server.", rich_help_panel=_PANEL),
    ] = None
    control_plane_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The control plane (0.6 to 0.8).", rich_help_panel=_PANEL),
    ] = None
    token_file: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Holds the bearer token.", rich_help_panel=_PANEL),
    ] = None
    ca_bundle: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="A private certificate authority.", rich_help_panel=_PANEL
        ),
    ] = None
    insecure: Annotated[
        bool,
        typer.Option("--insecure", help="Accept any certificate.", rich_help_panel=_PANEL),
    ] = False
    timeout: Annotated[
        str | None,
        typer.Option(
            metavar="SECONDS",
            help="For a call, or without an event; or 'none'.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    json: Annotated[bool, typer.Option("--json", help="Print JSON.", rich_help_panel=_PANEL)] = (
        False
    )
    debug: Annotated[
        bool,
        typer.Option("--debug", help="Show requests and tracebacks.", rich_help_panel=_PANEL),
    ] = False

    def over(self, others: Options) -> Options:
        """These, and those of `others` that are not given here."""
        mine = {name: value for name, value in asdict(self).items() if value not in (None, False)}
        return Options(**{**asdict(others), **mine})


def resolve(options: Options) -> dict[str, Any]:
    """What the flags and the profile say, wherever the environment does not outrank it."""
    profile = _profile(options.profile or os.environ.get(f"{PREFIX}PROFILE") or None)
    variables = {name.upper() for name in os.environ}
    settings = {key: value for key, value in profile.items() if _variable(key) not in variables}
    settings |= _flags(options)
    if str(settings.get("timeout", "")).lower() == "none":  # neither flags nor TOML know None
        settings["timeout"] = None
    deployment = os.environ.get(_variable("deployment"))
    return {"deployment": deployment, **settings} if deployment else settings


def make_client(kind: type[T], settings: Mapping[str, Any], **overrides: Any) -> T:
    """The client with these settings; the environment gives the others.

    Raises:
        UsageError: one of them makes no sense.
    """
    fields = {key: value for key, value in settings.items() if key in kind.model_fields}
    try:
        return kind(**{**fields, **overrides})
    except ValidationError as error:
        raise UsageError(_explain(error)) from None  # its own text may quote what is secret


def _profile(name: str | None) -> dict[str, Any]:
    profiles, path = read_profiles(), profile_file()
    if name is not None and name not in profiles:
        raise UsageError(f"no profile {name!r} in {path}, which has {_listed(profiles)}")
    name = name or DEFAULT_PROFILE
    profile = profiles.get(name, {})
    unknown = set(profile) - _KEYS
    if unknown:
        raise UsageError(
            f"profile {name!r} in {path} has unknown keys: {_listed(unknown)}. "
            f"Known are: {_listed(_KEYS)}"
        )
    for key in _OF_COMMANDS_ALONE:  # the client checks the others
        if not isinstance(profile.get(key, ""), str):
            raise UsageError(f"profile {name!r} in {path}: {key} is a text, in quotes")
    if "token_file" in profile:
        profile["token"] = _read_token(profile.pop("token_file"))
    return profile


def _flags(options: Options) -> dict[str, Any]:
    given: dict[str, Any] = {
        "api_server_url": options.url,
        "control_plane_url": options.control_plane_url,
        "ca_bundle": options.ca_bundle,
        "disable_ssl": options.insecure or None,
        "timeout": options.timeout,
        "token": options.token_file and _read_token(options.token_file),
    }
    return {key: value for key, value in given.items() if value is not None}


def _read_token(path: str) -> str:
    # Absolute, or `-` would be standard input, and completion would wait for it.
    token = read_file(Path(path).expanduser().absolute()).strip()
    if not token:
        raise UsageError(f"{path} is empty: it should hold the token")
    return token


def _variable(key: str) -> str:
    return f"{PREFIX}{key.upper()}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _explain(error: ValidationError) -> str:
    """Which settings are wrong, and why, without what they are."""
    details = error.errors(include_url=False, include_context=False, include_input=False)
    told = (
        f"setting {each['loc'][0]}: {each['msg'].removeprefix('Value error, ')}"
        if each["loc"]
        else each["msg"].removeprefix("Value error, ")
        for each in details
    )
    return "; ".join(dict.fromkeys(told))  # once for all types that a setting may have
