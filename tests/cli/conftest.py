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
from typing import IO

import pytest
from attrs import frozen

from llama_deploy_client.cli import PROGRAM, main
from llama_deploy_client.cli.profiles import profile_file
from scripts.servers import LOOPBACK, DeploymentFile, Server
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
        """What it said on stderr, which is one line."""
        (line,) = self.err.splitlines()
        return line


Cli = Callable[..., Ended]


@pytest.fixture(autouse=True)
def settings_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the command line finds its profiles: an empty folder."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    return profile_file().parent


@pytest.fixture
def write_profiles(settings_folder: Path) -> Callable[[str], Path]:
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


def start(
    *arguments: str,
    stdin: IO[str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> AbstractContextManager[subprocess.Popen[str]]:
    """The installed command, running."""
    return program(
        SCRIPTS / PROGRAM,
        *arguments,
        env={**os.environ, **(environment or {})},
        stdin=stdin or subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def execute(*arguments: str, environment: Mapping[str, str] | None = None) -> Ended:
    """The installed command, run to its end."""
    with start(*arguments, environment=environment) as process:
        out, err = process.communicate(timeout=WAIT)
    return Ended(process.returncode, out, err)


def interrupted(*arguments: str) -> Ended:
    """The installed command, interrupted by Ctrl-C while a server owes it an answer."""
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


@frozen
class Deployed:
    """A real server with the deployment `demo` and all example workflows."""

    server: Server
    file: DeploymentFile

    @property
    def environment(self) -> dict[str, str]:
        """What names it to the command line."""
        return variables(self.server, self.file)


@pytest.fixture(scope="session", params=["0.9", "0.8"])
def deployed(request: pytest.FixtureRequest) -> Iterator[Deployed]:
    """The newest servers with and without a control plane, one after the other."""
    with running(Server(request.param)) as server:
        yield Deployed(server, server.deploy("demo"))


@pytest.fixture
def at(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> Deployed:
    """The same, named by the environment."""
    for name, value in deployed.environment.items():
        monkeypatch.setenv(name, value)
    return deployed
