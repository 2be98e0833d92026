#!/usr/bin/env python3
"""Install, start and stop real LlamaDeploy servers, for the tests and the demo.

    python scripts/servers.py install [VERSION ...]    # all versions unless some are named
    python scripts/servers.py run [VERSION]            # start one with every example workflow
    python scripts/servers.py freeze VERSION           # re-make a file in scripts/constraints/

In a test::

    with Server("0.8.1") as server:
        file = server.deploy("demo")
        print(server.url, file.control_plane_url)

Needs nothing but Python and pip. Servers listen on loopback only, and a running one never reaches
for the internet; `install` and `freeze` do, through pip.
"""

from __future__ import annotations

import argparse
import asyncio
import atexit
import fcntl
import hashlib
import json
import os
import random
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from types import TracebackType
from typing import Any

SCRIPTS = Path(__file__).resolve().parent
CONSTRAINTS = SCRIPTS / "constraints"
WORKFLOW_SOURCE = SCRIPTS / "workflows"
SERVERS = SCRIPTS.parent / ".servers"

LOOPBACK = "127.0.0.1"
WORKFLOWS = ("echo", "progress", "human", "failing", "slow", "structured")
DEFAULT_WORKFLOW = "echo"
WORKFLOW_MODULE = "example_workflows"


@dataclass(frozen=True)
class Release:
    """One supported version of LlamaDeploy and what sets its servers apart."""

    version: str
    has_control_plane: bool
    keeps_source_folder: bool
    """Whether a service's path starts with its source folder (`source/module:name`)."""

    @property
    def generation(self) -> str:
        """The first two parts of the version: "0.6" to "0.9"."""
        return self.version.rpartition(".")[0]


VERSIONS = {
    release.version: release
    for release in (
        Release("0.6.1", has_control_plane=True, keeps_source_folder=False),
        Release("0.7.2", has_control_plane=True, keeps_source_folder=False),
        Release("0.8.1", has_control_plane=True, keeps_source_folder=True),
        Release("0.9.2", has_control_plane=False, keeps_source_folder=True),
    )
}
NEWEST = "0.9.2"


def find_release(version: str) -> Release:
    """The release called `version`, which may also be a generation ("0.8").

    Raises:
        ValueError: no such version is supported.
    """
    for release in VERSIONS.values():
        if version in (release.version, release.generation):
            return release
    raise ValueError(f"LlamaDeploy {version} is not supported; supported: {', '.join(VERSIONS)}")


# --- Installing -----------------------------------------------------------------------------------


class InstallError(RuntimeError):
    """A server could not be installed; the message ends with what pip said."""


def install(version: str) -> Path:
    """Install one version into `.servers/<version>/`, unless it is there already.

    An interrupted installation, one for other constraints or another Python is done anew. Several
    processes may ask at once: one installs, the others wait for it.

    Returns:
        The Python interpreter of the installed server.

    Raises:
        InstallError: creating the environment or `pip install` failed.
        ValueError: no such version is supported.
    """
    release = find_release(version)
    constraints = _constraints_file(release.version)
    environment = SERVERS / release.version
    python = environment / "bin" / "python"
    marker = environment / ".installed"
    wanted = _fingerprint(constraints)
    with _lock(SERVERS / f"{release.version}.lock"):
        if python.exists() and marker.exists() and marker.read_text() == wanted:
            return python
        _create_environment(environment)
        _pip_install(python, f"llama-deploy=={release.version}", "-c", str(constraints))
        marker.write_text(wanted)
    return python


def freeze(version: str) -> Path:
    """Write the constraint file of one version anew, with what pip would choose today.

    Raises:
        InstallError: creating the environment or `pip install` failed.
        ValueError: no such version is supported.
    """
    release = find_release(version)
    constraints = _constraints_file(release.version)
    with tempfile.TemporaryDirectory(prefix="llama-deploy-freeze-") as folder:
        environment = Path(folder) / "environment"
        python = environment / "bin" / "python"
        _create_environment(environment)
        _pip_install(python, f"llama-deploy=={release.version}")
        frozen = _run([str(python), "-m", "pip", "freeze", "--local"]).splitlines()
    header = (
        f"# What LlamaDeploy {release.version} is tested with; re-made by "
        f"`python scripts/servers.py freeze {release.version}`."
    )
    pins = [line for line in frozen if "==" in line]
    constraints.write_text("\n".join([header, *pins]) + "\n")
    return constraints


def _constraints_file(version: str) -> Path:
    return CONSTRAINTS / f"llama-deploy-{version}.txt"


