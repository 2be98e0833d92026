"""Help pages teach: each says what its command does, and shows it in use."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from llama_deploy_client.cli import PROGRAM
from llama_deploy_client.cli.exits import ExitCode

from .conftest import Cli

COMMANDS = [
    "status",
    "run",
    "events",
    "deployments list",
    "deployments create",
    "deployments reload",
    "sessions list",
    "sessions create",
    "sessions delete",
    "tasks list",
    "tasks results",
    "services list",
]
GROUPS = ["deployments", "sessions", "tasks", "services"]


@pytest.mark.parametrize("columns", ["60", "100"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_itself(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, command: str, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    ended = cli(*command.split(), "--help")
    assert ended.code == ExitCode.DONE
    assert ended.err == ""
    assert f"Usage: {PROGRAM} {command} [OPTIONS]" in " ".join(ended.out.split())
    examples = ended.out.partition("\n Examples ")[2]
    assert f"{PROGRAM} {command}" in examples
    assert max(map(len, ended.out.splitlines())) <= int(columns)
    assert "…" not in ended.out  # nothing is cut off
    for option in ("--profile", "--url", "--token-file", "--timeout", "--json", "--debug"):
        assert option in ended.out


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_names_its_commands(cli: Cli, group: str) -> None:
    ended = cli(group, "--help")
    assert ended.code == ExitCode.DONE
    for command in COMMANDS:
        outer, _, name = command.partition(" ")
        if outer == group:
            assert f"│ {name} " in ended.out


def test_the_short_flag_is_the_long_one(cli: Cli) -> None:
    assert cli("run", "-h") == cli("run", "--help")


def test_the_first_page_has_commands_variables_and_exit_codes(cli: Cli) -> None:
    ended = cli("--help")
    assert ended.code == ExitCode.DONE
    for name in {command.partition(" ")[0] for command in COMMANDS}:
        assert f"│ {name} " in ended.out
    for code in ExitCode:
        assert f"{code.value:<5}{code.meaning}" in ended.out
    assert "LLAMA_DEPLOY_TOKEN" in ended.out


def test_the_version_is_that_of_the_installed_package(cli: Cli) -> None:
    ended = cli("--version")
    assert (ended.code, ended.out, ended.err) == (
        ExitCode.DONE,
        f"{PROGRAM} {version('llama_deploy_client')}\n",
        "",
    )
    assert "--version" in cli("--help").out
    assert "--version" not in cli("status", "--help").out
