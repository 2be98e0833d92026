"""Every block of Python in the pages is a program that runs, warnings being errors.

Environment variables lead it to the deployment `demo` of `python -m scripts.servers run`, or to a
workflow server. CONTRIBUTING.md describes the comments that pages have before blocks.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.servers import Server
from scripts.workflow_server import WorkflowServer
from tests.servers.support import variables
from tests.support.running import running

from .pages import PAGES, ROOT, Program, programs

PYTEST = "-m pytest -q -p no:cacheprovider -o asyncio_mode=auto"
PYTEST += " -o asyncio_default_fixture_loop_scope=function"


@pytest.fixture(scope="session")
def settings(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The variables that lead a program to a running server of the version in question."""
    if request.param == "llama-agents":
        with WorkflowServer() as workflow_server:
            yield {"LLAMA_DEPLOY_WORKFLOW_SERVER_URL": workflow_server.url}
        return
    with running(Server(request.param)) as server:
        yield variables(server, server.deploy("demo"))


@pytest.mark.parametrize(
    ("settings", "program"),
    [
        pytest.param(program.server, program, id=f"{program.server[:3]} {program}")
        for program in programs()
    ],
    indirect=["settings"],
    scope="session",
)
def test_it_runs(program: Program, settings: dict[str, str], tmp_path: Path) -> None:
    for name, text in program.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    file = tmp_path / "test_program.py"
    file.write_text(program.code)
    run = PYTEST.split() if "def test_" in program.code else []
    ran = subprocess.run(
        [sys.executable, "-W", "error", *run, file.name],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, **settings, "PYTHONPATH": f"{ROOT}:{ROOT}/generated"},
    )
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    if program.prints is not None:
        assert ran.stdout == program.prints


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_is_collected(page: Path) -> None:
    collected = [program for program in programs() if program.page == page]
    text = page.read_text()
    files = re.findall(r"^<!-- file: \S+ -->\n```python", text, re.MULTILINE)
    blocks = re.findall(r"^ *```(?:python|py)\b(?![^\n]*\n--8<--)", text, re.MULTILINE)
    assert len(blocks) == len(collected) + len(files)
