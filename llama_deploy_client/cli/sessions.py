"""`sessions`: list, create and delete the sessions of a deployment."""

from __future__ import annotations

from typing import Annotated

import typer

from .completion import complete_session
from .invocation import Invocation
from .options import DeploymentName


def list_sessions(call: Invocation, deployment: DeploymentName = None) -> None:
    """List the sessions of a deployment."""
    from .output import show_rows

    with call.deployment(deployment) as target:
        sessions = target.sessions.list()
    show_rows(
        [session.model_dump(mode="json") for session in sessions],
        as_json=call.as_json,
        columns=["session_id"],
        nothing="There are no sessions.",
    )


def create(call: Invocation, deployment: DeploymentName = None) -> None:
    """Create a session, and print its id."""
    from .output import show_json, show_line

    with call.deployment(deployment) as target:
        session = target.sessions.create()
    if call.as_json:
        show_json(session.model_dump(mode="json"))
    else:
        show_line(session.session_id)


def delete(
    call: Invocation,
    session: Annotated[
        str, typer.Argument(metavar="ID", help="The session.", autocompletion=complete_session)
    ],
    deployment: DeploymentName = None,
) -> None:
    """Delete a session.

    For an unknown id, LlamaDeploy 0.9 fails (exit code 6), and earlier servers report success.
    """
    with call.deployment(deployment) as target:
        target.sessions.delete(session)
