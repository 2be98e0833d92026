"""Lines of the report that the fault suite writes, and real servers for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from llama_deploy_client import SyncClient
from scripts.servers import DeploymentFile, Server

from .tally import Line, Tally

HERE = Path(__file__).parent
REPORT = HERE.parent.parent / "docs" / "faults.md"
INTRODUCTION = """# What networks and servers do to a client, and what comes of it

Written by `pytest tests/faults`: every line is a promise, how often the suite tried it, and how
often it was broken. Servers with a version are real ones; the others are sockets with a script.
"""
_NUMBERS = count()
_TALLY = pytest.StashKey[Tally]()

NewLine = Callable[[str, str], Line]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_TALLY] = Tally()


@pytest.fixture
def line(request: pytest.FixtureRequest) -> NewLine:
    """Opens a line of the report."""
    tally = request.config.stash[_TALLY]
    folder = request.path.parent.name
    colour = {"_async": "async", "_sync": "sync"}.get(folder, "")
    return lambda section, promise: tally.line(section, promise, colour)


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A real server of the version that a test asks for; gone before other modules measure time."""
    with Server(request.param) as server:
        yield server


@pytest.fixture
def demo(server: Server) -> DeploymentFile:
    """A deployment of its own for each test."""
    file = server.deployment(f"demo{next(_NUMBERS)}")
    with SyncClient(api_server_url=server.url, timeout=60) as client:
        client.apiserver.deployments.create(file.text)
    server.wait_until_deployed(file)
    return file


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries come at once."""
    for colour in ("_async", "_sync"):
        for module in ("client", "streams"):
            monkeypatch.setattr(f"llama_deploy_client.{colour}.{module}.pause", lambda *_: 0.0)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    tally = config.stash[_TALLY]
    if not tally.lines:
        return
    table = tally.table()
    terminalreporter.section("faults")
    terminalreporter.write_line(table)
    if _all_passed(terminalreporter):
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(INTRODUCTION + table)


def _all_passed(reporter: pytest.TerminalReporter) -> bool:
    """Whether every test of this folder ran, and none failed."""
    chosen = reporter.config.option
    if reporter.stats.keys() & {"failed", "error", "deselected", "skipped"}:
        return False
    if chosen.keyword or chosen.markexpr or any("::" in name for name in reporter.config.args):
        return False
    root = reporter.config.rootpath
    ran = {root / report.nodeid.partition("::")[0] for report in reporter.stats["passed"]}
    return set(HERE.rglob("test_*.py")) <= ran
