"""Profiles: named tables of settings in a TOML file.

Their keys are the client's settings, and two more: `deployment` and `token_file`.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import typer

from .._suggestions import OTHER_NAMES, suggestion
from .arguments import read_file
from .exits import UsageError

DEFAULT_PROFILE = "default"
SECRETS = ("token", "headers")
"""Settings that are credentials, each for one server."""
HIDDEN = (*SECRETS, "client_cert_password")
"""Settings that are never shown."""
OF_COMMANDS_ALONE = ("deployment", "token_file")
KEYS = {
    *OF_COMMANDS_ALONE,
    *SECRETS,
    "api_server_url",
    "ca_bundle",
    "client_cert",
    "client_cert_password",
    "control_plane_url",
    "disable_ssl",
    "max_connections",
    "max_line_size",
    "max_response_size",
    "max_retries",
    "max_values",
    "poll_interval",
    "proxy",
    "timeout",
    "trust_env",
}
"""The keys of a profile: the client's settings that have a text form. They are listed here because
completion must not import the client."""


def profile_file() -> Path:
    """Return the file of the profiles, in this system's folder for settings."""
    return Path(typer.get_app_dir("llama_deploy_client")) / "profiles.toml"


def read_profiles() -> dict[str, dict[str, Any]]:
    """Return all profiles by name; an empty dict if there is no file.

    Raises:
        UsageError: the file is not TOML, or a profile in it has a wrong key or value.
    """
    path = profile_file()
    try:
        profiles = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise UsageError(f"{path} is not valid TOML: {error}") from error
    for name, profile in profiles.items():
        if not isinstance(profile, dict):
            raise UsageError(
                f"{path}: the setting {name!r} is outside of any profile: put [default] above it"
            )
    return profiles


def read_profile(name: str | None) -> dict[str, Any]:
    """Return the settings of a profile; if `name` is None, those of `[default]`, if it exists.

    Raises:
        UsageError: there is no profile of that name, or a key or value in it is wrong.
    """
    profiles, path = read_profiles(), profile_file()
    if name is not None and name not in profiles:
        raise UsageError(
            f"there is no profile {name!r} in {path}{suggestion(name, profiles)}. It has: "
            f"{', '.join(sorted(profiles)) or 'none'}"
        )
    name = name or DEFAULT_PROFILE
    profile = profiles.get(name, {})
    _check(profile, f"profile {name!r} in {path}")
    return profile


def _check(profile: dict[str, Any], where: str) -> None:
    for key in sorted(set(profile) - KEYS):
        raise UsageError(
            f"{where} has the unknown key {key!r}{suggestion(key, KEYS, OTHER_NAMES)}. "
            f"Known keys: {', '.join(sorted(KEYS))}"
        )
    for key in OF_COMMANDS_ALONE:  # the client checks the others
        if not isinstance(profile.get(key, ""), str):
            raise UsageError(f"{where}: {key} must be text in quotes, got {profile[key]!r}")


def read_token(path: str) -> str:
    """Return the bearer token in a file.

    Raises:
        UsageError: the file is empty, or not UTF-8.
    """
    # Absolute: otherwise `-` would be standard input, which completion would wait for.
    token = read_file(expand(path)).strip()
    if not token:
        raise UsageError(f"the token file {path} is empty")
    return token


def expand(path: str) -> Path:
    """Expand `~` in a path, as a shell does.

    Raises:
        UsageError: it begins with `~name`, and there is no such user.
    """
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:
        raise UsageError(f"{path}: this machine has no such home directory") from None


def readable_by_others(paths: Iterable[Path]) -> Iterator[Path]:
    """Return the files that other users of this machine can read."""
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        if os.name == "posix" and stat.S_ISREG(mode) and mode & (stat.S_IRGRP | stat.S_IROTH):
            yield path
