"""The options that commands share. It does not import the client, so completion is fast."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer
from attrs import asdict, frozen

from . import PROGRAM
from .completion import (
    complete_deployment,
    complete_profile,
    complete_service,
    complete_session,
    complete_task,
)
from .settings import Flags, without_userinfo

_PANEL = "Connection and output"


@frozen
class Options(Flags):
    """The options that every command has, before or after its name."""

    profile: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Use the settings of this profile; `profiles list` lists all.",
            autocompletion=complete_profile,
            rich_help_panel=_PANEL,
        ),
    ] = None
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            metavar="URL",
            help="The API server. Default: http://localhost:4501",
            rich_help_panel=_PANEL,
        ),
    ] = None
    control_plane_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="The control plane of LlamaDeploy 0.6 to 0.8. Default: http://localhost:8000",
            rich_help_panel=_PANEL,
        ),
    ] = None
    token_file: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="A file that holds the bearer token.", rich_help_panel=_PANEL
        ),
    ] = None
    ca_bundle: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="The PEM file of a private certificate authority.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    insecure: Annotated[
        bool,
        typer.Option(
            "--insecure",
            help="Accept any TLS certificate.",
            rich_help_panel=_PANEL,
        ),
    ] = False
    timeout: Annotated[
        str | None,
        typer.Option(
            metavar="SECS",
            help="Seconds per call, or between events. Default: 120; 'none': no limit",
            rich_help_panel=_PANEL,
        ),
    ] = None
    json: Annotated[
        bool,
        typer.Option("--json", help="Print JSON.", rich_help_panel=_PANEL),
    ] = False
    debug: Annotated[
        bool,
        typer.Option(
            "--debug",
            help="Show requests and tracebacks on stderr.",
            rich_help_panel=_PANEL,
        ),
    ] = False

    def over(self, others: Options) -> Options:
        """Return these options, and those of `others` that are not set here."""
        mine = {name: value for name, value in asdict(self).items() if value not in (None, False)}
        return Options(**{**asdict(others), **mine})

    def command(self, *words: str) -> str:
        """Return a command line to paste into a shell, with the connection options of this call."""
        line = [PROGRAM, *words]
        for name in ("profile", "url", "control_plane_url", "token_file", "ca_bundle"):
            if (value := getattr(self, name)) is not None:
                shown = without_userinfo(value) if name.endswith("url") else value
                line += [f"--{name.replace('_', '-')}", shown]
        return shlex.join([*line, "--insecure"] if self.insecure else line)


DeploymentName = Annotated[
    str | None,
    typer.Option(
        "--deployment",
        "-d",
        metavar="NAME",
        help="The deployment. Default: the only one",
        autocompletion=complete_deployment,
    ),
]
ServiceName = Annotated[
    str | None,
    typer.Option(
        "--service",
        "-S",
        metavar="NAME",
        help="The service. Default: the deployment's default service",
        autocompletion=complete_service,
    ),
]
TaskSession = Annotated[
    str | None,
    typer.Option(
        "--session",
        "-s",
        metavar="ID",
        help="The task's session. Default: what the server reports (0.6 to 0.8)",
        autocompletion=complete_session,
    ),
]
TaskId = Annotated[
    str,
    typer.Argument(metavar="TASK", help="The task's id.", autocompletion=complete_task),
]
