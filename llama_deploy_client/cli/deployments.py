"""`deployments`: list, create and replace them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from .arguments import name_of, read_file
from .exits import NothingThereError, UsageError
from .invocation import Invocation, leaving_open

if TYPE_CHECKING:
    from .._deployment_file import CheckedFile
    from ..errors import ServerError
    from ..sync import SyncClient

_FAILED = 500

ConfigFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="The deployment file; '-' reads standard input.",
        dir_okay=False,
    ),
]
BasePath = Annotated[
    str | None,
    typer.Option(
        metavar="FOLDER",
        help="The folder on the server for relative paths in FILE (0.8 and 0.9). Default: the "
        "folder of FILE or the current one, if it has the sources and the server is on this "
        "machine; otherwise, the server's own working folder.",
    ),
]
Local = Annotated[
    bool,
    typer.Option(
        "--local",
        help="Use sources in place, without copying them (0.8 and 0.9).",
    ),
]


def list_deployments(call: Invocation) -> None:
    """List the names of all deployments."""
    from .output import show_rows

    with call.client() as client:
        names = [deployment.id for deployment in client.apiserver.deployments.list()]
    show_rows(
        [{"name": name} for name in names],
        as_json=call.as_json,
        columns=["name"],
        nothing="There are no deployments.",
    )


def create(
    call: Invocation, file: ConfigFile, base_path: BasePath = None, local: Local = False
) -> None:
    """Create a deployment from a deployment file, and print its name.

    The file is checked first; an invalid one is not sent.
    """
    _deploy(call, file, base_path, local, reload=False)


def reload(
    call: Invocation, file: ConfigFile, base_path: BasePath = None, local: Local = False
) -> None:
    """Replace the deployment of the same name, and print the name.

    The file is checked first; an invalid one is not sent.
    """
    _deploy(call, file, base_path, local, reload=True)


def _deploy(
    call: Invocation, file: Path, base_path: str | None, local: bool, *, reload: bool
) -> None:
    from .._deployment_file import check
    from ..errors import ServerError
    from .output import show_json, show_line, waiting

    checked = check(read_file(file), name_of(file))
    with call.client() as client, waiting("Deploying: the server installs dependencies"):
        checked_name = _check_name(client, checked.name, reload=reload)
        folder = base_path or _folder(file, checked, client.api_server_url)
        listing = call.options.command("deployments", "list")
        try:
            with leaving_open(
                f"The server may still be deploying. To list its deployments: {listing}"
            ):
                created = client.apiserver.deployments.create(
                    checked.content, reload, base_path=folder, local=local
                )
        except ServerError as error:
            if error.status_code != _FAILED:  # a gateway's
                raise
            if checked_name:
                raise _not_the_name(error, checked, folder, reload=reload) from error
            error.add_note(_likely(checked, folder))
            raise
    if call.as_json:
        show_json({"name": created.id})
    else:
        show_line(created.id)


def _folder(file: Path, checked: CheckedFile, url: str) -> str:
    """Return the base path: a folder of this machine, if the server runs here; else None."""
    from .._causes import is_this_machine

    if is_this_machine(urlsplit(url).hostname or ""):
        for folder in ([] if str(file) == "-" else [file.resolve().parent]) + [Path.cwd()]:
            if checked.found_in(folder):
                return str(folder)
    return "."


def _check_name(client: SyncClient, name: str, *, reload: bool) -> bool:
    """Check the name and the number of deployments: servers give no reason for a failure.

    It must run first: servers keep the name of a deployment that failed.

    Returns:
        Whether the server reports its deployments, so that the check could be made.
    """
    try:
        status = client.apiserver.status()
    except Exception:  # the next call fails the same way, and reports it
        return False
    names = status.deployments
    if names is None:
        return False
    if reload and name not in names:
        raise NothingThereError(f"there is no deployment {name!r}: `deployments create` creates it")
    if not reload and name in names:
        raise UsageError(f"deployment {name!r} exists already: `deployments reload` replaces it")
    if not reload and len(names) == status.max_deployments:
        raise UsageError(f"the server has {len(names)} deployments, its maximum")
    return True


def _not_the_name(
    error: ServerError, checked: CheckedFile, folder: str, *, reload: bool
) -> ServerError:
    """Return the error without the cause that the name check has excluded."""
    causes = (
        "a source or an import path in the file does not exist, or a package cannot be installed"
    )
    if b"control-plane" not in checked.content:
        causes += ", or the server is a 0.6 to 0.8, which need a section control-plane in the file"
    had = "the server had a deployment of this name" if reload else "no deployment had it"
    failure = type(error)(
        error.response, cause=causes, hint="The reason is in the log of the API server"
    )
    failure.add_note(f"The name is not the cause: {had} before this command.")
    failure.add_note(_likely(checked, folder))
    return failure


def _likely(checked: CheckedFile, folder: str) -> str:
    where = "the server's own working folder" if folder == "." else folder
    paths = ", ".join(checked.paths)
    return f"Does the server have {paths} in {where} (--base-path)?" if paths else ""
