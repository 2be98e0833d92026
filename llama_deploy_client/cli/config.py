"""`config` and `profiles`: show settings, and their sources."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from .completion import complete_profile
from .invocation import Invocation
from .profiles import (
    DEFAULT_PROFILE,
    HIDDEN,
    KEYS,
    profile_file,
    read_profile,
    read_profiles,
)
from .settings import API_SERVER, CONTROL_PLANE, without_userinfo

_HIDDEN = "(hidden)"
_URLS = (API_SERVER, CONTROL_PLANE, "proxy")

ProfileName = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME",
        help=f"The profile. Default: {DEFAULT_PROFILE}",
        autocompletion=complete_profile,
        show_default=False,
    ),
]


def config(call: Invocation) -> None:
    """Show the settings that commands use with these options, and the source of each.

    Credentials are not shown. A credential is marked if it is not sent to the API server: its
    source does not give the server's URL.
    """
    from ..sync import SyncClient
    from .output import show_rows
    from .settings import make_client

    settings = call.settings
    with make_client(SyncClient, settings) as client:
        values = {key: getattr(client.settings, key, None) for key in KEYS - {"token_file"}}
    values["deployment"] = settings.get("deployment")
    unsent = {key for key, _ in settings.withheld(API_SERVER)}
    rows = [_profile_row(call)]
    for key, value in sorted(values.items()):
        shown = f"{_HIDDEN} not sent: other URL" if key in unsent else _shown(key, value)
        rows.append({"setting": key, "value": shown, "source": _origin(call, key)})
    show_rows(
        rows, as_json=call.as_json, columns=["setting", "value", "source"], nothing="No settings."
    )


def _profile_row(call: Invocation) -> dict[str, Any]:
    """Return the row of the profile in use, if any."""
    variable = os.environ.get("LLAMA_DEPLOY_PROFILE")
    name = call.options.profile or variable
    source = "--profile" if call.options.profile else "LLAMA_DEPLOY_PROFILE"
    if not name:
        name, source = DEFAULT_PROFILE if DEFAULT_PROFILE in read_profiles() else None, "default"
    return {"setting": "profile", "value": name, "source": f"{source} ({profile_file()})"}


def _origin(call: Invocation, key: str) -> str:
    return "default" if call.settings.source(key) is None else call.settings.origin(key)


def list_profiles(call: Invocation) -> None:
    """List the profiles, with the API server of each, and the file that holds them."""
    from .output import note_on_terminal, show_rows

    rows = [
        {
            "profile": name,
            "api_server_url": _shown(API_SERVER, profile.get(API_SERVER)),
            "deployment": profile.get("deployment"),
        }
        for name, profile in read_profiles().items()
    ]
    show_rows(
        rows,
        as_json=call.as_json,
        columns=["profile", "api_server_url", "deployment"],
        nothing="There are no profiles.",
    )
    note_on_terminal(f"Profiles are tables in {profile_file()}")


def show_profile(call: Invocation, name: ProfileName = None) -> None:
    """Show the settings of a profile. Credentials are not shown."""
    from .output import show_facts, show_json

    name = name or call.options.profile or DEFAULT_PROFILE
    profile = read_profile(name)
    shown = {key: _shown(key, value) for key, value in profile.items()}
    if call.as_json:
        show_json(shown)
    else:
        show_facts(shown)


def _shown(key: str, value: Any) -> Any:
    """Return a setting's value without credentials."""
    if value is None or value == {}:
        return None
    if key == "headers" and isinstance(value, Mapping):
        return dict.fromkeys(value, _HIDDEN)
    if key in HIDDEN:
        return _HIDDEN
    if key in _URLS:
        return without_userinfo(str(value))
    return value if isinstance(value, bool | int | float) else str(value)
