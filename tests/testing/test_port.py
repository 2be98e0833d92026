"""The in-memory server on a port."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from llama_deploy_client import SyncClient, TaskDefinition, TaskFailedError
from llama_deploy_client.testing.__main__ import main
from llama_deploy_client.testing.examples import example_server
from tests.fakes import PortServer
from tests.support.running import program


def test_the_command_serves_it_on_ports() -> None:
    command = [sys.executable, "-m", "llama_deploy_client.testing", "--generation", "0.8"]
    command += [f"--{name}port=0" for name in ("", "control-plane-", "workflow-server-")]
    with program(*command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        urls = [process.stdout.readline().split()[-1] for _ in range(3)]
        with SyncClient(
            api_server_url=urls[0], control_plane_url=urls[1], workflow_server_url=urls[2]
        ) as client:
            assert client.apiserver.generation() == "0.8"
            deployment = client.apiserver.deployments.get("demo")
            assert deployment.tasks.run({"message": "hi"}) == "HI"
            assert client.core.sessions.create().run("echo", message="hi") == "HI"
            assert client.workflows.get("echo").run({"message": "hi"}) == "HI"
            handler = client.workflows.get("progress").create({"steps": 2})
            assert [event.get("step") for event in handler.events()] == [1, 2, None]
            with pytest.raises(TaskFailedError, match="boom"):
                client.workflows.get("failing").create({"message": "boom"}).wait()


def test_the_progress_example_takes_the_text_of_a_form() -> None:
    deployment = example_server("0.9").sync_client().apiserver.deployments.get("demo")
    task = deployment.tasks.create(TaskDefinition.of("progress", steps="2", interval=0))
    assert [event.get("step") for event in task.events()] == [1, 2, None]


def test_a_connection_ends_with_a_500_that_does_not_say_so() -> None:
    with PortServer("0.9") as server:
        address = urlsplit(server.url)
        server._serving.config.timeout_keep_alive = 1000
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        assert ask(connection, "GET", "/status/") == (200, None)
        used = connection.sock
        assert ask(connection, "POST", "/deployments/create", NO_FILE) == (500, None)
        assert connection.sock is used
        assert used is not None
        assert used.recv(1) == b""  # it is closed at once
        connection.close()


PART = 'Content-Disposition: form-data; name="config_file"; filename="d.yml"'
NO_FILE = f"--b\r\n{PART}\r\n\r\nno deployment file\r\n--b--\r\n".encode()


def ask(
    connection: http.client.HTTPConnection, method: str, path: str, form: bytes | None = None
) -> tuple[int, str | None]:
    connection.request(method, path, form, {"Content-Type": "multipart/form-data; boundary=b"})
    with connection.getresponse() as response:
        response.read()
        return response.status, response.headers["Connection"]


OWN = """
from llama_deploy_client.testing import FakeServer
server = FakeServer("0.7")
"""
NO_PORT = "a port must be from 0 to 65535, got "


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["json:dumps"], "json:dumps is not a FakeServer"),
        (["json:nothing"], "json:nothing is not a FakeServer"),
        (["nowhere:server"], "there is no module nowhere"),
        (["own", "--generation", "0.8"], "--generation cannot be combined with a server"),
        (["own", "--port", "{taken}"], "Address already in use"),
        (["--port", "65536"], f"{NO_PORT}'65536'"),
        (["--port", "1e3"], f"{NO_PORT}'1e3'"),
        (["--port", "\u00b2"], f"{NO_PORT}'\u00b2'"),
        (["--control-plane-port=-1"], f"{NO_PORT}'-1'"),
        (["--workflow-server-port", "x"], f"{NO_PORT}'x'"),
    ],
)
def test_the_command_says_in_a_line_what_it_cannot_serve(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "own.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [argument.replace("{taken}", port) for argument in arguments]
        monkeypatch.setattr(sys, "argv", ["testing", *command])
        with pytest.raises(SystemExit) as caught:
            main()
    out, err = capsys.readouterr()
    code = caught.value.code  # text is what Python prints to stderr
    assert message in (code if isinstance(code, str) else err.splitlines()[-1])
    assert code
    assert out == ""
