"""`deployments`: what the API server serves."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Annotated

import typer

from ..errors import ServerError
from .arguments import read_file
from .command import Invocation
from .output import show_json, show_line, show_rows, waiting

ConfigFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="The deployment file; '-' reads it from the standard input.",
        dir_okay=False,
    ),
]
BasePath = Annotated[
    str,
    typer.Option(
        metavar="FOLDER",
        help="On the server, where relative paths in the file start (0.8 on).",
    ),
]
Local = Annotated[
    bool, typer.Option("--local", help="Take sources where they are, without a copy (0.8 on).")
]

_TAKEN = (
    "If there is a deployment of this name, `deployments reload` makes it anew. Any other reason "
    "is in the log of the API server."
)


def list_deployments(call: Invocation) -> None:
    """List the names of all deployments."""
    with call.client() as client:
        names = [deployment.id for deployment in client.apiserver.deployments.list()]
    show_rows(
        [{"name": name} for name in names],
        as_json=call.as_json,
        columns=["name"],
        nothing="There are no deployments.",
    )


def create(
    call: Invocation, file: ConfigFile, base_path: BasePath = ".", local: Local = False
) -> None:
    """Make a deployment from a deployment file, and print its name."""
    _deploy(call, file, base_path, local, reload=False)


def reload(
    call: Invocation, file: ConfigFile, base_path: BasePath = ".", local: Local = False
) -> None:
    """Make a deployment anew, in place of the one of its name, and print its name."""
    _deploy(call, file, base_path, local, reload=True)


def _deploy(call: Invocation, file: Path, base_path: str, local: bool, *, reload: bool) -> None:
    text = read_file(file)
    with call.client() as client, waiting("Deploying, the server installs what the file asks for"):
        try:
            made = client.apiserver.deployments.create(
                io.StringIO(text), reload, base_path=base_path, local=local
            )
        except ServerError as error:
            if reload:
                raise
            raise ServerError(error.response, hint=_TAKEN) from None
    if call.as_json:
        show_json({"name": made.id})
    else:
        show_line(made.id)
