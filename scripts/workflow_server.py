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
import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from scripts.processes import LOOPBACK, end_group, free_port, has_ended
from scripts.releases import (
    SCRIPTS,
    WORKFLOW_SERVER,
    InstallError,
    freeze_package,
    install_package,
    tail,
)

_INHERITED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL")
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class WorkflowServerError(RuntimeError):
    """The server did not start; the message ends with its log."""


class WorkflowServer:
    """A workflow server in a process of its own; a context manager.

    It ends at the latest with this process.

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
        self.url = f"http://{LOOPBACK}:{(port := free_port())}"
        self._port = port
        self._heartbeat = heartbeat
        self._folder = Path(tempfile.mkdtemp(prefix="llama-agents-"))
        self.database = self._folder / "handlers.db" if persistent else None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> WorkflowServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def log(self) -> str:
        """What the server has written so far."""
        file = self._folder / "server.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def start(self, timeout: float = 60.0) -> None:
        """Install the server if need be, start it, and wait until it is healthy.

        Raises:
            InstallError: it could not be installed.
            WorkflowServerError: it ended or was not healthy in time.
        """
        python = install_package(WORKFLOW_SERVER)
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        arguments = [str(self._port), str(self._heartbeat), str(self.database or "")]
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(python), str(SCRIPTS / "serve_workflows.py"), *arguments],
                cwd=self._folder,
                env=inherited | {"HOME": str(self._folder), "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        atexit.register(self.stop)
        deadline = time.monotonic() + timeout
        while not self._is_healthy():
            if has_ended(self._process) or time.monotonic() > deadline:
                self.stop()
                raise WorkflowServerError(f"the server did not start:\n{tail(self.log)}")
            time.sleep(0.05)

    def close(self) -> None:
        """End the server, and remove its log and its database."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """End the server; does nothing if it does not run."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server at once, as a crash would."""
        self._end(signal.SIGKILL)

    def _end(self, kind: signal.Signals) -> None:
        atexit.unregister(self.stop)
        process, self._process = self._process, None
        if process is None:
            return
        if kind is signal.SIGKILL:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, kind)
        end_group(process)

    def _is_healthy(self) -> bool:
        try:
            with _direct.open(f"{self.url}/health", timeout=5) as response:
                return bool(response.status == 200)
        except OSError:
            return False


def main() -> int:
    """Run the command line; the exit status is 1 if the server could not be installed or run."""
    parser = argparse.ArgumentParser(description="Install and run a workflow server.")
    parser.add_argument("command", choices=["install", "run", "freeze"])
    command = parser.parse_args().command
    try:
        if command == "freeze":
            print(freeze_package(WORKFLOW_SERVER))
        elif command == "install":
            print(f"llama-agents {WORKFLOW_SERVER.version}: {install_package(WORKFLOW_SERVER)}")
        else:
            with WorkflowServer() as server, suppress(KeyboardInterrupt):
                print(f"llama-agents {server.version} runs at {server.url}", flush=True)
                signal.pause()
    except (InstallError, WorkflowServerError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
