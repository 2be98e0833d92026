"""Shells complete commands, options, profiles, and names that the server has."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest

from llama_deploy_client.cli import PROGRAM
from llama_deploy_client.cli.completion import VARIABLE, join_options

from ..connections.peer import RESPONSES, PeerServer
from ..support.running import run_python
from .conftest import Cli, Write, bash

SCRIPTS = {"fish": "--command", "zsh": "compdef", "bash": "complete -o default -F"}
Offers = tuple[list[str], str]


def in_bash(line: str) -> list[str]:
    """What bash offers at the end of `line`: by its own function, after its own script."""
    words = shlex.split(line)
    if line.endswith(" "):
        words.append("")
    program = f"""
        set -eu
        source <({VARIABLE}=source_bash {PROGRAM})
        COMP_WORDS=({shlex.join(words)})
        COMP_CWORD={len(words) - 1}
        $(complete -p {PROGRAM} | sed 's/.*-F \\([^ ]*\\) .*/\\1/') {PROGRAM}
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    ended = bash(program, {})
    assert (ended.code, ended.err) == (0, "")
    return ended.out.split()


def in_other_shell(shell: str, line: str) -> dict[str, str]:
    """The variables with which zsh and fish ask what to offer at the end of `line`."""
    return {
        VARIABLE: f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": f"{PROGRAM} {line}",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }


@pytest.mark.parametrize("shell", list(SCRIPTS))
def test_each_shell_gets_its_script(shell: str) -> None:
    ended = bash(PROGRAM, {VARIABLE: f"source_{shell}"})
    assert (ended.code, ended.err) == (0, "")
    assert f"{SCRIPTS[shell]} " in ended.out
    assert PROGRAM in ended.out


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_zsh_and_fish_get_commands_with_their_help_and_whole_words(
    write_profiles: Write, shell: str
) -> None:
    write_profiles("[old]\n[olive]\n[prod]")
    ended = bash(PROGRAM, in_other_shell(shell, "st"))
    assert ended.code == 0
    assert "status" in ended.out
    assert "Show the API server" in ended.out
    assert "sessions" not in ended.out
    profiles = bash(PROGRAM, in_other_shell(shell, "status --profile=ol")).out
    assert re.findall(r"[-\w]+=\w+", profiles) == ["--profile=old", "--profile=olive"]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("", "status run events config deployments sessions tasks services profiles"),
        ("deployments ", "list create reload"),
        ("run --ses", "--session"),
        ("status --profile ol", "old olive"),
        ("status --profile = ol", "old olive"),  # bash splits at the sign, and replaces the rest
    ],
)
def test_bash_completes_commands_options_and_profiles(
    write_profiles: Write, line: str, offered: str
) -> None:
    write_profiles("[old]\n[olive]\n[prod]")
    assert in_bash(f"{PROGRAM} {line}") == offered.split()


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
def test_words_that_bash_splits_are_joined(
    words: list[str], current: int, joined: tuple[list[str], int]
) -> None:
    assert join_options(words, current) == joined


def complete(cli: Cli, monkeypatch: pytest.MonkeyPatch, line: str) -> Offers:
    for name, value in in_other_shell("fish", line).items():
        monkeypatch.setenv(name, value)
    ended = cli()
    return ended.out.split(), ended.err


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[PeerServer]:
    """A server, which the environment names."""
    with PeerServer() as server:
        monkeypatch.setenv("LLAMA_DEPLOY_API_SERVER_URL", server.url)
        monkeypatch.setenv("LLAMA_DEPLOY_CONTROL_PLANE_URL", server.url)
        yield server


TASKS = [{"task_id": "t-1"}, {"task_id": "t-2"}]


@pytest.mark.parametrize(
    ("line", "path", "response", "offered"),
    [
        ("run -d ", "/deployments/", [{"name": "one"}, {"name": "two"}], ["one", "two"]),
        ("run --deployment=o", "/deployments/", [{"name": "one"}], ["--deployment=one"]),
        ("run --service e", "/services", {"echo": {}, "slow": {}}, ["echo"]),
        ("run -s ", "/deployments/one/sessions", [{"session_id": "s-1"}], ["s-1"]),
        ("tasks wait ", "/deployments/one/tasks", TASKS, ["t-2", "t-1"]),
        ("events t", "/deployments/one/tasks", TASKS, ["t-2", "t-1"]),
        ("tasks send ", "/deployments/one/tasks", TASKS, ["t-2", "t-1"]),
        ("tasks wait -d two ", "/deployments/two/tasks", TASKS, ["t-2", "t-1"]),
    ],
)
def test_names_and_ids_are_those_of_the_server(
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    peer: PeerServer,
    line: str,
    path: str,
    response: Any,
    offered: list[str],
) -> None:
    monkeypatch.setitem(RESPONSES, path, (200, response))
    assert complete(cli, monkeypatch, line) == (offered, "")


def test_credentials_go_where_those_of_commands_go(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, peer: PeerServer
) -> None:
    monkeypatch.setenv("LLAMA_DEPLOY_TOKEN", "secret")
    assert complete(cli, monkeypatch, "run -d ") == (["one"], "")
    assert peer.requests[-1].headers["Authorization"] == "Bearer secret"
    for line in (f"run --url {peer.url}/ -d ", f"--url {peer.url}/ run -d "):
        assert complete(cli, monkeypatch, line) == (["one"], "")
        assert "Authorization" not in peer.requests[-1].headers


def test_a_name_that_a_shell_could_take_for_code_is_not_offered(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, peer: PeerServer
) -> None:
    names = ["fine-1", "also_fine", "v1.2", "2nd"]
    code = ["$(reboot)", "`a`", "a b", 'a"', "\\$(x)", "-x;", "größe", ""]
    monkeypatch.setitem(
        RESPONSES, "/deployments/", (200, [{"name": name} for name in names + code])
    )
    assert complete(cli, monkeypatch, "run -d ") == (names, "")


@pytest.mark.parametrize("response", [(500, "no"), (307, []), (200, "fine")])
def test_a_server_with_another_response_offers_nothing_silently(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, peer: PeerServer, response: tuple[int, Any]
) -> None:
    monkeypatch.setitem(RESPONSES, "/deployments/", response)
    assert complete(cli, monkeypatch, "run -d ") == ([], "")
    assert len(peer.requests) == 1


def test_wrong_settings_offer_nothing_silently(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, write_profiles: Write
) -> None:
    write_profiles("[broken")
    assert complete(cli, monkeypatch, "run -d ") == ([], "")
    assert complete(cli, monkeypatch, "run --profile ") == ([], "")


@pytest.mark.parametrize("line", ["st", "status --profile ", "run -d "])
def test_it_imports_no_module_that_takes_long(peer: PeerServer, line: str) -> None:
    """With the client, half a second would pass: people type faster."""
    program = (
        "import sys\n"
        "from llama_deploy_client.cli import main\n"
        "try: main()\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    ran = run_python(program, **in_other_shell("fish", line))
    slow = {"httpx", "pydantic_settings", "asyncio", "yaml", "tqdm"}  # typer brings pydantic
    assert not slow & set(ran.stderr.split())
