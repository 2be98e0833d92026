"""The command line, an extra: `pip install "llama_deploy_client[cli]"`."""

from __future__ import annotations

import sys

from .._pipes import run_command

PROGRAM = "llama-deploy-client"
_ERROR, _USAGE, _INTERRUPTED = 1, 2, 130
"""The codes of `exits.ExitCode`, which is imported too late for this module."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: what follows the program's name; None takes those of this process.

    Returns:
        The exit code: one of `exits.ExitCode`.
    """
    try:
        return run_command(lambda: _run(arguments))
    except KeyboardInterrupt:  # during the imports, which take a second
        return _INTERRUPTED
    except OSError as error:  # the last flush failed
        return _fail(f"standard output: {error.strerror}", _USAGE)


def _run(arguments: list[str] | None) -> int:
    if sys.stdout is None:
        return _fail("standard output is closed: `> /dev/null` discards the output", _USAGE)
    try:
        from .app import run_app

        return run_app(arguments)
    except ModuleNotFoundError as error:  # modules are imported where they are needed
        if (error.name or "").partition(".")[0] not in ("typer", "rich", "tqdm"):
            raise
        install = 'pip install "llama_deploy_client[cli]"'
        return _fail(f"the command line is an extra. Install it: {install}", _ERROR)


def _fail(message: str, code: int) -> int:
    print(f"error: {message}", file=sys.stderr)
    return code
