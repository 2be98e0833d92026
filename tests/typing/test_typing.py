"""Type checkers accept what users write, and refuse what would fail."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.generate import to_sync

pytestmark = pytest.mark.timeout(900)  # a busy machine takes minutes to check anything at all
USAGE = Path(__file__).with_name("usage.py")
ROOT = USAGE.parents[2]
WRONG = {
    "a forgotten await": "status = client.apiserver.status()\n    status.deployments",
    "a result that may be None": "(await task.results()).result",
    "an id of another type": "await client.core.sessions.get(5)",
    "an invalid event": "await task.send_event({'response': '42'}, 'human')",
    "a sync handle for an async one": "handle: core.Session = SyncClient().core.sessions.create()",
    "a misspelt option": "Client(timeuot=5)",
    "a field of an event that may be another": "events = task.events(types=[A])\n"
    "    (await anext(events)).value",
    "an invalid class of events": "task.events(types=[dict])",
    "the twin of another class": "assert_type(client.sync, Client)",
    "an event as an attribute": "(await anext(task.events())).progress",
}
PROGRAM = """
from typing import assert_type
from pydantic import BaseModel
from llama_deploy_client import Client, SyncClient
from llama_deploy_client.models import core
from llama_deploy_client.models.apiserver import Task

class A(BaseModel): ...

async def main(client: Client, task: Task) -> None:
    {line}
"""


@pytest.fixture(scope="module", params=["mypy", "pyright"])
def complaints(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a type checker says of programs that are right and of others that are wrong."""
    folder = tmp_path_factory.mktemp("wrong")
    for name, line in WRONG.items():
        (folder / file(name)).write_text(PROGRAM.format(line=line))
    (folder / "usage_sync.py").write_text(blocking(USAGE.read_text()))
    options: dict[str, list[str | Path]] = {
        "mypy": ["--strict", "--follow-imports=silent", "--cache-dir", folder / "cache"],
        "pyright": ["--pythonpath", sys.executable],
    }
    tool = Path(sys.executable).with_name(request.param)
    command = [tool, *options[request.param], USAGE, *folder.glob("*.py")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    return ran.stdout


def blocking(program: str) -> str:
    """The same for the blocking side; what has other names there comes from another module."""
    twin = re.sub(r"\bClient\b", "SyncClient", to_sync(program))
    twin = twin.replace("    Batch,\n", "").replace("    EventStream,\n", "")
    others = "sync import Batch, EventStream, apiserver, core"
    return twin.replace("models import apiserver, core", others)


def file(name: str) -> str:
    """The file of what is wrong."""
    return f"{name.replace(' ', '_')}.py"


def test_what_users_write_is_accepted(complaints: str) -> None:
    assert "usage" not in complaints


@pytest.mark.parametrize("name", WRONG)
def test_what_would_fail_is_refused(complaints: str, name: str) -> None:
    assert file(name) in complaints
