"""The chat of the tutorial, as somebody at a terminal uses it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.running import program

from .pages import DOCS, ROOT

PAGE = (DOCS / "tutorial.md").read_text()
PATH = os.pathsep.join([str(ROOT), str(ROOT / "generated")])
SERVER = """
import asyncio
from pydantic import BaseModel
from llama_deploy_client.testing import FakeServer, StopEvent

class Word(BaseModel):
    text: str

server = FakeServer()

@server.service("chat", deployment="chat")
async def chat(message):
    for word in f"You said: {message}".split():
        yield Word(text=word)
        await asyncio.sleep(60 if word == "slowly" else 0)
    yield StopEvent(message)
"""


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A server that has the tutorial's workflow."""
    (tmp_path / "server_of_this.py").write_text(SERVER)
    command = [sys.executable, "-m", "llama_deploy_client.testing", "server_of_this:server"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), PATH])}
    with program(*command, "--port", "0", env=environment, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split()[-1]


class Terminal:
    """A terminal in which a program runs."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.shown = ""

    def type(self, text: str) -> None:
        os.write(self._descriptor, text.encode())

    def wait_for(self, text: str, times: int = 1) -> None:
        while self.shown.count(text) < times:
            assert self._read(), self.shown

    def read_to_the_end(self) -> str:
        while self._read():
            pass
        return self.shown

    def _read(self) -> bool:
        try:
            part = os.read(self._descriptor, 1024)
        except OSError:  # how a terminal ends in which no program runs any more
            return False
        self.shown += part.decode().replace("\r\n", "\n")
        return bool(part)


@contextmanager
def chatting(folder: Path, url: str) -> Iterator[Terminal]:
    """`chat.py` of the page, in a terminal of its own. It has to end by itself, with 0."""
    (code,) = re.findall(r"<!-- name: chat.py -->\n```python\n(.*?)^```", PAGE, re.M | re.S)
    chat = folder / "chat.py"
    chat.write_text(code)
    # A program of the new terminal starts it: this process has threads, and must not fork.
    start = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    master, slave = pty.openpty()
    environment = {**os.environ, "LLAMA_DEPLOY_API_SERVER_URL": url, "PYTHONPATH": PATH}
    command = [sys.executable, "-c", start, sys.executable, "-W", "error", str(chat)]
    with (
        os.fdopen(master, "rb+", buffering=0),
        program(*command, stdin=slave, stdout=slave, stderr=slave, env=environment) as process,
    ):
        os.close(slave)
        yield Terminal(master)
        assert process.wait(30) == 0


def test_the_session_is_the_one_on_the_page(tmp_path: Path, url: str) -> None:
    (session,) = re.findall(r'^```text title="session"\n(.*?)^```', PAGE, re.M | re.S)
    typed = re.findall(r"^>(.*)$", session, re.M)
    with chatting(tmp_path, url) as terminal:
        for number, line in enumerate(typed, 1):
            terminal.wait_for("> ", number)
            terminal.type(line.strip() + "\n")
        shown = terminal.read_to_the_end()
    lines = [line.rstrip() for line in shown.splitlines()]
    assert [line for line in lines if line] == session.splitlines()


@pytest.mark.parametrize("message", ["", "slowly"], ids=["at the prompt", "during a reply"])
def test_the_first_ctrl_c_ends_it(tmp_path: Path, url: str, message: str) -> None:
    with chatting(tmp_path, url) as terminal:
        terminal.wait_for("> ")
        if message:
            terminal.type(f"{message}\n")
            terminal.wait_for("You said: slowly")
        terminal.type("\x03")
        assert "Traceback" not in terminal.read_to_the_end()
