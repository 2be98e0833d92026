"""Install, start and stop a real workflow server of llama-agents, for the tests and the demo.

    python -m scripts.workflow_server install
    python -m scripts.workflow_server run
    python -m scripts.workflow_server freeze     # re-make scripts/constraints/llama-agents-…

In a test::

    with WorkflowServer() as server:
        print(server.url)
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from scripts.processes import ServerError, ServerProcess, fetch
from scripts.releases import (
    SCRIPTS,
    WORKFLOW_SERVER,
    InstallError,
    freeze,
    install_package,
)


class WorkflowServer(ServerProcess):
    """A workflow server in a process of its own; a context manager.

    Attributes:
        version: for example "0.8.0".
        url: without a trailing slash; the same after a restart.
        database: the SQLite file in which handlers outlive the process; None keeps them in memory.
    """

    version = WORKFLOW_SERVER.version

    def __init__(self, *, heartbeat: float = 25.0, persistent: bool = False) -> None:
        """Prepare a server; nothing runs before `start`.

        Args:
            heartbeat: seconds without an event after which a stream gets a comment.
            persistent: keep handlers in a file, so that they outlive the process.
        """
        super().__init__(f"llama-agents {self.version}")
        self._heartbeat = heartbeat
        self.database: Path | None = None
        if persistent:
            self.database = Path(tempfile.mkdtemp(prefix="llama-agents-")) / "handlers.db"

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the server, and remove its database."""
        self.stop()
        if self.database is not None:
            shutil.rmtree(self.database.parent, ignore_errors=True)

    def _command(self) -> list[str]:
        python = install_package(WORKFLOW_SERVER)
        arguments = [str(self._port), str(self._heartbeat), str(self.database or "")]
        return [str(python), str(SCRIPTS / "serve_workflows.py"), *arguments]

    def _environment(self, folder: Path) -> dict[str, str]:
        return {"PYTHONDONTWRITEBYTECODE": "1"}

    def _is_healthy(self) -> bool:
        return fetch(f"{self.url}/health") is not None


def main() -> int:
    """Run the command line; the exit status is 1 if the server could not be installed or run."""
    parser = argparse.ArgumentParser(description="Install and run a workflow server.")
    parser.add_argument("command", choices=["install", "run", "freeze"])
    command = parser.parse_args().command
    try:
        if command == "freeze":
            print(freeze(WORKFLOW_SERVER))
        elif command == "install":
            print(f"llama-agents {WORKFLOW_SERVER.version}: {install_package(WORKFLOW_SERVER)}")
        else:
            with WorkflowServer() as server, suppress(KeyboardInterrupt):
                print(f"llama-agents {server.version} runs at {server.url}", flush=True)
                signal.pause()
    except (InstallError, ServerError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
