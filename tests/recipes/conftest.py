"""What the recipes run against: a server, real or in memory, and a real browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import httpx
import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from scripts.servers import LOOPBACK, Server, free_port
from tests.servers.support import variables
from tests.support.running import in_memory_server, program, running

ROOT = Path(__file__).parent.parent.parent
RECIPES = ROOT / "docs" / "recipes"
WAIT = 150.0
"""Seconds that a test waits for what has to happen."""


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """What a recipe starts with: a server of the newest version, with the deployment `demo`."""
    with running(Server()) as server:
        yield {**os.environ, **variables(server, server.deploy("demo"))}


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait for what a process has to bring about."""
    end = time.monotonic() + WAIT
    while not condition():
        assert process.poll() is None, f"it ended with {process.returncode}"
        assert time.monotonic() < end
        time.sleep(0.02)


AT_ONCE = 8
SERVER = f"""
import asyncio
from pathlib import Path
from llama_deploy_client.testing import FakeServer

server, folder, runs = FakeServer(), Path(__file__).parent, 0

@server.service("shout")
async def shout(message):
    global runs
    runs += 1
    gated = runs > {AT_ONCE}
    with (folder / "runs").open("a") as file:
        file.write(message + "\\n")
    if message == "bad":
        raise ValueError(message)
    while gated and not (folder / "gate").exists():
        await asyncio.sleep(0.02)
    return message.upper()

@server.service("slow")
async def slow(seconds):
    await asyncio.sleep(float(seconds))
"""
"""A service that counts its runs. After the first ones they wait until the folder has a gate."""


class Script:
    """The script of a recipe, in a folder of its own; and a server in memory."""

    def __init__(self, folder: Path, url: str, *command: str) -> None:
        self.folder = folder
        self._command = command
        self._environment = {**os.environ, "LLAMA_DEPLOY_API_SERVER_URL": url}

    def running(self, *options: str) -> AbstractContextManager[subprocess.Popen[str]]:
        return program(
            *(sys.executable, *self._command, "--service", "shout", "--concurrency", "2", *options),
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *options: str) -> tuple[int, str, str]:
        """Its exit status, and what it wrote to standard output and error."""
        with self.running(*options) as script:
            out, err = script.communicate(timeout=WAIT)
        return script.returncode, out, err

    def open_gate(self) -> None:
        (self.folder / "gate").touch()

    def runs(self) -> Counter[str]:
        """How often the server ran each message."""
        return Counter((self.folder / "runs").read_text().split())


@pytest.fixture
def make_script(tmp_path: Path) -> Iterator[Callable[..., Script]]:
    """Makes a script out of its command, and starts its server."""
    with in_memory_server(tmp_path, SERVER) as url:
        yield lambda *command: Script(tmp_path, url, *map(str, command))


@pytest.fixture(scope="module")
def chat(environment: dict[str, str]) -> Iterator[str]:
    """The URL of the chat. Of its two connections to the server a stream may have one."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "app:app", "--app-dir", str(RECIPES / "chat")]
    with program(
        *(*command, "--host", LOOPBACK, "--port", str(port), "--log-level", "warning"),
        env={**environment, "LLAMA_DEPLOY_MAX_CONNECTIONS": "2"},
    ) as app:
        url = f"http://{LOOPBACK}:{port}"

        def responds() -> bool:
            with suppress(httpx.ConnectError):
                return httpx.get(url, timeout=WAIT).is_success
            return False

        wait_until(responds, app)
        yield url
        app.terminate()
        app.wait(WAIT)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Chromium without a window."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("needs a browser: `apt-get install chromium chromium-driver`")
    options = ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    home = {"HOME": str(tmp_path_factory.mktemp("home"))}  # where it writes
    browser = Chrome(options=options, service=Service(driver, env={**os.environ, **home}))
    yield browser
    browser.quit()
