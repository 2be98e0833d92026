"""Type checkers accept what users write, and refuse what would fail."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
WRONG = {
    "a forgotten await": "status = client.apiserver.status()\n    status.deployments",
    "a misspelt method": "await client.core.sessions.lst()",
    "a result that may be None": "(await task.results()).result",
    "an id of another type": "await client.core.sessions.get(5)",
    "an event that is none": "await task.send_event({'response': '42'}, 'human')",
    "a sync handle for an async one": "handle: core.Session = SyncClient().core.sessions.create()",
    "a misspelt import": "from llama_deploy_client import Clinet",
    "a misspelt option": "Client(timeuot=5)",
    "a field of an event that may be another": "events = task.events(types=[A])\n"
    "    (await anext(events)).value",
    "a class of events that is none": "task.events(types=[dict])",
    "an event as an attribute": "(await anext(task.events())).progress",
}
PROGRAM = """
from pydantic import BaseModel
from llama_deploy_client import Client, SyncClient
from llama_deploy_client.models import core
from llama_deploy_client.models.apiserver import Task

class A(BaseModel): ...

async def main(client: Client, task: Task) -> None:
    {line}
"""


def check(checker: str, *files: Path) -> subprocess.CompletedProcess[str]:
    tool = str(Path(sys.executable).with_name(checker))
    options = {
        "mypy": ["--strict", "--follow-imports=silent"],
        "pyright": ["--pythonpath", sys.executable],
    }[checker]
    command = [tool, *options, *map(str, files)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)


both = pytest.mark.parametrize("checker", ["mypy", "pyright"])


@both
def test_what_users_write_is_accepted(checker: str) -> None:
    result = check(checker, HERE / "usage_async.py", HERE / "usage_sync.py")
    assert result.returncode == 0, result.stdout + result.stderr


@both
def test_what_would_fail_is_refused(checker: str, tmp_path: Path) -> None:
    paths = {tmp_path / f"wrong_{number}.py": line for number, line in enumerate(WRONG.values())}
    for path, line in paths.items():
        path.write_text(PROGRAM.format(line=line))
    result = check(checker, *paths)
    accepted = [line for path, line in paths.items() if path.name not in result.stdout]
    assert not accepted, result.stdout + result.stderr
