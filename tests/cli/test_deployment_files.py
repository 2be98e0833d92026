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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: demo\nservices: [", "line 2 of FILE is not valid YAML: "),
        ("name: demo\n\tservices:\n", "line 2 of FILE is not valid YAML: "),
        ("name: \x07", "FILE is not valid YAML: "),
        ("", "line 1 of FILE: a deployment file must be a mapping"),
        ("- a\n- b\n", "line 1 of FILE: a deployment file must be a mapping"),
        ("services:\n  a: {source: {type: local}}\n", "line 1 of FILE: the deployment has no name"),
        ("\nname: 5\nservices: {}\n", "line 2 of FILE: the deployment has no name"),
        ("name: demo\n", "line 1 of FILE: the deployment has no services"),
        ("name: demo\nservices:\n", "line 2 of FILE: the deployment has no services"),
        (
            "name: demo\nservices:\n  a:\n    source: {type: local}\n  b:\n    port: 1\n",
            "line 5 of FILE: the service 'b' has no source",
        ),
        ("name: demo\nservices:\n  a: 5\n", "line 3 of FILE: the service 'a' has no source"),
    ],
)
@pytest.mark.parametrize("command", ["create", "reload"])
def test_a_wrong_file_is_not_sent(
    cli: Cli, wire: respx.MockRouter, file: Path, command: str, text: str, said: str
) -> None:
    file.write_text(text)
    ended = cli("deployments", command, str(file))
    assert ended.code == ExitCode.USAGE
    assert ended.error.startswith(f"error: {said.replace('FILE', str(file))}")
    assert wire.calls.call_count == 0


def sent_base_path(wire: respx.MockRouter) -> str | None:
    value: str | None = wire.calls.last.request.url.params.get("base_path")
    return value


@pytest.fixture
def created(wire: respx.MockRouter) -> None:
    wire.post(path="/deployments/create").respond(json={"name": "demo"})


@pytest.mark.usefixtures("created")
@pytest.mark.parametrize("url", ["http://localhost:4501", "http://127.0.0.1:1", "http://[::1]:1"])
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
    assert cli("deployments", "create", str(file)).code == ExitCode.DONE
    assert sent_base_path(wire) is None  # its sources are not here
    (file.parent / "src").mkdir()
    assert cli("deployments", "create", str(file), "--url", "http://far.example").code == 0
    assert sent_base_path(wire) is None
    assert cli("deployments", "create", str(file), "--base-path", "/srv").code == ExitCode.DONE
    assert sent_base_path(wire) == "/srv"


def serves(wire: respx.MockRouter, *names: str) -> None:
    wire.get(path="/status/").respond(
        json={"status": "Healthy", "max_deployments": 2, "deployments": names}
    )


@pytest.mark.parametrize(
    ("command", "names", "code", "said"),
    [
        ("create", ["demo"], ExitCode.USAGE, "deployment 'demo' exists already: `deployments"),
        ("create", ["a", "b"], ExitCode.USAGE, "the server has 2 deployments, its maximum"),
        ("reload", ["other"], ExitCode.NOT_FOUND, "there is no deployment 'demo': `deployments cr"),
    ],
)
def test_what_the_server_would_refuse_is_not_sent(
    cli: Cli,
    wire: respx.MockRouter,
    file: Path,
    command: str,
    names: list[str],
    code: ExitCode,
    said: str,
) -> None:
    sent = wire.post(path="/deployments/create").respond(500)
    serves(wire, *names)
    ended = cli("deployments", command, str(file))
    assert ended.code == code
    assert said in ended.error
    assert sent.call_count == 0


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


def test_a_server_that_does_not_say_what_it_has_is_sent_the_file(
    cli: Cli, wire: respx.MockRouter, file: Path
) -> None:
    wire.get(path="/status/").respond(404)
    wire.post(path="/deployments/create").respond(json={"name": "demo"})
    assert cli("deployments", "reload", str(file)).out == "demo\n"


def test_an_error_of_a_gateway_says_nothing_of_the_file(
    cli: Cli, wire: respx.MockRouter, file: Path
) -> None:
    wire.post(path="/deployments/create").respond(502, headers={"server": "nginx"})
    serves(wire)
    ended = cli("deployments", "create", str(file))
    assert ended.code == ExitCode.FAILED
    assert "502" in ended.error
    assert "The name is not the cause" not in ended.error
    assert "--base-path" not in ended.error
