"""Help pages teach: each describes its command, and shows it in use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest
import typer

from llama_deploy_client import Settings
from llama_deploy_client.cli import PROGRAM
from llama_deploy_client.cli.app import build
from llama_deploy_client.cli.exits import ExitCode
from llama_deploy_client.cli.profiles import KEYS, profile_file
from llama_deploy_client.cli.settings import DEFAULT_URLS
from llama_deploy_client.settings import OBJECTS

from .conftest import Cli


def walk(command: Any, *names: str) -> Iterator[tuple[str, set[str]]]:
    """Every command, by its words, with its options."""
    inner = vars(command).get("commands", {})
    yield " ".join(names), {option for each in command.params for option in each.opts}
    for name, each in inner.items():
        yield from walk(each, *names, name)


PAGES = dict(walk(typer.main.get_command(build())))
COMMANDS = [page for page in PAGES if not any(other.startswith(f"{page} ") for other in PAGES)]
COMMANDS.remove("")
GROUPS = sorted({command.partition(" ")[0] for command in COMMANDS if " " in command})
OPTIONS = set[str]().union(*PAGES.values())


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
    assert "…" not in ended.out  # no text is shortened
    assert not re.search(r"bool|list\[", ended.out)  # as newer versions of typer have it
    for option in ("--profile", "--url", "--token-file", "--timeout", "--json", "--debug"):
        assert option in ended.out


@pytest.mark.parametrize("columns", [30, 40, 59])
@pytest.mark.parametrize("command", ["", *GROUPS, *COMMANDS])
def test_a_narrow_terminal_cuts_no_name(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, command: str, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    page, _, end = cli(*command.split(), "--help").out.partition("\nOptions:\n")
    options = end.partition("\n\n")[0]
    assert page.startswith("Usage: ")
    shared = ["--control-plane-url URL", "--token-file FILE", "--insecure"]
    for option in ["--help", *([] if command in GROUPS else shared)]:
        assert re.search(rf"^  (-h, )?{option}$", options, re.MULTILINE)
    assert max(map(len, options.splitlines())) <= columns
    assert "..." not in end.replace("…", "")  # nothing is cut off
    assert "[bold]" not in end
    if command in GROUPS:
        names = [each.partition(" ")[2] for each in COMMANDS if each.startswith(f"{command} ")]
        assert all(f"\n  {name}\n" in end for name in names)


@pytest.mark.parametrize(
    ("command", "usage"),
    [
        ("run", "run [OPTIONS] [KEY=VALUE]..."),
        ("tasks send", "tasks send [OPTIONS] {TASK} [REPLY]..."),
        ("", "[OPTIONS] COMMAND [ARGS]..."),
    ],
)
def test_the_usage_is_the_same_in_all_versions_of_typer(cli: Cli, command: str, usage: str) -> None:
    ended = cli(*command.split(), "--help")
    assert f" Usage: {PROGRAM} {usage} \n" in re.sub(" +", " ", ended.out)
    assert "bool" not in ended.out


def test_the_page_of_run_has_the_defaults(cli: Cli) -> None:
    text = " ".join(cli("run", "--help").out.replace("│", " ").split())
    for default in (
        "The API server. Default: http://localhost:4501",
        "The control plane of LlamaDeploy 0.6 to 0.8. Default: http://localhost:8000",
        "Default: 120; 'none': no limit",
        "How many run at once. Default: 10",
    ):
        assert default in text
    fields = Settings.model_fields
    assert {key: fields[key].default for key in DEFAULT_URLS} == DEFAULT_URLS
    assert fields["timeout"].default == 120


def test_a_profile_can_have_every_setting_that_is_a_text() -> None:
    of_no_command = {"workflow_server_url"}
    settings = set(Settings.model_fields) - {*OBJECTS} - of_no_command
    assert settings == KEYS - {"deployment", "token_file"}


def test_the_short_flag_is_the_long_one(cli: Cli) -> None:
    assert cli("run", "-h") == cli("run", "--help")


def test_the_first_page_has_commands_variables_profiles_and_exit_codes(cli: Cli) -> None:
    ended = cli("--help")
    assert ended.code == ExitCode.DONE
    for name in {command.partition(" ")[0] for command in COMMANDS}:
        assert f"│ {name} " in ended.out
    for code in ExitCode:
        assert f"{code.value:<5}{code.meaning}" in ended.out
    assert "LLAMA_DEPLOY_TOKEN" in ended.out
    assert re.sub(r"\s", "", str(profile_file())) in re.sub(r"\s", "", ended.out)


def test_the_version_is_that_of_the_installed_package(cli: Cli) -> None:
    ended = cli("--version")
    printed = f"{PROGRAM} {version('llama_deploy_client')}\n"
    assert (ended.code, ended.out, ended.err) == (ExitCode.DONE, printed, "")
    assert "--version" in cli("--help").out
    assert "--version" not in cli("status", "--help").out
