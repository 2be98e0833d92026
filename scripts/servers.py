#!/usr/bin/env python3
"""Install, start and stop real LlamaDeploy servers, for the tests and the demo.

    python -m scripts.servers install [VERSION ...]    # all versions unless some are named
    python -m scripts.servers run [VERSION]            # start one with every example workflow
    python -m scripts.servers try VERSION ...          # use this client on any release, 0.6.0 say
    python -m scripts.servers freeze VERSION           # re-make a file in scripts/constraints/

In a test::

    with Server("0.8.1") as server:
        file = server.deploy("demo")
        print(server.url, file.control_plane_url)

Needs nothing but Python and pip. Servers listen on loopback only, and a running one never reaches
for the internet; `install` and `freeze` do, through pip.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from scripts.deployment_files import (
    SOURCE_FOLDER,
    WORKFLOWS,
    DeploymentFile,
    deployment_file,
    queue_file,
)
from scripts.processes import LOOPBACK, ServerError, ServerProcess, fetch, free_port, tail
from scripts.releases import (
    NEWEST,
    SCRIPTS,
    VERSIONS,
    InstallError,
    find_release,
    freeze,
    install,
    package_of,
)

__all__ = [
    "LOOPBACK",
    "NEWEST",
    "VERSIONS",
    "DeploymentFile",
    "InstallError",
    "Server",
    "ServerError",
    "find_release",
    "free_port",
    "install",
]

WORKFLOW_SOURCE = SCRIPTS / "workflows"
# How many deployment files one server can have where each needs a message queue (0.6 to 0.8).
QUEUES = 24


class Server(ServerProcess):
    """A LlamaDeploy API server in a process of its own; a context manager.

    Attributes:
        version: for example "0.8.1".
        generation: for example "0.8".
        has_control_plane: whether deployments have a control plane (0.6 to 0.8).
        url: of the API server, without a trailing slash.
    """

    def __init__(self, version: str = NEWEST) -> None:
        """Prepare a server; nothing runs before `start`.

        Args:
            version: a version in `VERSIONS`, or its generation ("0.8").

        Raises:
            ValueError: no such version is supported.
        """
        self._release = find_release(version)
        self.version = self._release.version
        self.generation = self._release.generation
        self.has_control_plane = self._release.has_control_plane
        super().__init__(f"LlamaDeploy {self.version}")
        self._metrics_port = free_port()
        queues = QUEUES if self.has_control_plane else 0
        self._queue_ports = [free_port() for _ in range(queues)]
        self._deployment_ports: dict[str, tuple[int, int]] = {}

    def deployment(self, name: str, workflows: Sequence[str] = WORKFLOWS) -> DeploymentFile:
        """A deployment file for this server. Nothing is sent.

        Each file names ports that were just free. A name keeps its control plane's port, so that a
        file made again reloads the deployment where it is.

        Args:
            name: the deployment's name.
            workflows: its services, of `WORKFLOWS`. The default service is `echo` if it is among
                them, else the first.

        Raises:
            RuntimeError: the server's message queues are used up (0.6 to 0.8).
        """
        ports = self._ports_of(name) if self.has_control_plane else None
        return deployment_file(self._release, name, workflows, ports)

    def deploy(
        self,
        name: str,
        workflows: Sequence[str] = WORKFLOWS,
        *,
        reload: bool = False,
        timeout: float = 120.0,
    ) -> DeploymentFile:
        """Send a deployment file to the server and wait until its services respond.

        Args:
            name: the deployment's name.
            workflows: its services, of `WORKFLOWS`.
            reload: replace the deployment of that name.
            timeout: seconds for the services to respond.

        Raises:
            ServerError: the server refused the file, or the services did not respond in time.
        """
        file = self.deployment(name, workflows)
        url = f"{self.url}/deployments/create?reload={str(reload).lower()}"
        if fetch(url, upload=file.text) is None:
            raise ServerError(f"{url} refused deployment {name!r}:\n{file.text}\n{tail(self.log)}")
        self.wait_until_deployed(file, timeout)
        return file

    def wait_until_deployed(self, file: DeploymentFile, timeout: float = 120.0) -> None:
        """Wait until every service of a deployment responds.

        Needed after a client created a deployment: servers before 0.9 respond before its services
        run, and a task that they get too early never ends.

        Raises:
            ServerError: not so within `timeout` seconds, or the server ended.
        """

        def deployed() -> bool:
            if file.control_plane_url is None:
                return fetch(f"{self.url}/deployments/{file.name}") is not None
            known = fetch(f"{file.control_plane_url}/services") or {}
            return all(
                known.get(service, {}).get("port") == port and fetch(f"http://{LOOPBACK}:{port}/")
                for service, port in zip(file.services, file.service_ports, strict=True)
            )

        self._wait(deployed, timeout, f"to run deployment {file.name!r}")

    def _ports_of(self, name: str) -> tuple[int, int]:
        """The ports of a deployment's control plane and message queue."""
        if name not in self._deployment_ports:
            used = len(self._deployment_ports)
            if used == QUEUES:
                raise RuntimeError(f"a server has message queues for {QUEUES} deployment names")
            self._deployment_ports[name] = (free_port(), self._queue_ports[used])
        return self._deployment_ports[name]

    def _command(self) -> list[str]:
        python = install(self.version)
        return [str(python), str(SCRIPTS / "serve.py"), *map(str, self._queue_ports)]

    def _fill(self, folder: Path) -> None:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(WORKFLOW_SOURCE, folder / SOURCE_FOLDER, ignore=ignored)
        (folder / "certificates").mkdir()
        (folder / "startup").mkdir()
        if self.has_control_plane:
            (folder / "startup" / "queue.yaml").write_text(queue_file())

    def _environment(self, folder: Path) -> dict[str, str]:
        return {
            "TMPDIR": str(folder),
            # A server loads every certificate authority again for each message it sends, to plain
            # HTTP addresses; an empty folder of them makes it two to three times as fast.
            "SSL_CERT_DIR": str(folder / "certificates"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONSAFEPATH": "1",
            "LLAMA_DEPLOY_APISERVER_HOST": LOOPBACK,
            "LLAMA_DEPLOY_APISERVER_PORT": str(self._port),
            "LLAMA_DEPLOY_APISERVER_PROMETHEUS_PORT": str(self._metrics_port),
            "LLAMA_DEPLOY_APISERVER_RC_PATH": str(folder / "startup"),
        }

    def _is_healthy(self) -> bool:
        """Whether this server responds, and not another one that took its port."""
        listens = f"Uvicorn running on {self.url} " in self.log
        return listens and fetch(f"{self.url}/status/") is not None


# --- Command line ---------------------------------------------------------------------------------


def _install_all(versions: list[str]) -> None:
    def install_one(version: str) -> None:
        print(f"LlamaDeploy {version}: {install(version)}", flush=True)

    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(install_one, versions))


