"""The guide to the command line: what it names exists, and its commands work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llama_deploy_client.cli import PROGRAM
from llama_deploy_client.cli.exits import ExitCode
from llama_deploy_client.cli.profiles import KEYS

from .conftest import bash
from .test_help import COMMANDS, OPTIONS

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "cli.md").read_text()
BLOCKS = [
    block
    for language, block in re.findall(r"^```([a-z]*)\n(.+?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    if not language and f"{PROGRAM} " in block and "/etc/" not in block
]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0][:60])
def test_its_commands_work(environment: dict[str, str], tmp_path: Path, block: str) -> None:
    (tmp_path / "in.jsonl").write_text('{"message": "a"}\n{"message": "b"}\n')
    ended = bash(f"set -euo pipefail\n{block}", environment, tmp_path)
    assert ended.code == 0, ended.err


def test_its_table_has_every_command() -> None:
    table = GUIDE.partition("| command | does |")[2].partition("\n\n")[0]
    words = {re.match(r"(\w+ )?\w+", text) for text in re.findall(r"`([a-z ]+)", table)}
    listed = {match.group().strip() for match in words if match}
    assert set(COMMANDS) <= {*listed, "tasks results"}
    assert listed - {"run"} <= set(COMMANDS)


def test_its_options_exist() -> None:
    known = {"--install-completion", "--show-completion", "--version", "--help", "--token"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", GUIDE)) <= known | OPTIONS


def test_its_table_has_keys_of_profiles() -> None:
    table = GUIDE.partition("| flag | variable |")[2].partition("\n\n")[0]
    keys = {
        key for row in table.splitlines()[2:] for key in re.findall(r"`(\w+)`", row.split("|")[3])
    }
    assert keys <= KEYS
    variables = re.findall(r"`LLAMA_DEPLOY_(\w+)`", table)
    assert {name.lower() for name in variables} <= {*KEYS, "profile"}


def test_it_has_the_table_of_exit_codes() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+?) \|$", GUIDE, re.MULTILINE)
    assert rows == [(str(code.value), code.meaning) for code in ExitCode]
