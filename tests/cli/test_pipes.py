"""A closed pipe ends every command silently with 141; other broken streams are named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shlex import quote, split

import pytest

from llama_deploy_client.cli import PROGRAM
from llama_deploy_client.cli.exits import ExitCode

from .conftest import SCRIPTS, WAIT, bash

OURS = quote(str(SCRIPTS / PROGRAM))
TESTING = f"{quote(sys.executable)} -m llama_deploy_client.testing"
COMMANDS = [  # each prints in a way of its own
    "",
    "--help",
    "--version",
    "--show-completion bash",
    "status",
    "run message=hello",
    "run message=hello --json",
    "deployments list",
]


@pytest.fixture(params=["", "1"], ids=["buffered", "unbuffered"])
def variables(request: pytest.FixtureRequest, environment: dict[str, str]) -> dict[str, str]:
    """With a buffer, Python notices a closed pipe last of all."""
    named_shell = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}  # it need not run in one
    return {**environment, **named_shell, "PYTHONUNBUFFERED": request.param}


def run_into_closed_pipe(command: str, stream: str, variables: dict[str, str]) -> tuple[int, str]:
    """The exit code, and what is on the other stream."""
    reader, writer = os.pipe()
    os.close(reader)
    pipe = subprocess.PIPE
    out, err = (writer, pipe) if stream == "stdout" else (pipe, writer)
    try:
        ended = subprocess.run(
            split(command),
            stdout=out,
            stderr=err,
            env={**os.environ, **variables},
            text=True,
            timeout=WAIT,
        )
    finally:
        os.close(writer)
    return ended.returncode, ended.stderr if stream == "stdout" else ended.stdout


@pytest.mark.parametrize(
    ("command", "stream"),
    [
        *((f"{OURS} {command}", "stdout") for command in COMMANDS),
        (f"{OURS} tasks wait nope", "stderr"),
        (f"{TESTING} --help", "stdout"),
        (f"{TESTING} --port 0", "stdout"),
    ],
    ids=[*COMMANDS, "stderr", "testing --help", "testing"],
)
def test_a_closed_pipe_ends_a_command_silently(
    variables: dict[str, str], command: str, stream: str
) -> None:
    assert run_into_closed_pipe(command, stream, variables) == (ExitCode.BROKEN_PIPE, "")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("run message=hello >&-", "error: standard output is closed"),
        ("run --inputs - <&-", "error: standard input is closed"),
        ("run message=hello > /dev/full", "error: standard output: No space left on device"),
    ],
)
def test_a_stream_that_cannot_be_used_is_named(
    environment: dict[str, str], command: str, message: str
) -> None:
    ended = bash(f"{PROGRAM} {command}", environment)
    assert ended.code == ExitCode.USAGE
    assert ended.error.startswith(message)


def test_a_result_of_which_only_a_part_fits_is_an_error(
    variables: dict[str, str], tmp_path: Path
) -> None:
    """A file of a KiB at the most: Python would write what fits, and report nothing.

    It would do the same to modules that it compiles, which no later process could import.
    """
    line = f"ulimit -f 1; {PROGRAM} run message={'a' * 5000} > {quote(str(tmp_path))}/out"
    ended = bash(line, {**variables, "PYTHONDONTWRITEBYTECODE": "1"})
    assert ended.code == ExitCode.USAGE
    assert ended.err.startswith("error: standard output: File too large.")


@pytest.mark.parametrize(
    ("command", "code", "out"),
    [
        ("tasks wait nope", ExitCode.NOT_FOUND, ""),
        ("statsu", ExitCode.USAGE, ""),
        ("run --events -S progress steps=1", ExitCode.DONE, "1 steps done\n"),
        ("run --events -S progress steps=1 --json", ExitCode.DONE, '"1 steps done"\n'),
    ],
)
def test_results_and_exit_codes_do_not_need_stderr(
    variables: dict[str, str], command: str, code: ExitCode, out: str
) -> None:
    ended = bash(f"{PROGRAM} {command} 2> /dev/full", variables)
    assert (ended.code, ended.out) == (code, out)


@pytest.mark.parametrize("closed", ["<&-", "2>&-"])
def test_a_stream_that_is_not_needed_may_be_closed(
    environment: dict[str, str], closed: str
) -> None:
    ended = bash(f"{PROGRAM} run message=hello {closed}", environment)
    assert (ended.code, ended.out) == (ExitCode.DONE, "HELLO\n")
