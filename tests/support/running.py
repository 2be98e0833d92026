"""Servers and programs that tests start, and their end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from scripts.servers import Server

ROOT = Path(__file__).parents[2]
S = TypeVar("S", bound=Server)
_running: list[Server] = []


@contextmanager
def running(server: S) -> Iterator[S]:
    """Run a server until its fixture ends, or `end_servers` is called."""
    with server:
        _running.append(server)
        yield server


def end_servers() -> None:
    """End them all. An idle server with a deployment takes a fifth of a processor before 0.9."""
    while _running:
        _running.pop().stop()


@contextmanager
def program(*command: str | PathLike[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program of the test's own, which is killed if it still runs when the context ends.

    `Popen` itself would wait for it there: for ever, where a test fails because a program hangs.
    """
    with subprocess.Popen(command, text=True, **options) as process:
        try:
            yield process
        finally:
            process.kill()


def run_python(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program in an interpreter of its own, to its end."""
    environment = {**os.environ, **variables}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=environment
    )


def copy_sources(folder: Path, *names: str) -> Path:
    """A copy of files and folders of the project, in which programs can write."""
    ignored = shutil.ignore_patterns("__pycache__")
    for name in names:
        if (ROOT / name).is_dir():
            copy = shutil.copyfile  # without the modes, which may forbid to write
            shutil.copytree(ROOT / name, folder / name, ignore=ignored, copy_function=copy)
        else:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder


@contextmanager
def in_memory_server(folder: Path | None = None, code: str = "", **variables: str) -> Iterator[str]:
    """The URL of an in-memory server in a process of its own.

    Args:
        folder: where a module with `code`, which makes `server`, is written; None for the server
            with the example services.
        code: the module.
        variables: of its environment.
    """
    command = [sys.executable, "-m", "llama_deploy_client.testing", "--port", "0"]
    path = [str(ROOT), str(ROOT / "generated")]
    if folder is not None:
        (folder / "server_of_this_test.py").write_text(code)
        command.append("server_of_this_test:server")
        path.append(str(folder))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path), **variables}
    with program(*command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
