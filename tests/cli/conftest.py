"""The command line, called in this process and as a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from attrs import frozen

from llama_deploy_client.cli import PROGRAM, main
from llama_deploy_client.cli.profiles import profile_file
from scripts.servers import LOOPBACK, Server
from tests.fakes import PortServer
from tests.servers.support import variables
from tests.support.running import program, running

SCRIPTS = Path(sys.executable).parent
WAIT = 150.0
"""Seconds that a command may take at the most."""


@frozen
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """What it wrote to stderr, which is one line."""
        (line,) = self.err.splitlines()
        return line


Cli = Callable[..., Ended]
Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def settings_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the command line looks for profiles: an empty folder."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    return profile_file().parent


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What only gives hints, and gives up early, waits for a server on a busy machine."""
    monkeypatch.setattr("llama_deploy_client.cli.running._HINT_SECONDS", WAIT)
    monkeypatch.setattr("llama_deploy_client.cli.completion._SECONDS", WAIT)


@pytest.fixture
def write_profiles(settings_folder: Path) -> Write:
    """Writes `profiles.toml`."""

    def write(text: str) -> Path:
        settings_folder.mkdir(parents=True, exist_ok=True)
        path = settings_folder / "profiles.toml"
        path.write_text(text)
        return path

    return write


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str]) -> Cli:
    """Calls the command line in this process."""

    def call(*arguments: str) -> Ended:
        code = main(list(arguments))
        out, err = capfd.readouterr()
        return Ended(code, out, err)

    return call


def start(*arguments: str) -> AbstractContextManager[subprocess.Popen[str]]:
    """The installed command, running."""
    pipe = subprocess.PIPE
    return program(
        SCRIPTS / PROGRAM, *arguments, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe
    )


def bash(line: str, environment: Mapping[str, str], cwd: Path | None = None) -> Ended:
    """A line of bash, which finds the installed command."""
    ran = subprocess.run(
        ["bash", "--norc", "-c", f"PATH='{SCRIPTS}':$PATH; {line}"],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=WAIT,
    )
    return Ended(ran.returncode, ran.stdout, ran.stderr)


def interrupted(*arguments: str) -> Ended:
    """The installed command, interrupted by Ctrl-C while it waits for a response."""
    with socket.create_server((LOOPBACK, 0)) as server:
        server.settimeout(WAIT)
        url = f"http://{LOOPBACK}:{server.getsockname()[1]}"
        with start(*arguments, "--url", url) as process:
            connection, _ = server.accept()
            with connection:
                assert connection.recv(65536).startswith(b"POST ")
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=WAIT)
    return Ended(process.returncode, out, err)


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """The variables that name an in-memory server of the newest generation."""
    with PortServer("0.9") as server:
        yield variables(server, server.deploy("demo"))


@pytest.fixture(scope="session", params=["port-0.9", "port-0.8"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The newest servers with and without a control plane, which have the deployment `demo`.

    They are in memory, unless `on_real_servers`.
    """
    kind, _, version = request.param.rpartition("-")
    with running(PortServer(version) if kind else Server(version)) as server:
        server.deploy("demo")
        yield server


on_real_servers = pytest.mark.parametrize(
    "server",
    [pytest.param(version, marks=pytest.mark.real) for version in ("0.9", "0.8")],
    indirect=True,
)


@pytest.fixture
def at(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The same, named by the environment."""
    for name, value in variables(server, server.deployment("demo", ["echo"])).items():
        monkeypatch.setenv(name, value)
    return server
