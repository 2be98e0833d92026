"""Shells complete commands, options, profiles, and what the server has."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from llama_deploy_client.cli import PROGRAM
from llama_deploy_client.cli.completion import VARIABLE, join_options
from tests.servers.support import nowhere

from ..connections.peer import RESPONSES, PeerServer
from .conftest import SCRIPTS, WAIT, Cli, Deployed, execute

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
    assert "Show the API server" in ended.out
    assert "sessions" not in ended.out


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("", "status run events config deployments sessions tasks services profiles"),
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
    # A server has one second to answer, which one that was busy with tasks may exceed.
    found: list[str] = []
    for _ in range(5):
        found = found or in_bash(f"{PROGRAM} run --deployment ")
    assert deployed.file.name in found
    assert in_bash(f"{PROGRAM} run --deployment x") == []


def test_bash_completes_what_follows_an_equals_sign(
    write_profiles: Callable[[str], Path],
) -> None:
    write_profiles("[old]\n[olive]\n[prod]")
    # Bash splits the line there: it replaces what follows the sign.
    assert in_bash(f"{PROGRAM} status --profile = ol") == ["old", "olive"]
    assert in_bash(f"{PROGRAM} --profile = pr") == ["prod"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_complete_the_whole_word(
    write_profiles: Callable[[str], Path], shell: str
) -> None:
    write_profiles("[old]\n[olive]\n[prod]")
    question = {
        "_TYPER_COMPLETE_ARGS": f"{PROGRAM} status --profile=ol",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    ended = execute(environment={VARIABLE: f"complete_{shell}", **question})
    assert re.findall(r"[-\w]+=\w+", ended.out) == ["--profile=old", "--profile=olive"]


@pytest.mark.parametrize(
    ("words", "current", "joined"),
    [
        (["run", "--profile", "=", "ol"], 3, (["run", "--profile=ol"], 1)),
        (["run", "--profile", "="], 2, (["run", "--profile="], 1)),
        (["run", "a", "=", "1", "-d", ""], 5, (["run", "a=1", "-d", ""], 3)),
        (["run", "-d", "", "x", "=", "1"], 2, (["run", "-d", "", "x", "=", "1"], 2)),
        (["--url", "http", ":", "//a", "run", ""], 5, (["--url", "http://a", "run", ""], 3)),
        (
            ["--url", "=", "http", ":", "//a", ":", "1", "-d", ""],
            8,
            (["--url=http://a:1", "-d", ""], 2),
        ),
        (["run", ""], 1, (["run", ""], 1)),
        ([""], 0, ([""], 0)),
    ],
)
def test_the_words_of_bash_are_joined(
    words: list[str], current: int, joined: tuple[list[str], int]
) -> None:
    assert join_options(words, current) == joined


def complete(cli: Cli, monkeypatch: pytest.MonkeyPatch, line: str) -> tuple[list[str], str]:
    monkeypatch.setenv(VARIABLE, "complete_fish")
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", f"{PROGRAM} {line}")
    ended = cli()
    return ended.out.split(), ended.err


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[PeerServer]:
    """A server, which the environment names."""
    with PeerServer() as server:
        monkeypatch.setenv("LLAMA_DEPLOY_API_SERVER_URL", server.url)
        monkeypatch.setenv("LLAMA_DEPLOY_CONTROL_PLANE_URL", server.url)
        yield server


def test_the_server_that_is_asked_is_that_of_the_line(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    with PeerServer() as peer:
        for line in (f"run --url {peer.url} -d ", f"--url {peer.url} run -d "):
            assert complete(cli, monkeypatch, line) == (["one"], "")


@pytest.mark.parametrize(
    ("line", "path", "answer", "offered"),
    [
        ("run -d ", "/deployments/", [{"name": "one"}, {"name": "two"}], ["one", "two"]),
        ("run --deployment=o", "/deployments/", [{"name": "one"}], ["--deployment=one"]),
        ("run --service e", "/services", {"echo": {}, "slow": {}}, ["echo"]),
        ("run -s ", "/deployments/one/sessions", [{"session_id": "s-1"}], ["s-1"]),
        (
            "tasks wait ",
            "/deployments/one/tasks",
            [{"task_id": "t-1"}, {"task_id": "t-2"}],
            ["t-2", "t-1"],
        ),
        ("events t", "/deployments/one/tasks", [{"task_id": "t-1"}], ["t-1"]),
        ("tasks send ", "/deployments/one/tasks", [{"task_id": "t-1"}], ["t-1"]),
        ("tasks wait -d two ", "/deployments/two/tasks", [{"task_id": "t-1"}], ["t-1"]),
    ],
)
def test_names_and_ids_are_those_of_the_server(
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    peer: PeerServer,
    line: str,
    path: str,
    answer: Any,
    offered: list[str],
) -> None:
    monkeypatch.setitem(RESPONSES, path, (200, answer))
    assert complete(cli, monkeypatch, line) == (offered, "")


def test_credentials_go_where_those_of_commands_go(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, peer: PeerServer
) -> None:
    monkeypatch.setenv("LLAMA_DEPLOY_TOKEN", "secret")
    assert complete(cli, monkeypatch, "run -d ") == (["one"], "")
    assert peer.requests[-1].headers["Authorization"] == "Bearer secret"
    assert complete(cli, monkeypatch, f"run --url {peer.url}/ -d ") == (["one"], "")
    assert "Authorization" not in peer.requests[-1].headers


def test_a_name_that_a_shell_could_take_for_code_is_not_offered(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, peer: PeerServer
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
    monkeypatch.setitem(RESPONSES, "/deployments/", (200, [{"name": name} for name in names]))
    assert complete(cli, monkeypatch, "run -d ") == (["fine-1", "also_fine", "v1.2", "2nd"], "")


@pytest.mark.parametrize("answer", [(500, "no"), (307, []), (200, "fine"), (200, [{}])])
def test_a_server_that_says_something_else_offers_nothing_and_says_nothing(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, peer: PeerServer, answer: tuple[int, Any]
) -> None:
    monkeypatch.setitem(RESPONSES, "/deployments/", answer)
    assert complete(cli, monkeypatch, "run -d ") == ([], "")
    assert len(peer.requests) == 1


def test_a_server_that_does_not_answer_offers_nothing_and_says_nothing(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLAMA_DEPLOY_API_SERVER_URL", nowhere())
    assert complete(cli, monkeypatch, "run -d ") == ([], "")


def test_wrong_settings_offer_nothing_and_say_nothing(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, write_profiles: Callable[[str], Path]
) -> None:
    write_profiles("[broken")
    assert complete(cli, monkeypatch, "run -d ") == ([], "")
    assert complete(cli, monkeypatch, "run --profile ") == ([], "")


@pytest.mark.parametrize("line", ["st", "status --profile ", "run -d "])
def test_it_imports_nothing_that_takes_long(peer: PeerServer, line: str) -> None:
    """With the client, half a second would pass: people type faster."""
    program = (
        "import sys\n"
        "from llama_deploy_client.cli import main\n"
        "try: main()\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    variables = {
        VARIABLE: "complete_fish",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_ARGS": f"{PROGRAM} {line}",
    }
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=WAIT,
    )
    slow = {"httpx", "pydantic_settings", "asyncio", "yaml", "tqdm"}  # typer brings pydantic
    assert not slow & set(ran.stderr.split())
