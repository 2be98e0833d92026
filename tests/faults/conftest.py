"""Lines of the report that the fault suite writes, and real servers for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest

from llama_deploy_client import SyncClient
from scripts.servers import DeploymentFile, Server

from .tally import Counts, Line, table

HERE = Path(__file__).parent
REPORT = HERE.parent.parent / "docs" / "faults.md"
INTRODUCTION = """---
search:
  exclude: true
---

# What networks and servers do to a client, and the outcome

Written by `make pages`: every line is a promise, how often the suite tried it, and how
often it was broken. Servers with a version are real ones; the others are sockets with a script.
"""
_NUMBERS = count()
_ROWS: list[Counts] = []

NewLine = Callable[[str, str], Line]


@pytest.fixture
def line(request: pytest.FixtureRequest) -> Iterator[NewLine]:
    """Opens a line of the report."""
    folder = request.path.parent.name
    colour = {"_async": "async", "_sync": "sync"}.get(folder, "")
    lines: list[Line] = []

    def new(section: str, promise: str) -> Line:
        lines.append(Line(section, promise, colour))
        return lines[-1]

    yield new
    request.node.user_properties.extend(("line", line.counts) for line in lines)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the lines of a test, whichever process ran it."""
    if report.when == "teardown":
        lines = [value for name, value in report.user_properties if name == "line"]
        _ROWS.extend(cast(Counts, tuple(cast(list[Any], line))) for line in lines)


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
    for module in ("_retry", "_async.task_events", "_sync.task_events"):
        monkeypatch.setattr(f"llama_deploy_client.{module}.pause", lambda *_: 0.0)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if not _ROWS:
        return
    terminalreporter.section("faults")
    terminalreporter.write_line(table(_ROWS))
    if config.option.pages and _all_passed(terminalreporter):
        REPORT.write_text(INTRODUCTION + table(_ROWS))


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
