"""`llamactl` works with this client in place of its own: all commands that are a client's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.deployment_files import SOURCE_FOLDER
from scripts.servers import WORKFLOW_SOURCE, Server
from tests.support.running import running

SERVERS = Path(__file__).parents[2] / ".servers"


@pytest.fixture(params=["0.6.1", "0.9.2"], scope="module")
def real(request: pytest.FixtureRequest) -> Iterator[Server]:
    with running(Server(request.param)) as server:
        yield server


def test_its_commands_work(real: Server, tmp_path: Path) -> None:
    (site,) = (SERVERS / real.version).glob("lib/python*/site-packages")
    file = real.deployment("ctl")
    path = tmp_path / "deployment.yml"
    path.write_text(file.text)
    shutil.copytree(WORKFLOW_SOURCE, tmp_path / SOURCE_FOLDER)  # where llamactl of 0.9 says it is

    environment = os.environ | {"HOME": str(tmp_path)}  # where llamactl keeps its settings

    def llamactl(*arguments: str) -> str:
        command = [sys.executable, "-m", "tests.servers.llamactl", str(site)]
        command += ["--server", real.url, *arguments]
        ended = subprocess.run(command, capture_output=True, text=True, env=environment)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    assert llamactl("deploy", str(path)) == f"Deployment successful: {file.name}\n"
    real.wait_until_deployed(file)
    assert llamactl("deploy", "--reload", str(path)) == f"Deployment successful: {file.name}\n"
    real.wait_until_deployed(file)
    assert f"- {file.name}" in llamactl("status")
    run = ("run", "-d", file.name, "-s", "echo", "-a", "message", "hi")
    assert llamactl(*run) == "HI\n"
    created = llamactl("sessions", "create", "-d", file.name)
    assert "session_id='" in created
    session_id = created.partition("session_id='")[2].partition("'")[0]
    assert llamactl(*run, "-i", session_id) == "HI\n"
