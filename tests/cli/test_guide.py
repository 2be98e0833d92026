"""The guide to the command line: what it names exists, and what it types works."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from llama_deploy_client.cli import PROGRAM
from llama_deploy_client.cli.app import build
from llama_deploy_client.cli.profiles import KEYS
from tests.fakes import PortServer

from .conftest import SCRIPTS, WAIT
from .test_help import COMMANDS

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "cli.md").read_text()
BLOCKS = [
    block
    for language, block in re.findall(r"^```([a-z]*)\n(.+?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    if not language and f"{PROGRAM} " in block and "/etc/" not in block
]


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """Names a server, the newest one, to commands."""
    with PortServer("0.9") as server:
        server.deploy("demo")
        yield {"LLAMA_DEPLOY_API_SERVER_URL": server.url}


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0][:60])
def test_what_it_types_works(environment: dict[str, str], tmp_path: Path, block: str) -> None:
    (tmp_path / "in.jsonl").write_text('{"message": "a"}\n{"message": "b"}\n')
    ran = subprocess.run(
        ["bash", "--norc", "-c", f"set -euo pipefail\nPATH='{SCRIPTS}':$PATH\n{block}"],
        cwd=tmp_path,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=WAIT,
    )
    assert ran.returncode == 0, ran.stderr


def test_its_table_has_every_command() -> None:
    table = GUIDE.partition("| command | does |")[2].partition("\n\n")[0]
    words = {re.match(r"(\w+ )?\w+", text) for text in re.findall(r"`([a-z ]+)", table)}
    listed = {match.group().strip() for match in words if match}
    assert set(COMMANDS) <= {*listed, "tasks results"}
    assert listed - {"run"} <= set(COMMANDS)


def test_every_command_has_its_help_page_tested() -> None:
    command = typer.main.get_command(build())
    names = []
    for name, each in vars(command)["commands"].items():
        inner = vars(each).get("commands")
        names += [f"{name} {one}" for one in inner] if inner else [name]
    assert sorted(names) == sorted(COMMANDS)


def test_its_flags_exist() -> None:
    known = {"--install-completion", "--show-completion", "--version", "--help", "--token"}
    command = typer.main.get_command(build())
    todo = [command]
    while todo:
        each = todo.pop()
        known |= {option for parameter in each.params for option in parameter.opts}
        todo += vars(each).get("commands", {}).values()
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", GUIDE)) <= known


def test_its_table_has_keys_of_profiles() -> None:
    table = GUIDE.partition("| flag | variable |")[2].partition("\n\n")[0]
    keys = {
        key for row in table.splitlines()[2:] for key in re.findall(r"`(\w+)`", row.split("|")[3])
    }
    assert keys <= KEYS
    variables = re.findall(r"`LLAMA_DEPLOY_(\w+)`", table)
    assert {name.lower() for name in variables} <= {*KEYS, "profile"}
