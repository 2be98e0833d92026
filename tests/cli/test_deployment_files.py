"""Deployment files are checked before they are sent."""

from __future__ import annotations

from pathlib import Path

import pytest
import respx

from llama_deploy_client.cli.exits import ExitCode

from .conftest import Cli

GOOD = """\
name: demo
services:
  echo:
    source: {type: local, location: src}
    import-path: workflow:echo
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "deployment.yml"
    path.write_text(GOOD)
    return path


@pytest.mark.parametrize("command", ["create", "reload"])
def test_a_wrong_file_is_not_sent(
    cli: Cli, wire: respx.MockRouter, file: Path, command: str
) -> None:
    file.write_text("name: demo\nservices: [")
    ended = cli("deployments", command, str(file))
    assert ended.code == ExitCode.USAGE
    assert ended.error.startswith(f"error: line 2 of {file} is not valid YAML: ")
    assert wire.calls.call_count == 0


def sent_base_path(wire: respx.MockRouter) -> str | None:
    value: str | None = wire.calls.last.request.url.params.get("base_path")
    return value


@pytest.fixture
def created(wire: respx.MockRouter) -> None:
    wire.post(path="/deployments/create").respond(json={"name": "demo"})


@pytest.mark.usefixtures("created")
@pytest.mark.parametrize("url", ["http://localhost:4501", "http://[::1]:1"])
def test_paths_start_at_the_file_where_the_server_is_on_this_machine(
    cli: Cli, wire: respx.MockRouter, file: Path, url: str
) -> None:
    (file.parent / "src").mkdir()
    assert cli("deployments", "create", str(file), "--url", url).out == "demo\n"
    assert sent_base_path(wire) == str(file.parent)


@pytest.mark.usefixtures("created")
def test_paths_start_where_the_server_runs_otherwise(
    cli: Cli, wire: respx.MockRouter, file: Path
) -> None:
    def base_path(*options: str) -> str | None:
        assert cli("deployments", "create", str(file), *options).code == ExitCode.DONE
        return sent_base_path(wire)

    assert base_path() is None  # its sources are not here
    (file.parent / "src").mkdir()
    assert base_path("--url", "http://far.example") is None
    assert base_path("--base-path", "/srv") == "/srv"


def serves(wire: respx.MockRouter, *names: str) -> None:
    wire.get(path="/status/").respond(
        json={"status": "Healthy", "max_deployments": 2, "deployments": names}
    )


@pytest.mark.parametrize(
    ("command", "names", "code", "message"),
    [
        ("create", ["demo"], ExitCode.USAGE, "deployment 'demo' exists already: `deployments"),
        ("create", ["a", "b"], ExitCode.USAGE, "the server has 2 deployments, its maximum"),
        ("reload", ["other"], ExitCode.NOT_FOUND, "there is no deployment 'demo': `deployments cr"),
    ],
)
def test_a_file_that_the_server_would_refuse_is_not_sent(
    cli: Cli,
    wire: respx.MockRouter,
    file: Path,
    command: str,
    names: list[str],
    code: ExitCode,
    message: str,
) -> None:
    create = wire.post(path="/deployments/create").respond(500)
    serves(wire, *names)
    ended = cli("deployments", command, str(file))
    assert ended.code == code
    assert message in ended.error
    assert create.call_count == 0


@pytest.mark.parametrize("command", ["create", "reload"])
def test_a_failure_names_the_paths_that_the_server_needs(
    cli: Cli, wire: respx.MockRouter, file: Path, command: str
) -> None:
    wire.post(path="/deployments/create").respond(500)
    serves(wire, *(["demo"] if command == "reload" else []))
    ended = cli("deployments", command, str(file))
    assert ended.code == ExitCode.FAILED
    assert "The name is not the cause" in ended.error  # which was looked up before
    assert "A deployment of this name exists" not in ended.error
    assert "there is no deployment of this name" not in ended.error
    assert "Does the server have src in the server's own working folder" in ended.error


@pytest.mark.usefixtures("created")
def test_a_server_that_does_not_list_its_deployments_is_sent_the_file(
    cli: Cli, wire: respx.MockRouter, file: Path
) -> None:
    wire.get(path="/status/").respond(404)
    assert cli("deployments", "reload", str(file)).out == "demo\n"


def test_an_error_of_a_gateway_does_not_blame_the_file(
    cli: Cli, wire: respx.MockRouter, file: Path
) -> None:
    wire.post(path="/deployments/create").respond(502, headers={"server": "nginx"})
    serves(wire)
    ended = cli("deployments", "create", str(file))
    assert ended.code == ExitCode.FAILED
    assert "502" in ended.error
    assert "The name is not the cause" not in ended.error
    assert "--base-path" not in ended.error
