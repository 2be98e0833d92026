"""A reader that closes the pipe ends every command with 141, and in silence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

import pytest

from llama_deploy_client.cli import PROGRAM
from llama_deploy_client.cli.exits import ExitCode
from tests.fakes import PortServer

from .conftest import SCRIPTS, WAIT

COMMAND = [str(SCRIPTS / PROGRAM)]
TESTING = [sys.executable, "-m", "llama_deploy_client.testing"]
COMMANDS = [
    [*COMMAND],
    *(
        [*COMMAND, *words.split()]
        for words in (
            "--help",
            "--version",
            "--show-completion bash",
            "status",
            "status --json",
            "run message=hello",
            "run message=hello --json",
            "run --detach",
            "run --help",
            "config",
            "deployments",
            "deployments list",
            "sessions create",
            "tasks list --json",
            "profiles list --json",
        )
    ),
    [*TESTING, "--help"],
    [*TESTING, "--port", "0"],
]


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """Names a server to commands."""
    with PortServer("0.9") as server:
        server.deploy("demo")
        yield {"LLAMA_DEPLOY_API_SERVER_URL": server.url, "LLAMA_DEPLOY_DEPLOYMENT": "demo"}


@pytest.fixture(params=["", "1"], ids=["buffered", "unbuffered"])
def unbuffered(request: pytest.FixtureRequest) -> str:
    """Python's variable: with a buffer, a closed pipe is noticed last of all."""
    value: str = request.param
    return value


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(words[-3:]))
def test_the_output_is_closed(
    environment: dict[str, str], unbuffered: str, command: list[str]
) -> None:
    variables = {**os.environ, **environment, "PYTHONUNBUFFERED": unbuffered}
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended = subprocess.run(
            command, stdout=writer, stderr=subprocess.PIPE, env=variables, text=True, timeout=WAIT
        )
    finally:
        os.close(writer)
    assert (ended.returncode, ended.stderr) == (ExitCode.BROKEN_PIPE, "")


def test_the_stream_of_errors_is_closed(environment: dict[str, str], unbuffered: str) -> None:
    variables = {**os.environ, **environment, "PYTHONUNBUFFERED": unbuffered}
    reader, writer = os.pipe()
    os.close(reader)
    try:
        command = [*COMMAND, "tasks", "wait", "nope"]
        ended = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=writer, env=variables, timeout=WAIT
        )
    finally:
        os.close(writer)
    assert (ended.returncode, ended.stdout) == (ExitCode.BROKEN_PIPE, b"")


def shell(line: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    line = f"PATH='{SCRIPTS}':$PATH; {line}"
    return subprocess.run(
        ["bash", "--norc", "-c", line],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=WAIT,
    )


@pytest.mark.parametrize(
    ("redirection", "said"),
    [
        ("run message=hello >&-", "error: standard output is closed"),
        ("run --inputs - <&-", "error: standard input is closed"),
        ("run message=hello > /dev/full", "error: standard output: No space left on device"),
    ],
)
def test_a_stream_that_cannot_be_used_is_named(
    environment: dict[str, str], redirection: str, said: str
) -> None:
    ended = shell(f"{PROGRAM} {redirection}", environment)
    assert ended.returncode == ExitCode.USAGE
    [line] = ended.stderr.splitlines()
    assert line.startswith(said)


def test_a_result_that_fits_in_part_is_an_error(
    environment: dict[str, str], unbuffered: str, tmp_path: Path
) -> None:
    """A file of a KiB at the most: Python would write what fits, and say nothing."""
    line = f"ulimit -f 1; {PROGRAM} run message={'a' * 5000} > {quote(str(tmp_path))}/out"
    ended = shell(line, {**environment, "PYTHONUNBUFFERED": unbuffered})
    assert ended.returncode == ExitCode.USAGE
    assert ended.stderr.startswith("error: standard output: File too large.")


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
    environment: dict[str, str], unbuffered: str, command: str, code: ExitCode, out: str
) -> None:
    variables = {**environment, "PYTHONUNBUFFERED": unbuffered}
    ended = shell(f"{PROGRAM} {command} 2> /dev/full", variables)
    assert (ended.returncode, ended.stdout) == (code, out)


@pytest.mark.parametrize("closed", ["<&-", "2>&-"])
def test_a_stream_that_is_not_needed_may_be_closed(
    environment: dict[str, str], closed: str
) -> None:
    ended = shell(f"{PROGRAM} run message=hello {closed}", environment)
    assert (ended.returncode, ended.stdout) == (ExitCode.DONE, "HELLO\n")