def _run_server(version: str) -> None:
    with Server(version) as server:
        file = server.deploy("demo")
        print(f"LlamaDeploy {server.version} runs deployment {file.name!r}.")
        print(f"API server:    {server.url}")
        print(f"Control plane: {file.control_plane_url or 'none'}")
        print(f"Services:      {', '.join(file.services)}")
        print("Press Ctrl-C to stop.", flush=True)
        with suppress(KeyboardInterrupt):
            signal.pause()


def _try(version: str) -> None:
    from llama_deploy_client import SyncClient, TaskDefinition  # which the servers do without

    install(version)
    with Server(version) as server:
        file = server.deploy("demo")
        client = SyncClient(api_server_url=server.url, timeout=30)
        if file.control_plane_url:
            client.control_plane_url = file.control_plane_url
        tasks = client.apiserver.deployments.get(file.name).tasks
        results = [client.apiserver.generation(), client.apiserver.status().status.value]
        results.append(tasks.run(TaskDefinition.of("echo", message="hello")))
        task = tasks.create(TaskDefinition.of("progress", steps=2))
        results.append(f"{len(list(task.events()))} events, {task.wait().result!r}")
        if file.control_plane_url:
            session = client.core.sessions.create()
            results.append(f"core: {session.run('echo', message='hello')!r}")
        print(f"LlamaDeploy {version}: {', '.join(map(str, results))}", flush=True)


def main() -> int:
    """Run the command line; the exit status is 1 if a server could not be installed or started."""
    parser = argparse.ArgumentParser(description="Install and run real LlamaDeploy servers.")
    commands = parser.add_subparsers(dest="command", required=True)
    parsers = {
        "install": commands.add_parser("install", help="install servers, two at a time"),
        "run": commands.add_parser("run", help="start a server with the example workflows"),
        "try": commands.add_parser("try", help="use this client on releases, also untested ones"),
        "freeze": commands.add_parser("freeze", help="re-make the constraint file of a version"),
    }
    parsers["try"].add_argument("versions", nargs="+")
    parsers["install"].add_argument("versions", nargs="*", default=list(VERSIONS))
    parsers["run"].add_argument("version", nargs="?", default=NEWEST)
    parsers["freeze"].add_argument("version")
    options = parser.parse_args()
    try:
        if options.command == "install":
            _install_all(options.versions)
        elif options.command == "run":
            _run_server(options.version)
        elif options.command == "try":
            for version in options.versions:
                _try(version)
        else:
            print(freeze(package_of(options.version)))
    except (InstallError, ServerError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
