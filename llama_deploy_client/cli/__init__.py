"""The command line, an extra: `pip install "llama_deploy_client[cli]"`."""

from __future__ import annotations

import sys

PROGRAM = "llama-deploy-client"
_INTERRUPTED = 130
"""`ExitCode.INTERRUPTED`, which is not imported yet where it is needed here."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: what follows the program's name; None takes those of this process.

    Returns:
        The exit code: one of `exits.ExitCode`.
    """
    try:
        return _run(arguments)
    except KeyboardInterrupt:  # in the second that it takes to import everything
        return _INTERRUPTED


def _run(arguments: list[str] | None) -> int:
    try:
        from .app import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("typer", "rich"):
            raise
        install = 'pip install "llama_deploy_client[cli]"'
        print(f"error: the command line is an extra. Install it: {install}", file=sys.stderr)
        return 1
    return run(arguments)
