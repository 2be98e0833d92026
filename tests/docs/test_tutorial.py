"""The chat of the tutorial, as somebody at a terminal uses it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.running import in_memory_server
from tests.support.terminal import Terminal

from .pages import DOCS, ROOT

PAGE = (DOCS / "tutorial.md").read_text()
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
        await asyncio.sleep(600 if word == "slowly" else 0)
    yield StopEvent(message)
"""


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Terminal]:
    """`chat.py` of the page in a terminal, and a server that has the tutorial's workflow."""
    [code] = re.findall(r"<!-- name: chat.py -->\n```python\n(.*?)^```", PAGE, re.M | re.S)
    (tmp_path / "chat.py").write_text(code)
    with in_memory_server(tmp_path, SERVER) as url:
        path = os.pathsep.join([str(ROOT), str(ROOT / "generated")])
        environment = {**os.environ, "LLAMA_DEPLOY_API_SERVER_URL": url, "PYTHONPATH": path}
        command = (sys.executable, "-W", "error", tmp_path / "chat.py")
        with Terminal(*command, env=environment) as terminal:
            yield terminal


def test_the_session_is_the_one_on_the_page(chat: Terminal) -> None:
    [session] = re.findall(r'^```text title="session"\n(.*?)^```', PAGE, re.M | re.S)
    for number, line in enumerate(re.findall(r"^>(.*)$", session, re.M), 1):
        chat.read_until("> ", number)
        chat.type(line.strip() + "\n")
    code, screen = chat.end()
    lines = [line.rstrip() for line in screen.splitlines()]
    assert [line for line in lines if line] == session.splitlines()
    assert code == 0


@pytest.mark.parametrize("message", ["", "slowly"], ids=["at the prompt", "during a reply"])
def test_the_first_ctrl_c_ends_it(chat: Terminal, message: str) -> None:
    chat.read_until("> ")
    if message:
        chat.type(f"{message}\n")
        chat.read_until("You said: slowly")
    chat.interrupt()
    code, screen = chat.end()
    assert code == 0
    assert "Traceback" not in screen