def _fingerprint(constraints: Path) -> str:
    """What an installation depends on: the pins, and the interpreter it was made with."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"python {python} sha256 {hashlib.sha256(constraints.read_bytes()).hexdigest()}\n"


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold a lock between processes; the system frees it if this one dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _create_environment(environment: Path) -> None:
    if environment.exists():
        shutil.rmtree(environment)
    _run([sys.executable, "-m", "venv", str(environment)])


def _pip_install(python: Path, *arguments: str) -> None:
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    _run([*pip, "install", "--quiet", *arguments])


def _run(command: list[str]) -> str:
    """The command's standard output; its last lines, errors included, go into the error."""
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        said = _tail(result.stdout + result.stderr)
        raise InstallError(f"{' '.join(command)} ended with {result.returncode}:\n{said}")
    return result.stdout


def _tail(text: str, lines: int = 40) -> str:
    return "\n".join(text.splitlines()[-lines:])


# --- Ports ----------------------------------------------------------------------------------------

_used_ports: set[int] = set()
_ports_lock = threading.Lock()


def free_port() -> int:
    """A free loopback port that this process was not given before.

    Ports come from below the ranges that systems use for outgoing connections (32768 and up on
    Linux, 49152 and up on macOS), so that no client takes one before its server binds it; and at
    random, so that test runs side by side seldom choose the same one.

    Raises:
        RuntimeError: no free port was found.
    """
    with _ports_lock:
        for _ in range(1000):
            port = random.randrange(15000, 32000)
            if port not in _used_ports and _can_bind(port):
                _used_ports.add(port)
                return port
    raise RuntimeError("found no free port on the loopback address")


