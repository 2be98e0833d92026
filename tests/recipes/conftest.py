"""What the recipes run against: a real server, and a real browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from scripts.servers import LOOPBACK, Server, free_port
from tests.servers.support import variables
from tests.support.running import program, running

ROOT = Path(__file__).parent.parent.parent
RECIPES = ROOT / "docs" / "recipes"
WAIT = 30.0
"""Seconds that a test waits for what has to happen."""


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """What a recipe starts with: a server of the newest version, with the deployment `demo`."""
    with running(Server()) as server:
        yield {**os.environ, **variables(server, server.deploy("demo"))}


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
        _wait_until_it_responds(url, app)
        yield url
        app.terminate()
        app.wait(WAIT)


def _wait_until_it_responds(url: str, app: subprocess.Popen[str]) -> None:
    end = time.monotonic() + WAIT
    while app.poll() is None and time.monotonic() < end:
        with suppress(httpx.ConnectError):
            httpx.get(url).raise_for_status()
            return
        time.sleep(0.05)
    raise AssertionError(f"no response from {url}: the app ended with {app.poll()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    """Chromium without a window."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("needs a browser: `apt-get install chromium chromium-driver`")
    options = ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = Chrome(options=options, service=Service(driver))
    yield browser
    browser.quit()
