"""Shells complete commands, options, profiles and the names of deployments."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from llama_deploy_client.cli import PROGRAM

from .conftest import SCRIPTS, WAIT, Cli, Deployed, execute

VARIABLE = "_LLAMA_DEPLOY_CLIENT_COMPLETE"
WIRED = {"fish": "--command", "zsh": "compdef", "bash": "complete -o default -F"}


def in_bash(line: str) -> list[str]:
    """What bash offers at the end of `line`: by its own function, after its own script."""
    words = shlex.split(line)
    if line.endswith(" "):
        words.append("")
    program = f"""
        set -eu
        PATH={shlex.quote(str(SCRIPTS))}:$PATH
        source <({VARIABLE}=source_bash {PROGRAM})
        COMP_WORDS=({shlex.join(words)})
        COMP_CWORD={len(words) - 1}
        $(complete -p {PROGRAM} | sed 's/.*-F \\([^ ]*\\) .*/\\1/') {PROGRAM}
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    ran = subprocess.run(
        ["bash", "--norc", "-c", program], capture_output=True, text=True, timeout=WAIT
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return ran.stdout.split()


@pytest.mark.parametrize("shell", list(WIRED))
def test_each_shell_gets_its_script(shell: str) -> None:
    ended = execute(environment={VARIABLE: f"source_{shell}"})
    assert ended.code == 0
    assert f"{WIRED[shell]} " in ended.out
    assert PROGRAM in ended.out
    assert ended.err == ""


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_other_shells_get_commands_with_their_help(shell: str) -> None:
    question = {
        "_TYPER_COMPLETE_ARGS": f"{PROGRAM} st",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    ended = execute(environment={VARIABLE: f"complete_{shell}", **question})
    assert ended.code == 0
    assert "status" in ended.out
    assert "Show how the API server is" in ended.out
    assert "sessions" not in ended.out


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("", "status run events deployments sessions tasks services"),
        ("s", "status sessions services"),
        ("deployments ", "list create reload"),
        ("run --ses", "--session"),
    ],
)
def test_bash_completes_commands_and_options(line: str, offered: str) -> None:
    assert in_bash(f"{PROGRAM} {line}") == offered.split()


def test_bash_completes_profiles(write_profiles: Callable[[str], Path]) -> None:
    write_profiles("[staging]\n[production]\n[stage-two]")
    assert in_bash(f"{PROGRAM} status --profile st") == ["staging", "stage-two"]


@pytest.mark.usefixtures("at")
def test_bash_completes_the_deployments_of_a_real_server(deployed: Deployed) -> None:
    assert deployed.file.name in in_bash(f"{PROGRAM} run --deployment ")
    assert in_bash(f"{PROGRAM} run --deployment x") == []


def complete(cli: Cli, monkeypatch: pytest.MonkeyPatch, line: str) -> tuple[list[str], str]:
    monkeypatch.setenv(VARIABLE, "complete_fish")
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", f"{PROGRAM} {line}")
    ended = cli()
    return ended.out.split(), ended.err


def test_the_server_that_is_asked_is_that_of_the_line(
    cli: Cli, wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.get("http://there/deployments/").respond(json=[{"name": "one"}])
    for line in ("run --url http://there -d ", "--url http://there run -d "):
        assert complete(cli, monkeypatch, line) == (["one"], "")


def test_a_name_that_a_shell_could_take_for_code_is_not_offered(
    cli: Cli, wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [
        "fine-1",
        "also_fine",
        "v1.2",
        "2nd",
        "$(reboot)",
        "`a`",
        "a b",
        'a"',
        "\\$(x)",
        "-x;",
        "größe",
        "",
    ]
    wire.get(path="/deployments/").respond(json=[{"name": name} for name in names])
    assert complete(cli, monkeypatch, "run -d ") == (["fine-1", "also_fine", "v1.2", "2nd"], "")


@pytest.mark.parametrize(
    "answer",
    [
        {"side_effect": httpx.ConnectError("refused")},
        {"side_effect": httpx.ReadTimeout("late")},
        {"return_value": httpx.Response(500)},
    ],
)
def test_a_server_that_does_not_answer_offers_nothing_and_says_nothing(
    cli: Cli,
    wire: respx.MockRouter,
    monkeypatch: pytest.MonkeyPatch,
    answer: dict[str, Any],
) -> None:
    route = wire.get(path="/deployments/").mock(**answer)
    assert complete(cli, monkeypatch, "run -d ") == ([], "")
    assert route.call_count == 1


def test_wrong_settings_offer_nothing_and_say_nothing(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, write_profiles: Callable[[str], Path]
) -> None:
    write_profiles("[broken")
    assert complete(cli, monkeypatch, "run -d ") == ([], "")
    assert complete(cli, monkeypatch, "run --profile ") == ([], "")