def _can_bind(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


# --- A server -------------------------------------------------------------------------------------

# How many deployment files one server can make where each needs a message queue (0.6 to 0.8).
QUEUES = 24
SOURCE_FOLDER = "source"
LOG_FILE = "server.log"
QUEUE_PORTS_VARIABLE = "EXAMPLE_SERVER_QUEUE_PORTS"
# The caller's variables that a server may see; never LLAMA_DEPLOY_*, proxies or PYTHONPATH.
_INHERITED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL")


class ServerError(RuntimeError):
    """A server or a deployment did not start; the message ends with the server's log."""


@dataclass(frozen=True)
class DeploymentFile:
    """A deployment file for one server, and where its parts will listen once it is deployed."""

    name: str
    text: str
    """YAML, as `POST /deployments/create` takes it."""
    services: tuple[str, ...]
    service_ports: tuple[int, ...]
    """In the order of `services`; empty for servers without a control plane (0.9)."""
    control_plane_url: str | None
    """None for servers without a control plane (0.9)."""


class Server:
    """A LlamaDeploy API server in a process of its own; a context manager.

    Its log, its temporary files and its copy of the workflows live in a temporary directory, which
    `stop` removes. The server ends at the latest with this process, even if that is killed; then
    only the directory stays behind.

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
        self._port = free_port()
        self._metrics_port = free_port()
        queues = QUEUES if self.has_control_plane else 0
        self._queue_ports = [free_port() for _ in range(queues)]
        self.url = f"http://{LOOPBACK}:{self._port}"
        self._deployment_ports: dict[str, tuple[int, int]] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def log(self) -> str:
        """What the server has written so far; empty unless it runs."""
        if self._folder is None:
            return ""
        return (self._folder / LOG_FILE).read_text(errors="replace")

    def start(self, timeout: float = 60.0) -> None:
        """Install the server if need be, start it, and wait until it is healthy.

        Args:
            timeout: seconds from the start of the process; installing may take longer.

        Raises:
            InstallError: it could not be installed.
            ServerError: it ended or was not healthy in time.
            RuntimeError: it runs already.
        """
        if self._process is not None:
            raise RuntimeError(f"the server at {self.url} runs already")
        python = install(self.version)
        self._folder = self._make_folder()
        with (self._folder / LOG_FILE).open("wb") as log:
            self._process = subprocess.Popen(
                [str(python), str(Path(__file__).resolve()), _SERVE_COMMAND],
                cwd=self._folder,
                env=self._environment(self._folder),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        atexit.register(self.stop)
        try:
            self._wait(self._is_healthy, timeout, "to be healthy")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server and every process it started; does nothing if it does not run."""
        atexit.unregister(self.stop)
        process, self._process = self._process, None
        folder, self._folder = self._folder, None
        if process is not None:
            _stop_group(process)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def restart(self) -> None:
        """Stop and start at the same URL; its deployments, sessions and tasks are gone then."""
        self.stop()
        self.start()

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
        default = DEFAULT_WORKFLOW if DEFAULT_WORKFLOW in workflows else workflows[0]
        content: dict[str, Any] = {"name": name, "default-service": default}
        url = None
        ports: tuple[int, ...] = ()
        if self.has_control_plane:
            control_plane, queue = self._ports_of(name)
            url = f"http://{LOOPBACK}:{control_plane}"
            content["control-plane"] = {"host": LOOPBACK, "port": control_plane}
            content["message-queue"] = {"type": "simple", "host": LOOPBACK, "port": queue}
            ports = tuple(free_port() for _ in workflows)
        content["services"] = {
            workflow: self._service(workflow, port)
            for workflow, port in zip_longest(workflows, ports)
        }
        return DeploymentFile(name, _yaml(content), tuple(workflows), ports, url)

    def deploy(
        self,
        name: str,
        workflows: Sequence[str] = WORKFLOWS,
        *,
        reload: bool = False,
        timeout: float = 60.0,
    ) -> DeploymentFile:
        """Send a deployment file to the server and wait until its services answer.

        Args:
            name: the deployment's name.
            workflows: its services, of `WORKFLOWS`.
            reload: replace the deployment of that name.
            timeout: seconds for the services to answer.

        Raises:
            ServerError: the server refused the file, or the services did not answer in time.
        """
        file = self.deployment(name, workflows)
        url = f"{self.url}/deployments/create?reload={str(reload).lower()}"
        if _fetch(url, upload=file.text) is None:
            raise ServerError(f"{url} refused deployment {name!r}:\n{file.text}\n{_tail(self.log)}")
        self.wait_until_deployed(file, timeout)
        return file

    def wait_until_deployed(self, file: DeploymentFile, timeout: float = 60.0) -> None:
        """Wait until every service of a deployment answers.

        Needed after a client made a deployment: servers before 0.9 answer before its services run,
        and a task that they get too early never ends.

        Raises:
            ServerError: not so within `timeout` seconds, or the server ended.
        """

        def deployed() -> bool:
            if file.control_plane_url is None:
                return _fetch(f"{self.url}/deployments/{file.name}") is not None
            known = _fetch(f"{file.control_plane_url}/services") or {}
            return all(
                known.get(service, {}).get("port") == port and _fetch(f"http://{LOOPBACK}:{port}/")
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

    def _service(self, workflow: str, port: int | None) -> dict[str, Any]:
        """A service's entry; its source lies in the server's working directory."""
        path = f"{WORKFLOW_MODULE}:{workflow}"
        if self._release.keeps_source_folder:
            path = f"{SOURCE_FOLDER}/{path}"
        if port is None:
            source = {"type": "local", "location": SOURCE_FOLDER}
            return {"name": workflow, "source": source, "import-path": path}
        source = {"type": "local", "name": SOURCE_FOLDER}
        address = {"host": LOOPBACK, "port": port}
        return {"name": workflow, "source": source, "path": path, **address}

    def _make_folder(self) -> Path:
        """The server's working directory, with all that it reads there."""
        folder = Path(tempfile.mkdtemp(prefix=f"llama-deploy-{self.version}-"))
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(WORKFLOW_SOURCE, folder / SOURCE_FOLDER, ignore=ignored)
        (folder / "certificates").mkdir()
        (folder / "startup").mkdir()
        if self.has_control_plane:
            (folder / "startup" / "queue.yaml").write_text(_queue_file())
        return folder

    def _environment(self, folder: Path) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return inherited | {
            "HOME": str(folder),
            "TMPDIR": str(folder),
            # A server loads every certificate authority anew for each message it sends, to plain
            # HTTP addresses; an empty folder of them makes it two to three times as fast.
            "SSL_CERT_DIR": str(folder / "certificates"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONSAFEPATH": "1",
            "LLAMA_DEPLOY_APISERVER_HOST": LOOPBACK,
            "LLAMA_DEPLOY_APISERVER_PORT": str(self._port),
            "LLAMA_DEPLOY_APISERVER_PROMETHEUS_PORT": str(self._metrics_port),
            "LLAMA_DEPLOY_APISERVER_RC_PATH": str(folder / "startup"),
            QUEUE_PORTS_VARIABLE: " ".join(map(str, self._queue_ports)),
        }

    def _is_healthy(self) -> bool:
        """Whether this server answers, and not another one that took its port."""
        listens = f"Uvicorn running on {self.url} " in self.log
        return listens and _fetch(f"{self.url}/status/") is not None

    def _wait(self, condition: Callable[[], bool], timeout: float, what: str) -> None:
        deadline = time.monotonic() + timeout
        while not condition():
            if self._process is None or _has_ended(self._process):
                raise ServerError(f"LlamaDeploy {self.version} ended:\n{_tail(self.log)}")
            if time.monotonic() > deadline:
                waited = f"LlamaDeploy {self.version} took over {timeout:g} s {what}"
                raise ServerError(f"{waited}:\n{_tail(self.log)}")
            time.sleep(0.05)


def _queue_file() -> str:
    """A deployment file that has the server start its own message queue, and nothing else.

    Servers before 0.9 start one message queue, at the port that their first deployment names, and
    two deployments on one queue read each other's messages. So `_serve` starts a queue for each
    deployment, and this file, read at startup, uses up the server's own: its service lacks a path,
    so the server starts the queue, logs an error and drops the deployment.
    """
    content = {
        "name": "queue",
        "control-plane": {"host": LOOPBACK, "port": free_port()},
        "message-queue": {"type": "simple", "host": LOOPBACK, "port": free_port()},
        "services": {"none": {"name": "none", "source": {"type": "local", "name": SOURCE_FOLDER}}},
    }
    return _yaml(content)


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process has ended, without reaping it: its id stays ours until it is reaped."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _stop_group(process: subprocess.Popen[bytes], grace: float = 3.0) -> None:
    """Ask a process group to end, kill what is left of it after `grace` seconds."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while not _has_ended(process) and time.monotonic() < deadline:
        time.sleep(0.02)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _fetch(url: str, upload: str | None = None) -> Any:
    """The JSON value that a GET answers, or a POST of a deployment file; None if it failed."""
    request = urllib.request.Request(url)
    if upload is not None:
        boundary = uuid.uuid4().hex
        request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
        part = 'Content-Disposition: form-data; name="config_file"; filename="deployment.yml"'
        body = f"--{boundary}\r\n{part}\r\n\r\n{upload}\r\n--{boundary}--\r\n"
        request.data = body.encode()
    try:
        with _opener.open(request, timeout=30 if upload else 5) as response:
            return json.load(response)
    except (OSError, ValueError):
        return None


def _yaml(content: dict[str, Any], indent: str = "") -> str:
    """Nested mappings of strings and numbers as YAML; JSON's scalars are YAML's."""
    text = ""
    for key, value in content.items():
        nested = isinstance(value, dict)
        shown = f"\n{_yaml(value, indent + '  ')}" if nested else f" {json.dumps(value)}\n"
        text += f"{indent}{key}:{shown}"
    return text


# --- Inside the server's process ------------------------------------------------------------------

_SERVE_COMMAND = "_serve"


def _serve() -> None:
    """Run the API server in this process, which has the server's own Python and environment."""
    _bind_loopback_only()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    ports = [int(port) for port in os.environ.pop(QUEUE_PORTS_VARIABLE, "").split()]
    if ports:
        threading.Thread(target=_run_queues, args=(ports,), daemon=True).start()
    sys.argv[1:] = []
    runpy.run_module("llama_deploy.apiserver", run_name="__main__", alter_sys=True)


def _bind_loopback_only() -> None:
    """Servers bind services and metrics to every interface, whatever their settings say."""
    bind = socket.socket.bind

    def bind_loopback(self: socket.socket, address: Any) -> None:
        if address[0] in ("", "0.0.0.0"):
            address = (LOOPBACK, *address[1:])
        bind(self, address)

    socket.socket.bind = bind_loopback  # type: ignore[assignment,method-assign]


def _end_with_parent() -> None:
    """Wait until standard input, a pipe from whoever started the server, closes: they ended."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.killpg(0, signal.SIGKILL)


def _run_queues(ports: list[int]) -> None:
    from llama_deploy.message_queues.simple import (  # type: ignore[import-not-found]
        SimpleMessageQueueConfig,
        SimpleMessageQueueServer,
    )

    async def run() -> None:
        configs = [SimpleMessageQueueConfig(host=LOOPBACK, port=port) for port in ports]
        await asyncio.gather(*(SimpleMessageQueueServer(c).launch_server() for c in configs))

    asyncio.run(run())


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


def main() -> int:
    """Run the command line; the exit status is 1 if a server could not be installed or started."""
    parser = argparse.ArgumentParser(description="Install and run real LlamaDeploy servers.")
    commands = parser.add_subparsers(dest="command", required=True)
    parsers = {
        "install": commands.add_parser("install", help="install servers, two at a time"),
        "run": commands.add_parser("run", help="start a server with the example workflows"),
        "freeze": commands.add_parser("freeze", help="re-make the constraint file of a version"),
    }
    parsers["install"].add_argument("versions", nargs="*", default=list(VERSIONS))
    parsers["run"].add_argument("version", nargs="?", default=NEWEST)
    parsers["freeze"].add_argument("version")
    options = parser.parse_args()
    try:
        if options.command == "install":
            _install_all(options.versions)
        elif options.command == "run":
            _run_server(options.version)
        else:
            print(freeze(options.version))
    except (InstallError, ServerError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == [_SERVE_COMMAND]:
        _serve()
    else:
        sys.exit(main())
